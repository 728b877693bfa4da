"""Words for addresses that nobody can guess: a name with a seal of the site's own key."""

import hashlib
import hmac


def sealed(key: str, purpose: str, name: str) -> str:
    """``name`` with a seal that only whoever has ``key`` can make, for this purpose alone."""
    secret = hashlib.sha256(f"jazari {purpose} {key}".encode()).digest()
    seal = hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:40]
    return f"{name}.{seal}"


def opened(key: str, purpose: str, word: str) -> str | None:
    """The name in a sealed ``word``, or None when the seal is not ours."""
    name = word.partition(".")[0]
    right = sealed(key, purpose, name)
    return name if hmac.compare_digest(right.encode(), word.encode()) else None
