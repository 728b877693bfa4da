"""Changes to questions and answers by those who write them."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import NotAllowed, Refused
from lms.core.folding import folded
from lms.core.i18n import N_, say
from lms.institutes.models import Person
from lms.learning import help_queries as queries
from lms.learning.following import follow, tell_followers, tell_of_praise
from lms.learning.help_models import EarlierPost, Follower, Post, Thread
from lms.learning.help_rules import (
    HOUR,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_EDITS,
    Place,
    Reader,
    posts_an_hour,
    says_something,
    tidied,
    tidied_title,
)
from lms.learning.models import CourseRun


class TooManyPosts(Refused):
    """More posts within an hour than one person may write."""

    message = N_(
        "You have written {most} posts within an hour. Wait a little, then send this one again."
    )


class SaysNothing(Refused):
    """A title or a text without a letter or a digit."""

    message = N_("There are no words in this. Say in a few words what you mean.")


class PostTooLong(Refused):
    """A title or a text beyond its bounds."""

    message = N_("This is too long: a title has at most {title} characters, a text {text}.")


class ThreadLocked(Refused):
    """An instructor has locked the thread."""

    message = N_("An instructor has locked this question: nothing can be added or changed.")


class PostGone(Refused):
    """The post, or the question it belongs to, was withdrawn or hidden."""

    message = N_("This was withdrawn or hidden, so nothing can be added to it or changed.")


class TooManyEdits(Refused):
    """Every earlier wording is kept, so there is an end to them."""

    message = N_("This was changed {most} times, which is as often as one can. Write a new answer.")


class OwnPost(NotAllowed):
    """Nobody finds their own answer good, nor reports themselves."""

    message = N_("This is your own post.")


def ask(
    session: Session,
    run: CourseRun,
    place: Place,
    person: Person,
    reader: Reader,
    *,
    title: str,
    text: str,
    for_instructors: bool = False,
    nameless: bool = False,
    now: datetime,
) -> Thread:
    """Ask about ``place`` in ``run``; the asker is told of answers.

    Raises TooManyPosts, SaysNothing or PostTooLong.
    """
    _require_time_for_more(session, person, reader, now)
    title, text = _sound(title, text)
    thread = Thread(
        run=run,
        slug=place.slug,
        cell=place.cell,
        title=title,
        asker=person,
        nameless=nameless,
        asked=now,
        changed=now,
    )
    question = _post(thread, person, reader, text, title, now)
    question.for_instructors = for_instructors
    session.add_all([thread, question])
    session.flush()
    session.add(Follower(thread_id=thread.id, person_id=person.id))
    journal.note(session, "help.asked", thread, at=now, by=person)
    return thread


def answer(
    session: Session,
    thread: Thread,
    person: Person,
    reader: Reader,
    *,
    text: str,
    for_instructors: bool = False,
    now: datetime,
) -> Post:
    """Answer a question; who follows it is told, and a learner who answers follows it.

    Raises ThreadLocked, PostGone, TooManyPosts, SaysNothing or PostTooLong.
    """
    _require_unlocked(thread, reader)
    question = queries.question(session, thread)
    if question.hidden or question.withdrawn:
        raise PostGone
    _require_time_for_more(session, person, reader, now)
    _title, text = _sound(thread.title, text)
    post = _post(thread, person, reader, text, "", now)
    post.for_instructors = for_instructors
    session.add(post)
    thread.changed = now
    session.flush()
    settle(session, thread, now=now)
    journal.note(session, "help.answered", post, at=now, by=person)
    if not for_instructors:
        tell_followers(session, thread, but=person, now=now)
    if not reader.teaches:
        follow(session, thread, person, wanted=True)
    return post


def edit(
    session: Session,
    post: Post,
    reader: Reader,
    *,
    title: str,
    text: str,
    for_instructors: bool,
    now: datetime,
) -> None:
    """Change what a post says; ``title`` is that of a question and counts for nothing else.

    What it said is kept for those who moderate. Whoever found an answer good did not mean its
    new words, so that falls away. Raises ThreadLocked, PostGone, TooManyEdits, SaysNothing or
    PostTooLong.
    """
    thread = post.thread
    _require_unlocked(thread, reader)
    if post.hidden or post.withdrawn:
        raise PostGone
    title, text = _sound(title if post.is_question else thread.title, text)
    said = (thread.title, post.text, post.for_instructors)
    if said == (title, text, for_instructors):
        return
    if said[:2] != (title, text):
        _keep_earlier(session, post, now)
        thread.title, post.text, post.edited = title, text, now
        post.folded = _folded(title if post.is_question else "", text)
        post.endorsed = post.endorsed_by_id = post.helped = None
        thread.changed = now
    post.for_instructors = for_instructors
    if post.is_question and for_instructors:
        # Nobody else may open the thread any more, so nobody else is told of it.
        session.execute(
            delete(Follower).where(
                Follower.thread_id == thread.id, Follower.person_id != thread.asker_id
            )
        )
    session.flush()
    settle(session, thread, now=now)
    journal.note(session, "help.edited", post, at=now, by=post.author)


def withdraw(session: Session, post: Post, *, now: datetime) -> None:
    """Take a post back: only its trace is shown from now on, its text to those who moderate."""
    if post.withdrawn:
        return
    post.withdrawn = now
    session.flush()
    settle(session, post.thread, now=now)
    journal.note(session, "help.withdrawn", post, at=now, by=post.author)


def withdraw_all(session: Session, person: Person, *, now: datetime) -> None:
    """Take back whatever ``person`` has written, as one does whose words are to go."""
    for post in queries.written_by(session, person):
        withdraw(session, post, now=now)


def thank(session: Session, post: Post, *, good: bool, now: datetime) -> None:
    """Note that an answer helped the asker of its thread, or did not after all.

    Raises OwnPost or PostGone.
    """
    require_answer_of_another(post, post.thread.asker)
    post.helped = (post.helped or now) if good else None
    session.flush()
    settle(session, post.thread, now=now)
    journal.note(session, "help.thanked", post, at=now, by=post.thread.asker, good=good)
    if good:
        told = say("Your answer to “{title}” helped the person who asked.", title=post.thread.title)
        tell_of_praise(session, post, told, now=now)


def require_answer_of_another(post: Post, person: Person) -> None:
    """Refuse to find a question, a post that is gone or one's own post good."""
    if post.author_id == person.id:
        raise OwnPost
    if post.is_question or post.hidden or post.withdrawn:
        raise PostGone


