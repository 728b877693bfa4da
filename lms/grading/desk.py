"""A learner's desk: where they go on, what is due, and how far each course is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.grading import desk_queries, queries
from lms.learning import announcement_queries, learned, rules
from lms.learning import queries as learning
from lms.learning.abilities import Abilities, abilities
from lms.learning.announcement_models import Announcement
from lms.learning.models import Enrolment
from lms.learning.rules import Step
from lms.learning.standing import standing

#: How much sooner than its due date work is called due soon.
SOON = timedelta(hours=48)
#: How long an announcement stands on the home of those whom it is for.
ANNOUNCED = timedelta(days=14)


@dataclass(frozen=True)
class Way:
    """The step at which a learner goes on: which of how many, and when they were there last."""

    enrolment: Enrolment
    step: Step
    number: int
    total: int
    share: float
    was_at: datetime | None


@dataclass(frozen=True)
class Due:
    """A piece of work with its due date; ``late`` when that is past, ``soon`` when it is near."""

    enrolment: Enrolment
    step: Step
    due: datetime
    late: bool
    soon: bool


@dataclass(frozen=True)
class Course:
    """A course of the learner, the share of it that is done, and what they can do by now."""

    enrolment: Enrolment
    share: float
    can: Abilities


@dataclass(frozen=True)
class Desk:
    """All of it; ``way`` is None when nothing is left to do, or nothing is open yet."""

    way: Way | None
    due: Sequence[Due]
    courses: Sequence[Course]
    announcements: Sequence[Announcement]


def of_enrolments(
    session: Session, enrolments: Sequence[Enrolment], now: datetime, *, most: int = 6
) -> Desk:
    """The desk of whoever has these places, the latest first; at most so many due dates.

    It asks as often for twenty courses as for one.
    """
    steps = queries.steps_of(session, enrolments)
    handed_in = desk_queries.handed_in(session, enrolments)
    due = [
        Due(each, step, step.due, step.due < now, now <= step.due < now + SOON)
        for each in enrolments
        if rules.takes_work(each.run.opens, each.run.closes, now)
        for step in steps[each.id]
        if step.due is not None
        and not step.done
        # What waits for its marks is done for the moment; what fell short may be tried again.
        and not (step.share is None and (each.id, step.slug) in handed_in)
    ]
    return Desk(
        way=_way(session, enrolments, steps, now),
        due=sorted(due, key=lambda each: each.due)[:most],
        announcements=announcement_queries.recent(session, enrolments, now - ANNOUNCED, 3),
        courses=[_course(each, steps[each.id], now) for each in enrolments],
    )


def _course(enrolment: Enrolment, steps: list[Step], now: datetime) -> Course:
    can = abilities(steps, standing(steps, now), learned.taught(enrolment.run.version))
    return Course(enrolment, rules.share_done(steps), can)


def _way(
    session: Session,
    enrolments: Sequence[Enrolment],
    steps: dict[int, list[Step]],
    now: datetime,
) -> Way | None:
    """Where the learner was last in an open course with something left; else in the newest."""
    places = learning.places(session, enrolments)

    def last(enrolment: Enrolment) -> datetime:
        place = places.get(enrolment.id)
        return place.at if place else enrolment.enrolled

    for each in sorted(enrolments, key=last, reverse=True):
        place, all_steps = places.get(each.id), steps[each.id]
        step = rules.go_on_at(all_steps, place.slug if place else "")
        if each.run.opens <= now and step is not None:
            return Way(
                each,
                step,
                all_steps.index(step) + 1,
                len(all_steps),
                rules.share_done(all_steps),
                place.at if place and place.slug == step.slug else None,
            )
    return None
