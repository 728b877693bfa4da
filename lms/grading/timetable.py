"""Due dates and the days of courses that somebody takes or teaches, as events of a calendar."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from lms.core.i18n import Sentence, best_text, say
from lms.core.icalendar import Event
from lms.core.translation import translated
from lms.grading import desk_queries, queries
from lms.institutes import queries as institutes
from lms.institutes.models import Person
from lms.institutes.rules import Role
from lms.learning import queries as learning
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Step

#: Courses are in the calendar until so long after they have closed.
KEPT = timedelta(days=90)


def events(
    session: Session, enrolments: Sequence[Enrolment], base_url: str, locale: str, now: datetime
) -> list[Event]:
    """What happens when in these places, each learner's extensions counted, in ``locale``.

    Marks and what others do are not in it: whoever has the address reads it.
    """
    lasting = [e for e in enrolments if e.run.closes is None or e.run.closes > now - KEPT]
    steps = queries.steps_of(session, lasting)
    changes = desk_queries.extension_changes(session, lasting)
    site = urlsplit(base_url).hostname or "localhost"
    found = [
        event
        for each in lasting
        for event in (
            *_of_run(each, base_url, site, locale),
            *_of_steps(each, steps[each.id], changes, base_url, site, locale),
        )
    ]
    return sorted(found, key=lambda event: (event.at, event.uid))


def taught(
    session: Session, person: Person, but: Sequence[Enrolment], base_url: str, now: datetime
) -> list[Event]:
    """What happens when in the runs that ``person`` teaches now, in their language.

    Due dates are those of everybody: what was granted to one learner is not in it. Runs in
    which they have one of the places ``but`` are left out.
    """
    held = institutes.memberships(session, person, now)
    places = [each.institute_id for each in held if each.role is Role.INSTRUCTOR]
    own = {each.run_id for each in but}
    site = urlsplit(base_url).hostname or "localhost"
    found = [
        event
        for run in learning.runs_taught(session, places, now - KEPT)
        if run.id not in own
        for event in _of_taught(run, base_url, site, person.locale)
    ]
    return sorted(found, key=lambda event: (event.at, event.uid))


def _of_taught(run: CourseRun, base_url: str, site: str, locale: str) -> Iterator[Event]:
    name, address = f"taught-{run.public_id}", f"{base_url}/teach/runs/{run.public_id}"
    yield from _days(run, name, run.opens, address, site, locale)
    for module in run.version.modules:
        for assignment in module.assignments:
            due = queries.due(run, assignment, None)
            if due is None:
                continue
            title = best_text(assignment.titles, locale)[0]
            yield Event(
                uid=f"due-{name}-{assignment.slug}@{site}",
                at=due,
                summary=translated(say("“{assignment}” is due", assignment=title), locale),
                description=best_text(run.version.titles, locale)[0],
                address=address,
                changed=run.opens,
            )


def _of_run(each: Enrolment, base_url: str, site: str, locale: str) -> Iterator[Event]:
    address = f"{base_url}/learn/{each.public_id}"
    return _days(each.run, each.public_id, each.enrolled, address, site, locale)


def _days(
    run: CourseRun, name: str, changed: datetime, address: str, site: str, locale: str
) -> Iterator[Event]:
    course = best_text(run.version.titles, locale)[0]
    institute = best_text(run.institute.names, locale)[0]
    days: list[tuple[str, datetime, Sentence]] = [
        ("opens", run.opens, say("“{course}” opens", course=course))
    ]
    if run.closes is not None:
        days.append(("closes", run.closes, say("“{course}” closes", course=course)))
    for what, at, sentence in days:
        yield Event(
            uid=f"{what}-{name}@{site}",
            at=at,
            summary=translated(sentence, locale),
            description=institute,
            address=address,
            changed=changed,
        )


def _of_steps(
    each: Enrolment,
    steps: Sequence[Step],
    changes: dict[tuple[str, str], tuple[int, datetime]],
    base_url: str,
    site: str,
    locale: str,
) -> Iterator[Event]:
    assignments = {a.slug: a for module in each.run.version.modules for a in module.assignments}
    course = best_text(each.run.version.titles, locale)[0]
    for step in steps:
        if step.due is None:
            continue
        assignment = assignments.get(step.slug)
        key = (each.public_id, assignment.public_id if assignment else "")
        times, changed = changes.get(key, (0, each.enrolled))
        title = best_text(step.titles, locale)[0]
        yield Event(
            uid=f"due-{each.public_id}-{step.slug}@{site}",
            at=step.due,
            summary=translated(say("“{assignment}” is due", assignment=title), locale),
            description=course,
            address=f"{base_url}/learn/{each.public_id}"
            + (f"/assignments/{step.slug}" if assignment else ""),
            changed=changed,
            sequence=times,
        )
