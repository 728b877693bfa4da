"""What is wrong in a file that someone wrote, and where."""

from dataclasses import dataclass

from lms.core.i18n import Sentence


@dataclass(frozen=True)
class Fault:
    """One thing to mend in a file; ``line`` counts from 1, None means the whole file."""

    path: str
    line: int | None
    sentence: Sentence

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.sentence}"
