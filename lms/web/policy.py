"""What a browser may load for a page of ours, and what it lets an output do: nothing."""

from urllib.parse import urlsplit


def content_security_policy(relay_url: str, *, nonce: str = "", frames: str = "") -> str:
    """Nothing comes from another origin but the relay's words; nothing runs inline or frames us.

    ``nonce`` lets one script of the page write its style sheets, ``frames`` is the only address
    that the page may frame.
    """
    relay = urlsplit(relay_url)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'" if nonce else "style-src 'self'",
            "img-src 'self'",
            "media-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            # Named also where it is the site's own address: not every browser counts ws as 'self'.
            f"connect-src 'self' {relay.scheme}://{relay.netloc}",
            *((f"frame-src {frames}",) if frames else ()),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


#: The headers of the document in which an output of a learner's code is shown. It has an origin
#: that is nobody's, reaches no network, opens and sends nothing; it may only draw.
OUTPUT_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "sandbox allow-scripts",
            "default-src 'none'",
            "script-src 'unsafe-inline' 'unsafe-eval'",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "media-src data: blob:",
            "font-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    # Browsers open no sandboxed page that asks for a group of windows of its own.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "Cache-Control": "public, max-age=3600",
}
