"""Who is told of what happens to a question, and telling them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.i18n import Sentence, say
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning import help_queries as queries
from lms.learning.help_models import Follower, Post, Thread


def follow(session: Session, thread: Thread, person: Person, *, wanted: bool) -> None:
    """Tell ``person`` of new answers, or no more."""
    held = queries.follows(session, thread, person)
    if wanted and held is None:
        session.add(Follower(thread_id=thread.id, person_id=person.id))
    if held is not None and not wanted:
        session.delete(held)
    session.flush()


def tell_followers(session: Session, thread: Thread, *, but: Person, now: datetime) -> None:
    """Tell everybody who follows ``thread``, ``but`` for whoever wrote, of an answer."""
    people = [each for each in queries.followers(session, thread) if each.id != but.id]
    sentence = say("There is an answer to “{title}”.", title=thread.title)
    _tell(session, people, News.HELP_ANSWERED, sentence, thread, now)


def tell_of_praise(session: Session, post: Post, told: Sentence, *, now: datetime) -> None:
    """Tell the author of a good answer, unless they have been told and have not read it yet."""
    _tell(session, [post.author], News.HELP_ENDORSED, told, post.thread, now)


def _tell(
    session: Session,
    people: Sequence[Person],
    kind: News,
    sentence: Sentence,
    thread: Thread,
    now: datetime,
) -> None:
    """One notice stands for all of its kind about a thread, until it is read."""
    waiting = queries.waits_to_be_read(session, kind, thread, [each.id for each in people])
    for each in people:
        if each.id not in waiting:
            notices.tell(session, each, kind, sentence, thread, now=now)
