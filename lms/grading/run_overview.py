"""How a run goes: who may need help, how far all have come, and its learners page by page.

What is told of everybody comes from the trails that are kept of them; only those who are named
on the page are read in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.paging import Window, window
from lms.grading import attention_queries, queries
from lms.grading.attention_queries import Walker
from lms.learning import attention
from lms.learning.attention import Bar, Needs, Span
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Step, share_done
from lms.learning.trail import share_done as share_of

#: So many of those who need help are named.
MOST_NEEDY = 60
#: Learners on one page of a run.
LEARNERS_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A learner with their steps and the share of them that is done."""

    enrolment: Enrolment
    steps: Sequence[Step]
    share: float


@dataclass(frozen=True)
class Overview:
    """A run of so many ``learners``: a page of them in ``rows``, those ``needy`` with the reason.

    ``others_needy`` need help and are not named. ``bars`` are of all learners, ``spans`` of
    those who have not completed the course.
    """

    learners: int
    rows: Sequence[Row]
    window: Window
    needy: Sequence[tuple[Enrolment, Needs]]
    others_needy: int
    bars: Sequence[tuple[Step, Bar]]
    spans: Sequence[Span]


def overview(
    session: Session, run: CourseRun, *, words: str = "", number: int = 1, now: datetime
) -> Overview:
    """The run with page ``number`` of its learners who have all ``words`` in their names.

    Those who have come least far stand first. Nobody needs help before the run opens.
    """
    walkers = attention_queries.walkers(session, run)
    listed = _listed(session, run, walkers, words)
    shown = window(len(listed), number, LEARNERS_PAGE)
    on_page = listed[shown.offset : shown.offset + shown.size]
    needy = _needy(session, run, walkers, now)
    named = needy[:MOST_NEEDY]
    people = attention_queries.learners(session, [e.row for e in {*on_page, *named}])
    steps = queries.steps_of(session, list(people.values()))
    tries = attention_queries.tries(session, [each.row for each in named])
    bars = attention.bars([each.trail for each in walkers])
    return Overview(
        learners=len(walkers),
        rows=[Row(people[e.row], steps[e.row], share_done(steps[e.row])) for e in on_page],
        window=shown,
        needy=[
            (people[e.row], attention.needs(steps[e.row], tries.get(e.row, {}), e.last, now))
            for e in named
        ],
        others_needy=len(needy) - len(named),
        bars=list(zip(queries.steps_for_all(run), bars, strict=True)) if bars else [],
        spans=attention.spans([each.last for each in walkers if not each.is_through], now),
    )


def _listed(
    session: Session, run: CourseRun, walkers: Sequence[Walker], words: str
) -> list[Walker]:
    if words.strip():
        called = attention_queries.rows_called(session, run, words)
        walkers = [each for each in walkers if each.row in called]
    return sorted(walkers, key=lambda each: (each.is_through, share_of(each.trail)))


def _needy(
    session: Session, run: CourseRun, walkers: Sequence[Walker], now: datetime
) -> list[Walker]:
    """Who has not completed the course and may need help, the most pressing first."""
    if run.opens > now:
        return []
    usual = {step.slug: step.due for step in queries.steps_for_all(run)}
    past = attention.past(usual.values(), now)
    own = {
        row: attention.past({**usual, **dates}.values(), now)
        for row, dates in attention_queries.own_dates(session, run).items()
    }
    weighed = [
        (weight, each)
        for each in walkers
        if not each.is_through
        and (weight := attention.weight(each.trail, own.get(each.row, past), each.last, now))
    ]
    weighed.sort(key=lambda pair: pair[0], reverse=True)
    return [each for _weight, each in weighed]
