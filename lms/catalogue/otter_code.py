"""Turns code with otter's marks of solutions into code with nbgrader's regions.

Otter's rules stand in its documentation, *Solution Removal*: a line that ends in ``# SOLUTION``,
lines between ``# BEGIN SOLUTION`` and ``# END SOLUTION``, and prompts in a text of their own.
"""

import re
from dataclasses import dataclass

_END_MARK = re.compile(r"\s*#\s*(?:SOLUTION(?:\s+NO\s+PROMPT)?|SEED)\s*$", re.IGNORECASE)
_WITH_PROMPT = re.compile(r"#\s*SOLUTION\s*$", re.IGNORECASE)
_BEGIN = re.compile(r"\s*#\s*BEGIN SOLUTION(?:\s+NO\s+PROMPT)?\s*$", re.IGNORECASE)
_END = re.compile(r"\s*#\s*END SOLUTION\s*$", re.IGNORECASE)
_PROMPT = re.compile(r"\s*(\"\"\"|''')\s*#\s*BEGIN PROMPT\s*$", re.IGNORECASE)
_PROMPT_ENDS = re.compile(r"\s*(\"\"\"|''');?\s*#\s*END PROMPT\s*$", re.IGNORECASE)
_IGNORED_PART = re.compile(
    r"^[^\S\n]*#\s*BEGIN IGNORE[^\S\n]*\n.*?^[^\S\n]*#\s*END IGNORE[^\S\n]*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_IGNORED_LINE = re.compile(r"^.*#[^\S\n]*IGNORE[^\S\n]*(?:\n|\Z)", re.IGNORECASE | re.MULTILINE)
_ASSIGNMENT = re.compile(r"(\s*[A-Za-z_][\w.,\s\[\]'\"]*?)\s*(?<![=!<>])=(?!=)")


@dataclass(frozen=True)
class _Line:
    """A line of the cell; ``shown`` is what a learner reads in place of a solution's line."""

    text: str
    is_solution: bool = False
    shown: str | None = None


def is_marked(source: str) -> bool:
    """Whether ``source`` marks a part of itself as the solution."""
    return any(_BEGIN.match(line) or _END_MARK.search(line) for line in source.split("\n"))


def regions(source: str) -> str:
    """``source`` with its solutions in nbgrader's regions, and its prompts as comments.

    Neighbouring lines of a solution come into one region. What a learner of otter would read in
    their place, such as ``total = ...``, stands above it as a comment.
    """
    written: list[str] = []
    pending: list[_Line] = []
    for line in (*_lines(source), _Line("")):
        if line.is_solution or (pending and line.shown is not None):
            pending.append(line)
            continue
        written += _region(pending)
        pending = []
        written.append(line.text if line.shown is None else line.shown)
    return "\n".join(written[:-1])


def _lines(source: str) -> list[_Line]:
    source = _IGNORED_LINE.sub("", _IGNORED_PART.sub("", source)).removesuffix("\n")
    found: list[_Line] = []
    inside, prompt = False, False
    for text in source.split("\n"):
        if prompt:
            prompt = not _PROMPT_ENDS.match(text)
            if prompt and text.strip():
                found.append(_Line("", shown=_comment(text)))
        elif _PROMPT.match(text):
            prompt = True
        elif _BEGIN.match(text):
            inside = True
        elif _END.match(text):
            inside = False
        elif inside:
            found.append(_Line(text, is_solution=True))
        elif _END_MARK.search(text):
            shown = _shown(text) if _WITH_PROMPT.search(text) else None
            found.append(_Line(_END_MARK.sub("", text), is_solution=True, shown=shown))
        else:
            found.append(_Line(text))
    return found


def _region(lines: list[_Line]) -> list[str]:
    if not lines:
        return []
    shown = [line.shown for line in lines if line.shown is not None]
    code = [line.text for line in lines if line.is_solution]
    first = next((text for text in code if text.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [*shown, f"{indent}### BEGIN SOLUTION", *code, f"{indent}### END SOLUTION"]


def _shown(text: str) -> str | None:
    """The beginning of an assignment whose value is the solution, as a comment."""
    found = _ASSIGNMENT.match(text)
    return _comment(f"{found[1]} = ...") if found else None


def _comment(text: str) -> str:
    bare = text.lstrip()
    indent = text[: len(text) - len(bare)]
    return text if bare.startswith("#") else f"{indent}# {bare}"
