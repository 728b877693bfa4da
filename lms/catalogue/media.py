"""Video and sound in lessons: which kinds there are, and what must stand beside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.core.faults import Fault
from lms.core.i18n import Sentence, say

#: What may be played, and how each is served.
PLAYED_TYPES = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
}
#: How many bytes of a file's beginning tell its kind.
HEAD = 64

_TIME = r"(?:[0-9]{2,}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
#: The longest transcript, in bytes: it becomes part of the lesson.
_LARGEST_TRANSCRIPT = 200 * 1024


@dataclass(frozen=True)
class Player:
    """A video or a sound as a lesson shows it.

    ``captions`` are paths and ``transcripts`` texts, both by language; ``poster`` is the path of
    the picture that stands for a video before it plays, or empty.
    """

    media_type: str
    captions: Mapping[str, str] = field(default_factory=dict)
    transcripts: Mapping[str, str] = field(default_factory=dict)
    poster: str = ""

    @property
    def is_video(self) -> bool:
        """Whether there is something to see."""
        return self.media_type.startswith("video/")


def ending(path: str) -> str:
    """The end of a file's name from its last dot, or nothing."""
    return path[path.rfind(".") :] if "." in path else ""


def is_played(path: str) -> bool:
    """Whether a file of this name is a video or a sound."""
    return ending(path) in PLAYED_TYPES


def kind_fault(path: str, head: bytes) -> Sentence | None:
    """What is wrong with a file that begins with ``head`` and has the name of a video or sound."""
    kind = ending(path)
    holds = {
        ".mp4": head[4:8] == b"ftyp",
        ".m4a": head[4:8] == b"ftyp",
        ".webm": head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head,
        ".ogg": head.startswith(b"OggS"),
        ".mp3": head.startswith(b"ID3") or _is_mpeg_frame(head),
    }
    if holds[kind]:
        return None
    return say("This is no {kind} file, whatever its name says.", kind=kind.removeprefix("."))


def _is_mpeg_frame(head: bytes) -> bool:
    """Whether ``head`` begins as a frame of MPEG sound does: eleven bits, all of them set."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0


def caption_faults(path: str, content: bytes) -> tuple[Fault, ...]:
    """What keeps a browser from showing captions (WebVTT, sections 4.1 and 4.2)."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (Fault(path, line, say("The text is not in UTF-8. Save it as UTF-8.")),)
    if not lines or re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) is None:
        return (Fault(path, 1, say("Captions begin with WEBVTT on the first line.")),)
    timings = [(number, line) for number, line in enumerate(lines, 1) if "-->" in line]
    if not timings:
        return (Fault(path, 1, say("There is no caption in this file.")),)
    sentence = say("Write the times of a caption as 00:01.000 --> 00:04.000.")
    return tuple(
        Fault(path, number, sentence) for number, line in timings if not _TIMING.fullmatch(line)
    )


def read_transcript(path: str, content: bytes, faults: list[Fault]) -> str:
    """The words of a transcript, empty after its faults were added to ``faults``."""
    if len(content) > _LARGEST_TRANSCRIPT:
        most = _LARGEST_TRANSCRIPT // 1024
        faults.append(Fault(path, None, say("This file is larger than {most} KB.", most=most)))
        return ""
    try:
        words = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path, line, say("The text is not in UTF-8. Save it as UTF-8.")))
        return ""
    if not words:
        faults.append(Fault(path, None, say("This transcript is empty.")))
    return words.replace("\r\n", "\n").replace("\r", "\n")
