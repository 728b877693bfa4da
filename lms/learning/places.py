"""Where a learner was last: kept, so that they go on there from any device."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.learning import queries, trails
from lms.learning.models import Enrolment, Place
from lms.learning.rules import Step, go_on_at


def stand_at(
    session: Session, enrolment: Enrolment, steps: Sequence[Step], slug: str, *, now: datetime
) -> None:
    """Note that the learner is at the step called ``slug``. Raises NotFound for one of none."""
    if all(step.slug != slug for step in steps):
        raise NotFound
    place = queries.places(session, [enrolment]).get(enrolment.id)
    if place is None:
        place = Place(enrolment_id=enrolment.id)
        session.add(place)
    place.slug, place.at = slug, now
    trails.note_work(session, enrolment, now)


def go_on(session: Session, enrolment: Enrolment, steps: Sequence[Step]) -> Step | None:
    """Where the learner goes on in this course; None when all is done."""
    place = queries.places(session, [enrolment]).get(enrolment.id)
    return go_on_at(steps, place.slug if place else "")
