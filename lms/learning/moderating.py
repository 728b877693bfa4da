"""Changes to questions and answers by those who moderate, and reports that call them."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_, Sentence, say
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning import help_queries as queries
from lms.learning import moderation_queries
from lms.learning.following import tell_of_praise
from lms.learning.help_models import Post, Report, Thread
from lms.learning.help_rules import (
    DAY,
    LONGEST_REASON,
    REPORTS_A_DAY,
    Decision,
    says_something,
    tidied,
)
from lms.learning.helping import (
    OwnPost,
    PostGone,
    SaysNothing,
    require_answer_of_another,
    settle,
)


class ReportedAlready(Refused):
    """Each reader reports a post once."""

    message = N_("You have reported this post already. An instructor looks at every report.")


class TooManyReports(Refused):
    """More reports within a day than one person may send."""

    message = N_("You have sent {most} reports today. Write to an instructor if there is more.")


def endorse(session: Session, post: Post, *, good: bool, by: Person, now: datetime) -> None:
    """Stand by somebody's answer as one who teaches, or no more.

    Raises OwnPost or PostGone.
    """
    require_answer_of_another(post, by)
    post.endorsed = (post.endorsed or now) if good else None
    post.endorsed_by_id = by.id if good else None
    session.flush()
    settle(session, post.thread, now=now)
    journal.note(session, "help.endorsed", post, at=now, by=by, good=good)
    if good:
        told = say("An instructor endorses your answer to “{title}”.", title=post.thread.title)
        tell_of_praise(session, post, told, now=now)


def hide(session: Session, post: Post, reason: str, *, by: Person, now: datetime) -> None:
    """Show only a trace of a post, tell its author why, and decide what was reported of it.

    Whoever reported it is told.

    Raises SaysNothing without a reason.
    """
    reason = _sound(reason)
    if post.hidden:
        return
    post.hidden, post.hidden_by_id, post.hidden_reason = now, by.id, reason
    _decide(session, post, Decision.HIDDEN, by, now)
    session.flush()
    settle(session, post.thread, now=now)
    journal.note(session, "help.hidden", post, at=now, by=by, reason=reason)
    told = say(
        "Your post in “{title}” was hidden. The reason: {reason}",
        title=post.thread.title,
        reason=reason,
    )
    notices.tell(session, post.author, News.HELP_MODERATED, told, post.thread, now=now)


def unhide(session: Session, post: Post, *, by: Person, now: datetime) -> None:
    """Show a post again, and tell its author."""
    if not post.hidden:
        return
    post.hidden, post.hidden_by_id, post.hidden_reason = None, None, ""
    session.flush()
    settle(session, post.thread, now=now)
    journal.note(session, "help.shown", post, at=now, by=by)
    told = say("Your post in “{title}” is shown again.", title=post.thread.title)
    notices.tell(session, post.author, News.HELP_MODERATED, told, post.thread, now=now)


def keep(session: Session, post: Post, *, by: Person, now: datetime) -> None:
    """Leave a reported post as it is, which decides its reports: their authors are told."""
    _decide(session, post, Decision.KEPT, by, now)
    journal.note(session, "help.kept", post, at=now, by=by)


def lock(session: Session, thread: Thread, *, shut: bool, by: Person, now: datetime) -> None:
    """Let learners add and change nothing in ``thread``, or let them again."""
    if bool(thread.locked) == shut:
        return
    thread.locked = now if shut else None
    session.flush()
    journal.note(session, "help.locked" if shut else "help.unlocked", thread, at=now, by=by)


def report(session: Session, post: Post, reason: str, *, by: Person, now: datetime) -> Report:
    """Ask those who teach to look at a post.

    Raises OwnPost, PostGone, SaysNothing, TooManyReports or ReportedAlready.
    """
    if post.author_id == by.id:
        raise OwnPost
    if post.hidden or post.withdrawn:
        raise PostGone
    if queries.reports_since(session, by, now - DAY) >= REPORTS_A_DAY:
        raise TooManyReports(most=REPORTS_A_DAY)
    found = Report(post_id=post.id, reporter_id=by.id, reason=_sound(reason), reported=now)
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError:
        raise ReportedAlready from None
    journal.note(session, "help.reported", post, at=now, by=by)
    return found


#: What whoever reported a post is told of it, but not who decided.
_TOLD = {
    Decision.HIDDEN: N_("The post in “{title}” that you reported was hidden. Thank you."),
    Decision.KEPT: N_(
        "An instructor has looked at the post in “{title}” that you reported, and leaves it as"
        " it is."
    ),
}


def _decide(session: Session, post: Post, decision: Decision, by: Person, now: datetime) -> None:
    told = Sentence(_TOLD[decision], {"title": post.thread.title})
    words = [
        notices.Word(report.reporter, told, post.thread)
        for report in moderation_queries.reports_of(session, post)
        if report.decided is None and report.reporter_id != by.id
    ]
    session.execute(
        update(Report)
        .where(Report.post_id == post.id, Report.decided.is_(None))
        .values(decided=now, decided_by_id=by.id, decision=decision)
    )
    notices.tell_all(session, News.HELP_REPORT_DECIDED, words, now=now)


def _sound(reason: str) -> str:
    reason = tidied(reason)[:LONGEST_REASON]
    if not says_something(reason):
        raise SaysNothing
    return reason
