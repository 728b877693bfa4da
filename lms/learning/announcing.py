"""Says something to everybody in a run, puts it right, takes it back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_, Titled, say
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning import announcement_queries, queries
from lms.learning.announcement_models import Announcement
from lms.learning.models import CourseRun

#: The most announcements of a run in a day: each reaches everybody.
MOST_A_DAY = 10
#: Learners told in one transaction, while others wait for the database.
AT_ONCE = 1000
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


class TooMany(Refused):
    """A run has had its announcements for today."""

    message = N_(
        "This run has had {most} announcements in the last 24 hours. Put one of them right instead,"
        " or wait."
    )


class AlreadyWithdrawn(Refused):
    """What was withdrawn stays so."""

    message = N_("This announcement is withdrawn. Make a new one.")


def announce(
    session: Session, run: CourseRun, title: str, text: str, *, by: Person, now: datetime
) -> Announcement:
    """Announce something in ``run``; the worker tells every learner of it. Raises TooMany."""
    if announcement_queries.made_since(session, run, now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooMany(most=MOST_A_DAY)
    made = Announcement(
        run=run, author=by, title=title.strip(), text=text.strip(), made=now, told=0
    )
    session.add(made)
    session.flush()
    journal.note(session, "announcement.made", made, at=now, by=by)
    return made


def tell_some(session: Session, *, now: datetime) -> bool:
    """Tell some learners of the announcement that waits longest for it; whether there was one.

    How far it has come is kept with their notices, so that nobody is told twice.
    """
    found = announcement_queries.next_to_tell(session)
    if found is None:
        return False
    span = queries.next_enrolments(session, found.run, found.told or 0, AT_ONCE)
    if span is None or found.withdrawn is not None:
        found.told = None
        return True
    words = [
        notices.Word(
            each.person,
            say(
                "“{title}”: an announcement in “{course}”.",
                title=found.title,
                course=Titled(found.run.version.titles),
            ),
            found,
        )
        for each in queries.learners(session, found.run, span)
        if each.person_id != found.by_id and each.enrolled <= found.made
    ]
    notices.tell_all(session, News.ANNOUNCEMENT, words, now=now)
    found.told = span.last
    return True


def put_right(
    session: Session, found: Announcement, title: str, text: str, *, by: Person, now: datetime
) -> None:
    """Change the words; nobody is told again. Raises AlreadyWithdrawn."""
    if found.withdrawn is not None:
        raise AlreadyWithdrawn
    found.title, found.text, found.changed = title.strip(), text.strip(), now
    journal.note(session, "announcement.changed", found, at=now, by=by)


def withdraw(session: Session, found: Announcement, *, by: Person, now: datetime) -> None:
    """Show it to learners no more, and take back what they were told. Twice changes nothing."""
    if found.withdrawn is None:
        found.withdrawn = now
        notices.take_back(session, News.ANNOUNCEMENT, found)
        journal.note(session, "announcement.withdrawn", found, at=now, by=by)
