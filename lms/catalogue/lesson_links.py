"""What an address in a lesson refers to: another lesson, a part of one, a file, the world."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from lms.catalogue.toml_table import is_slug

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OUTSIDE = re.compile(r"(?:https?://[^/\s]+|mailto:[^@\s]+@[^@\s]+)", re.IGNORECASE)
_ASSET = re.compile(r"assets(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+")


class TargetKind(StrEnum):
    """Where an address leads; nothing else is followed."""

    part = "part"
    lesson = "lesson"
    asset = "asset"
    outside = "outside"
    unsafe = "unsafe"
    unknown = "unknown"


@dataclass(frozen=True)
class Target:
    """Where an address leads: ``name`` is a slug, a path below the course or the address."""

    kind: TargetKind
    name: str
    part: str = ""


def target_of(address: str) -> Target:
    """Read an address as an author writes it in a link or a figure.

    ``#part`` is a heading of the same lesson, ``slug`` or ``slug#part`` another
    lesson, ``assets/...`` a file of the course, and ``https:``, ``http:`` and
    ``mailto:`` lead outside. Any other scheme is unsafe; what leaves the
    course folder is unknown here.
    """
    plain = unquote(address).strip()
    if any(not char.isprintable() for char in plain) or "\\" in plain or plain.startswith("//"):
        return Target(TargetKind.unsafe, address)
    if _OUTSIDE.match(plain):
        return Target(TargetKind.outside, address)
    if _SCHEME.match(plain):
        return Target(TargetKind.unsafe, address)
    if plain.startswith("#"):
        return Target(TargetKind.part, "", plain[1:])
    if _ASSET.fullmatch(plain):
        return Target(TargetKind.asset, plain)
    slug, _, part = plain.partition("#")
    if is_slug(slug):
        return Target(TargetKind.lesson, slug, part)
    return Target(TargetKind.unknown, plain)
