"""The key under which a browser keeps text that the server does not have yet."""

import base64
import hmac
import secrets

_LENGTH = 32


def device_key(session_key: str, person: str) -> bytes:
    """The key of one person: the same on all their devices, and kept on none of them."""
    return hmac.digest(session_key.encode(), b"text on a device\0" + person.encode(), "sha256")


def masked(key: bytes) -> str:
    """``key`` as a page carries it: never the same letters twice.

    A page is compressed, and its length must not tell whether a guess at the key is right.
    """
    mask = secrets.token_bytes(_LENGTH)
    hidden = bytes(one ^ other for one, other in zip(key, mask, strict=True))
    return base64.b64encode(mask + hidden).decode()


def reader_tag(session_key: str, person: str) -> str:
    """What a browser may know one account from another by; it opens nothing.

    It is the same on all devices of the person, so that what is kept can be told to be theirs.
    """
    return hmac.digest(session_key.encode(), b"reader\0" + person.encode(), "sha256").hex()[:32]
