"""What a browser may load for a page of ours, and what it lets an output do: nothing."""

import hashlib
from base64 import b64encode
from urllib.parse import urlsplit


def content_security_policy(relay_url: str, *, nonce: str = "", frames: str = "") -> str:
    """Nothing comes from another origin but the relay's words; nothing runs inline or frames us.

    ``nonce`` lets one script of the page write its style sheets, ``frames`` are the only addresses
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


def practice_headers(script: str) -> dict[str, str]:
    """The headers of the document in which learners' code runs on their device; ``script`` is its.

    As the document of an output it is nobody's and has no network at all, and so is the worker that
    it makes: that may run WebAssembly, and programs that it was handed.
    """
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "sandbox allow-scripts",
        "default-src 'none'",
        f"script-src 'sha256-{digest}' blob: data: 'wasm-unsafe-eval'",
        "worker-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
    return {**OUTPUT_HEADERS, "Content-Security-Policy": "; ".join(policy)}


#: What a style sheet, script or font may load that somebody opens by itself. Pages that use it go
#: by their own policy, and its length counts with each file of a page.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"

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
