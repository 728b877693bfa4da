"""Says something to everybody in a run, puts it right, takes it back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_, best_text, say
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning import announcement_queries, queries
from lms.learning.announcement_models import Announcement
from lms.learning.models import CourseRun

#: The most announcements of a run in a day: each reaches everybody.
MOST_A_DAY = 10
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
    """Announce something in ``run``; every learner of it is told. Raises TooMany."""
    if announcement_queries.made_since(session, run, now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooMany(most=MOST_A_DAY)
    made = Announcement(run=run, author=by, title=title.strip(), text=text.strip(), made=now)
    session.add(made)
    session.flush()
    journal.note(session, "announcement.made", made, at=now, by=by)
    notices.tell_all(
        session,
        News.ANNOUNCEMENT,
        [
            notices.Word(
                each.person,
                say(
                    "“{title}”: an announcement in “{course}”.",
                    title=made.title,
                    course=best_text(run.version.titles, each.person.locale)[0],
                ),
                made,
            )
            for each in queries.learners(session, run)
            if each.person_id != by.id
        ],
        now=now,
    )
    return made


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
