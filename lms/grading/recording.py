"""The rows in which it is kept what a grading run came to."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.grading import parts, queries, runs
from lms.grading.models import Environment, Mark, RunNotebook
from lms.grading.parts import Part


def notebooks(found: Sequence[Part]) -> list[RunNotebook]:
    """A row for each notebook."""
    return [
        RunNotebook(
            position=position,
            name=part.name,
            ending=part.ending.value if part.ending else None,
            message=part.message,
            seconds=part.seconds,
            evidence=part.evidence.as_json() if part.evidence else None,
            executed=part.executed,
        )
        for position, part in enumerate(found)
    ]


def marks(found: Sequence[Part]) -> list[Mark]:
    """A row for each graded cell."""
    return [
        Mark(
            position=position,
            grade_id=mark.grade_id,
            score=mark.score,
            max_score=mark.max_score,
            verdict=mark.verdict,
            message=mark.message,
            code=mark.code,
            hint=dict(mark.hint) if mark.hint else None,
            refused=mark.refused,
        )
        for position, mark in enumerate(parts.marks(found))
    ]


def environment(session: Session, found: runs.Environment | None) -> Environment | None:
    """The row of this content: the one there is, or a new one."""
    if found is None:
        return None
    if known := queries.environment(session, found.digest):
        return known
    row = Environment(digest=found.digest, **found.as_json())
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # Another worker has recorded the same one meanwhile.
        return queries.environment(session, found.digest)
    return row
