"""Videos and sounds of a course folder: looked at where they lie, never read into memory whole."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lms.catalogue.media import HEAD, is_played
from lms.core.faults import Fault
from lms.core.i18n import say

MIB = 1024 * 1024
#: The most bytes of one video or sound, and of all of a course together.
LARGEST_PLAYED = 200 * MIB
MOST_PLAYED = 2048 * MIB

_PIECE = MIB


@dataclass(frozen=True)
class MediaFile:
    """A video or sound at ``place`` on disk: its first bytes, its size and its SHA-256."""

    place: Path
    head: bytes
    size: int
    digest: str


class NotPlain(OSError):
    """What lies there is no plain file."""


def is_media(path: str) -> bool:
    """Whether the file at ``path`` of a course is treated as one that is played."""
    return path.startswith("assets/") and is_played(path)


@contextmanager
def opened(place: Path) -> Iterator[BinaryIO]:
    """The plain file at ``place`` for reading; no link is followed. Raises OSError."""
    # The entry may have been exchanged for a link or a pipe since it was listed.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlain("This is neither a file nor a folder.")
        yield file


def read_media(entries: list[tuple[str, str]], faults: list[Fault]) -> dict[str, MediaFile]:
    """The videos and sounds among ``entries``: paths in the course and places on disk."""
    found: dict[str, MediaFile] = {}
    total = 0
    for path, place in sorted(entries):
        if not is_media(path):
            continue
        media = _looked_at(path, Path(place), faults)
        if media is None:
            continue
        total += media.size
        if total > MOST_PLAYED:
            most = MOST_PLAYED // MIB
            sentence = say("Videos and sounds of a course may have at most {most} MB.", most=most)
            faults.append(Fault(path, None, sentence))
            break
        found[path] = media
    return found


def _looked_at(path: str, place: Path, faults: list[Fault]) -> MediaFile | None:
    whole, size, head = hashlib.sha256(), 0, b""
    try:
        with opened(place) as file:
            while piece := file.read(_PIECE):
                head = head or piece[:HEAD]
                size += len(piece)
                if size > LARGEST_PLAYED:
                    most = LARGEST_PLAYED // MIB
                    sentence = say("A video or a sound may have at most {most} MB.", most=most)
                    faults.append(Fault(path, None, sentence))
                    return None
                whole.update(piece)
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        faults.append(Fault(path, None, say("This cannot be read: {reason}.", reason=reason)))
        return None
    return MediaFile(place, head, size, whole.hexdigest())