def settle(session: Session, thread: Thread, *, now: datetime) -> None:
    """Note whether ``thread`` is answered; the first moment counts while it is."""
    thread.answered = (thread.answered or now) if queries.has_answer(session, thread) else None
    session.flush()


def _post(
    thread: Thread, person: Person, reader: Reader, text: str, title: str, now: datetime
) -> Post:
    """A new post: one that asks where there is a title."""
    return Post(
        thread=thread,
        is_question=bool(title),
        author=person,
        teaching=reader.teaches,
        text=text,
        folded=_folded(title, text),
        posted=now,
        hidden_reason="",
    )


def _require_time_for_more(session: Session, person: Person, reader: Reader, now: datetime) -> None:
    most = posts_an_hour(reader)
    if queries.posts_since(session, person, now - HOUR) >= most:
        raise TooManyPosts(most=most)


def _require_unlocked(thread: Thread, reader: Reader) -> None:
    if thread.locked and not reader.teaches:
        raise ThreadLocked


def _sound(title: str, text: str) -> tuple[str, str]:
    title, text = tidied_title(title), tidied(text)
    if not says_something(title) or not says_something(text):
        raise SaysNothing
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise PostTooLong(title=LONGEST_TITLE, text=LONGEST_TEXT)
    return title, text


def _folded(title: str, text: str) -> str:
    # Folding may write one sign as eighteen letters, so what is stored has a bound of its own.
    return folded(f"{title}\n{text}")[: 2 * LONGEST_TEXT]


def _keep_earlier(session: Session, post: Post, now: datetime) -> None:
    if len(queries.earlier(session, post)) >= MOST_EDITS:
        raise TooManyEdits(most=MOST_EDITS)
    title = post.thread.title if post.is_question else ""
    session.add(EarlierPost(post_id=post.id, title=title, text=post.text, until=now))
