"""The files of a course, read from a folder that may have been made to deceive."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lms.catalogue.media_files import MIB, MediaFile, NotPlain, is_media, opened, read_media
from lms.core.faults import Fault
from lms.core.i18n import Sentence, say

MOST_FILES = 2000
DEEPEST = 6
LARGEST_COURSE = 64 * MIB

#: The most bytes a file may have, by the end of its name.
LARGEST_FILE = {".toml": 256 * 1024, ".md": 200 * 1024, ".ipynb": 5 * MIB}
LARGEST_OTHER_FILE = 2 * MIB
#: The most bytes of a file that lies among modules: data beside a notebook.
LARGEST_DATA_FILE = 10 * MIB

_PORTABLE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,119}")
_NOT_OF_THE_COURSE = re.compile(r"\..*|__pycache__")


@dataclass(frozen=True)
class CourseFiles:
    """A course folder by paths with ``/``: ``plain`` files whole, ``media`` left where they lie."""

    plain: Mapping[str, bytes]
    media: Mapping[str, MediaFile] = field(default_factory=dict)


def read_files(folder: Path, faults: list[Fault]) -> CourseFiles:
    """Every file below ``folder`` by its path; links are never followed.

    Names that begin with a dot and ``__pycache__`` are not part of a course
    and are passed over. What is too large, too deep, a link or no plain file
    becomes a fault and is left out.
    """
    entries = _entries(folder, "", faults)
    plain = _read_plain([each for each in entries if not is_media(each[0])], faults)
    return CourseFiles(plain, read_media(entries, faults))


def _read_plain(entries: list[tuple[str, str]], faults: list[Fault]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for path, entry in sorted(entries):
        if len(files) >= MOST_FILES:
            faults.append(
                Fault(path, None, say("A course may have at most {most} files.", most=MOST_FILES))
            )
            break
        content = _content(path, Path(entry), faults)
        if content is None:
            continue
        total += len(content)
        if total > LARGEST_COURSE:
            sentence = say("A course may have at most {most} MB.", most=LARGEST_COURSE // MIB)
            faults.append(Fault(path, None, sentence))
            break
        files[path] = content
    return files


def digest(files: CourseFiles) -> str:
    """SHA-256 in hexadecimal over all paths and contents, whatever order they come in.

    Lengths stand before names and contents, so that no two different folders
    can run together into the same bytes. For what is played its own digest stands.
    """
    whole = hashlib.sha256()
    for path in sorted([*files.plain, *files.media]):
        name = path.encode()
        if (media := files.media.get(path)) is not None:
            whole.update(f"{len(name)} {media.size} {media.digest}\n".encode() + name)
            continue
        content = files.plain[path]
        whole.update(f"{len(name)} {len(content)}\n".encode() + name)
        whole.update(content)
    return whole.hexdigest()


def _entries(folder: Path, above: str, faults: list[Fault]) -> list[tuple[str, str]]:
    """Path within the course and place on disk of each plain file below ``folder``."""
    found: list[tuple[str, str]] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if _NOT_OF_THE_COURSE.fullmatch(entry.name):
                continue
            path = above + entry.name
            sentence = _entry_fault(entry, path)
            if sentence is not None:
                faults.append(Fault(_printable(path), None, sentence))
            elif entry.is_dir(follow_symlinks=False):
                found += _entries(Path(entry.path), path + "/", faults)
            else:
                found.append((path, entry.path))
    return found


def _entry_fault(entry: os.DirEntry[str], path: str) -> Sentence | None:
    if entry.is_symlink():
        return say("This is a link to another place. Put the file itself into the course.")
    if _PORTABLE_NAME.fullmatch(entry.name) is None:
        return say(
            "Use only letters a to z, digits, '-', '_' and '.' in the name of a file or folder."
        )
    if entry.is_dir(follow_symlinks=False):
        if path.count("/") >= DEEPEST:
            return say("Folders are nested too deeply; {most} levels are enough.", most=DEEPEST)
        return None
    if not entry.is_file(follow_symlinks=False):
        return say("This is neither a file nor a folder.")
    return None


def _content(path: str, place: Path, faults: list[Fault]) -> bytes | None:
    """The bytes of one plain file, or None and a fault."""
    other = LARGEST_DATA_FILE if path.startswith("modules/") else LARGEST_OTHER_FILE
    largest = LARGEST_FILE.get(place.suffix, other)
    try:
        with opened(place) as file:
            content = file.read(largest + 1)
    except NotPlain:
        faults.append(Fault(path, None, say("This is neither a file nor a folder.")))
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        faults.append(Fault(path, None, say("This cannot be read: {reason}.", reason=reason)))
        return None
    if len(content) > largest:
        sentence = say("This file is larger than {most} KB.", most=largest // 1024)
        faults.append(Fault(path, None, sentence))
        return None
    return content


def _printable(path: str) -> str:
    """``path`` without the control characters and broken bytes that a name may hold."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in path)
