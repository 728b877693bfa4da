"""Changes to attempts at quizzes: begun, answered, finished, and what a pre-test opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.models import Quiz
from lms.catalogue.quiz_values import MOST_ATTEMPTS, Question, QuizContent
from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.learning import queries, quiz_queries, service, trails
from lms.learning.models import Enrolment
from lms.learning.quiz_answers import Given, Marked, mark
from lms.learning.quiz_models import KnownLesson, QuizAnswer, QuizAttempt
from lms.learning.quiz_rules import (
    Asked,
    asked_of,
    draw,
    ends,
    is_over,
    known_lessons,
    layout_json,
)
from lms.learning.rules import takes_work


class QuizClosed(Refused):
    """The run does not take work at this moment."""

    message = N_("This run takes no more answers. You can still look at your attempts.")


class NoAttemptLeft(Refused):
    """All attempts are begun."""

    message = N_("You have used all {allowed} attempts at this quiz.")


class AttemptFinished(Refused):
    """Answers came after the attempt was handed in."""

    message = N_("This attempt is handed in, so its answers stay as they are. Look at its results.")


class NothingKnown(Refused):
    """No lesson was chosen that the pre-test has shown to be known."""

    message = N_("Choose at least one lesson to go past, or begin with the first one.")


def attempts_allowed(quiz: Quiz) -> int:
    """How many attempts at ``quiz`` anybody has."""
    return MOST_ATTEMPTS if quiz.attempts_allowed is None else quiz.attempts_allowed


def begin(session: Session, enrolment: Enrolment, quiz: Quiz, *, now: datetime) -> QuizAttempt:
    """The learner's attempt that is under way, or a new one with questions of its own.

    Raises QuizClosed, or NoAttemptLeft.
    """
    run = enrolment.run
    queries.hold(session, enrolment)
    held = quiz_queries.attempts(session, enrolment, quiz)
    if held and held[-1].finished is None:
        if not is_over(held[-1].ends, now):
            return held[-1]
        finish(session, enrolment, held[-1], now=now)
    if not takes_work(run.opens, run.closes, now):
        raise QuizClosed
    if len(held) >= attempts_allowed(quiz):
        raise NoAttemptLeft(allowed=attempts_allowed(quiz))
    number = len(held) + 1
    content = content_of(quiz_queries.content(session, quiz))
    asked = draw(content, f"{quiz.public_id}/{enrolment.public_id}/{number}")
    granted = quiz_queries.quiz_time(session, enrolment)
    attempt = QuizAttempt(
        enrolment_id=enrolment.id,
        quiz=quiz,
        number=number,
        layout=layout_json(asked),
        begun=now,
        ends=ends(now, quiz.time_limit, granted.factor if granted else 1.0, run.closes),
        possible=sum(question.points for question, _ in asked_of(content, layout_json(asked))),
    )
    session.add(attempt)
    session.flush()
    trails.note_work(session, enrolment, now)
    _note(session, "quiz.begun", enrolment, attempt, now)
    return attempt


def content_of(quiz: Quiz) -> QuizContent:
    """The questions of ``quiz``."""
    return QuizContent.of_json(quiz.content)


def questions_of(attempt: QuizAttempt) -> list[tuple[Question, Asked]]:
    """What an attempt asks, in its order."""
    return asked_of(content_of(attempt.quiz), attempt.layout)


def given_of(attempt: QuizAttempt) -> dict[str, Given]:
    """What counts of what was answered, by question."""
    return {answer.question: answer.given for answer in attempt.answers}


def save(
    session: Session, attempt: QuizAttempt, given: Mapping[str, Given], *, now: datetime
) -> bool:
    """Keep what is answered so far; whether it came in time.

    What comes after the end is kept beside what counts, and never counts itself.
    Raises AttemptFinished, unless the time was over before it was finished.
    """
    late = is_over(attempt.ends, now)
    if attempt.finished is not None and not late:
        raise AttemptFinished
    held = {answer.question: answer for answer in attempt.answers}
    for question, _asked in questions_of(attempt):
        if question.id not in given:
            continue
        value, answer = given[question.id], held.get(question.id)
        if answer is None and value is None:
            continue
        if answer is None:
            answer = QuizAnswer(
                question=question.id, given=None, late=None, saved=now, possible=question.points
            )
            attempt.answers.append(answer)
        if late:
            answer.late = value if value != answer.given else answer.late
        elif answer.given != value:
            answer.given, answer.saved = value, now
    session.flush()
    return not late


def finish(session: Session, enrolment: Enrolment, attempt: QuizAttempt, *, now: datetime) -> None:
    """Mark an attempt by what was saved in time; finishing twice is finishing once."""
    if attempt.finished is not None:
        return
    over = is_over(attempt.ends, now)
    held = {answer.question: answer for answer in attempt.answers}
    score = 0.0
    for question, _asked in questions_of(attempt):
        answer = held.get(question.id)
        if answer is None:
            answer = QuizAnswer(
                question=question.id, given=None, late=None, saved=now, possible=question.points
            )
            attempt.answers.append(answer)
        answer.points = mark(question, answer.given).points
        score += answer.points
    attempt.finished = attempt.ends if over else now
    attempt.score = round(score, 4)
    session.flush()
    trails.forget(session, [enrolment])
    _note(session, "quiz.expired" if over else "quiz.finished", enrolment, attempt, now)


def marks(attempt: QuizAttempt) -> list[tuple[Question, Marked]]:
    """What each answer of an attempt is worth, in its order."""
    given = given_of(attempt)
    return [
        (question, mark(question, given.get(question.id)))
        for question, _asked in questions_of(attempt)
    ]


def offered(attempt: QuizAttempt) -> list[str]:
    """The lessons that a finished attempt lets its learner go past, by slug."""
    quiz = attempt.quiz
    if attempt.finished is None or not quiz.places_past:
        return []
    return known_lessons(quiz.places_past, quiz.place_mark, marks(attempt))


def go_past(
    session: Session,
    enrolment: Enrolment,
    attempt: QuizAttempt,
    slugs: Sequence[str],
    *,
    now: datetime,
) -> int:
    """Note that the learner knows the lessons ``slugs``, as the pre-test has shown; how many.

    Raises NothingKnown when none of them is among those that it has shown.
    """
    chosen = set(slugs) & set(offered(attempt))
    if not chosen:
        raise NothingKnown
    known = quiz_queries.known_lessons(session, [enrolment])
    for module in enrolment.run.version.modules:
        for lesson in module.lessons:
            if lesson.slug not in chosen:
                continue
            service.set_done(session, enrolment, lesson, done=True, now=now)
            if (enrolment.id, lesson.id) not in known:
                session.add(
                    KnownLesson(
                        enrolment_id=enrolment.id,
                        lesson_id=lesson.id,
                        attempt_id=attempt.id,
                        placed=now,
                    )
                )
    session.flush()
    _note(session, "quiz.placed_past", enrolment, attempt, now, ",".join(sorted(chosen)))
    return len(chosen)


def _note(
    session: Session,
    deed: str,
    enrolment: Enrolment,
    attempt: QuizAttempt,
    now: datetime,
    lessons: str | None = None,
) -> None:
    # The system finishes what a learner let run out; all else is their own deed.
    by = None if deed == "quiz.expired" else enrolment.person
    journal.note(
        session,
        deed,
        enrolment,
        at=now,
        by=by,
        quiz=attempt.quiz.public_id,
        attempt=attempt.number,
        **({} if lessons is None else {"lessons": lessons}),
    )
