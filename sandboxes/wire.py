"""Jupyter's messages as they pass the wall, checked on the way out.

Those of a live kernel are Jupyter's own, signed and in frames; of a run's kernel, which nobody but
its reader can hear or speak to, they are one JSON object each.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

_DELIMITER = b"<IDS|MSG>"
_SESSION = secrets.token_hex(8)


class BrokenMessage(ValueError):
    """A message from a kernel is not signed with our key, where it should be, or is none."""


@dataclass(frozen=True)
class Message:
    """One message from the kernel. Its content is whatever the kernel chose to write.

    ``buffers`` are the bytes that came beside it; nobody has signed them.
    """

    kind: str
    parent: str
    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


def request(kind: str, content: dict[str, Any], key: str) -> tuple[str, list[bytes]]:
    """A signed request: its id, by which answers name it, and its frames."""
    number = secrets.token_hex(16)
    header = {
        "msg_id": number,
        "msg_type": kind,
        "session": _SESSION,
        "username": "reader",
        "date": datetime.now(UTC).isoformat(),
        "version": "5.3",
    }
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return number, [_DELIMITER, _signature(parts, key), *parts]


def opened(frames: Sequence[bytes], key: str) -> Message:
    """The message in these frames; raises BrokenMessage."""
    try:
        start = list(frames).index(_DELIMITER) + 1
        signature, *parts = frames[start : start + 5]
    except ValueError:
        raise BrokenMessage("a message without a signature") from None
    if len(parts) != 4 or not hmac.compare_digest(signature, _signature(parts, key)):
        raise BrokenMessage("a message that is not signed properly")
    header, parent, _, content = (_object(part) for part in parts)
    beside = frames[start + 5 :]
    return _message(header.get("msg_type"), parent.get("msg_id", ""), content, beside)


def parsed(told: bytes) -> Message:
    """The message in what a run's kernel sent, one JSON object; raises BrokenMessage."""
    whole = _object(told)
    return _message(whole.get("kind"), whole.get("parent"), whole.get("content"))


def _message(
    kind: object, number: object, content: object, buffers: Sequence[bytes] = ()
) -> Message:
    if not isinstance(kind, str) or not isinstance(number, str):
        raise BrokenMessage("a message without a type")
    if not isinstance(content, dict):
        raise BrokenMessage("a message that is no object")
    return Message(kind, number, content, tuple(buffers))


def _signature(parts: Sequence[bytes], key: str) -> bytes:
    made = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for part in parts:
        made.update(part)
    return made.hexdigest().encode()


def _object(part: bytes) -> dict[str, Any]:
    try:
        value = json.loads(part, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BrokenMessage("a message that is not JSON") from None
    if not isinstance(value, dict):
        raise BrokenMessage("a message that is no object")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
