"""What trying the tests of an assignment has shown, in lines for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.core.translation import percent
from lms.grading.quality import Points, Quality

#: As many mistakes that nobody noticed are listed; more would hide the rest of what is told.
_MOST_LISTED = 20


def report(quality: Quality, notebook: str = "") -> Iterator[str]:
    """The lines: first what has to be mended, then how many small mistakes go unnoticed.

    They begin with the name of the ``notebook``, if it has one.
    """
    if notebook:
        yield f"{notebook}.ipynb"
    yield from _solution(quality)
    yield from _blank(quality)
    for name in quality.idle:
        yield f"{name}: checks nothing, so whatever runs earns its points."
    yield from _mistakes(quality)


def report_of_all(found: Mapping[str, Quality]) -> Iterator[str]:
    """What comes after the reports of several notebooks: what they come to together."""
    yield f"All {len(found)} notebooks"
    tried = sum(len(each.tried) for each in found.values())
    if tried:
        noticed = sum(each.noticed for each in found.values())
        share = percent(noticed / tried, "en")
        yield f"The tests notice {noticed} of {tried} small mistakes ({share})."
    if mend := [name for name, each in found.items() if not each.is_sound]:
        yield f"To be mended: {', '.join(mend)}."
    else:
        yield "Every solution earns full marks, and blank notebooks earn nothing."


# Any: a JSON object, made to be printed and not to be read by us.
def told_of_all(found: Mapping[str, Quality]) -> dict[str, Any]:
    """The object that ``lms quality --json`` prints: of an only notebook, or of several."""
    if list(found) == [""]:
        return found[""].as_json()
    tried = sum(len(each.tried) for each in found.values())
    noticed = sum(each.noticed for each in found.values())
    return {
        "sound": all(each.is_sound for each in found.values()),
        "share": noticed / tried if tried else None,
        "seconds": round(sum(each.seconds for each in found.values()), 1),
        "notebooks": [{"notebook": name} | each.as_json() for name, each in found.items()],
    }


def _solution(quality: Quality) -> Iterator[str]:
    for one in quality.short:
        yield f"WARNING {one.grade_id}: the solution earns {_points(one)}. {one.message}"
    for each in quality.flaky:
        scores = ", ".join(f"{score:g}" for score in each.scores)
        yield (
            f"WARNING {each.grade_id}: not the same in each run of the solution: {scores} of "
            f"{each.max_score:g} points."
        )
    if not quality.short and not quality.flaky:
        yield f"The solution earns full marks, the same in {quality.runs} runs."


def _blank(quality: Quality) -> Iterator[str]:
    for one in quality.given:
        yield f"WARNING {one.grade_id}: a blank notebook earns {_points(one)}."
    if not quality.given:
        yield "A blank notebook earns nothing."


def _mistakes(quality: Quality) -> Iterator[str]:
    if quality.share is None:
        if quality.there:
            yield f"None of {quality.there} small mistakes in the solution were tried."
        return
    left = quality.there - len(quality.tried)
    more = f" Not tried: {left} more." if left else ""
    yield (
        f"The tests notice {quality.noticed} of {len(quality.tried)} small mistakes in the "
        f"solution ({percent(quality.share, 'en')}).{more}"
    )
    for one in quality.survivors[:_MOST_LISTED]:
        yield f"  {one.grade_id}, line {one.line}: {_line(one.before)}  ->  {_line(one.after)}"
    if len(quality.survivors) > _MOST_LISTED:
        yield f"  and {len(quality.survivors) - _MOST_LISTED} more (--json lists all of them)"


def _points(one: Points) -> str:
    return f"{one.score:g} of {one.max_score:g} points"


def _line(code: str) -> str:
    first, *more = code.split("\n")
    return f"{first} ..." if more else first
