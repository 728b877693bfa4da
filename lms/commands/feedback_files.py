"""Where ``lms grade --feedback`` writes its pages: one file for each submission."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lms.grading import policy
from lms.grading.feedback_page import Feedback, page
from lms.grading.offline import Outcome


def page_names(submissions: Sequence[Path]) -> list[str]:
    """A name for the page of each submission, no two alike on any file system.

    It is the file's own; where several are called the same, the folders that they lie in come
    before it, and files given twice are numbered.
    """
    parts = [(*path.resolve().parts[1:-1], path.stem) for path in submissions]
    names = [one[-1] for one in parts]
    for depth in range(2, max(map(len, parts), default=1) + 1):
        count = Counter(name.casefold() for name in names)
        if max(count.values()) == 1:
            break
        names = [
            "-".join(one[-depth:]) if count[name.casefold()] > 1 else name
            for one, name in zip(parts, names, strict=True)
        ]
    return _numbered(names)


def _numbered(names: Sequence[str]) -> list[str]:
    taken: set[str] = set()
    found = []
    for name in names:
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.casefold())
        found.append(unique)
    return found


def write_page(folder: Path, name: str, assignment: str, outcome: Outcome, locale: str) -> Path:
    """Write the page of ``outcome`` into ``folder``, in place of one of the same name.

    Raises OSError.
    """
    feedback = Feedback(
        title=f"{assignment}: {name}".encode("utf-8", "replace").decode(),
        message=outcome.message,
        marks=outcome.marks,
        result=policy.score(outcome.marks, kept=1.0) if outcome.marks else None,
        copies=outcome.copies,
        is_refused=outcome.status == "refused",
    )
    file = folder / f"{name}.html"
    file.write_text(page(outcome.executed, feedback, locale), encoding="utf-8")
    return file
