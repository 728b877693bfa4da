"""Pages of a learner's quizzes: what waits, the questions, the results, what is known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from lms.grading import service as grading
from lms.learning import quiz_queries, quiz_rules, quizzes
from lms.learning.learned import needed
from lms.learning.rules import takes_work
from lms.web import access, outline, quiz_pages
from lms.web.quiz_forms import AnswersForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.models import Enrolment
    from lms.learning.quiz_models import QuizAttempt

pages = Blueprint("quizzes", __name__)

HOME = "/learn/<public_id>/quizzes/<slug>"
ATTEMPT = HOME + "/attempts/<int:number>"


@pages.get(HOME)
def show(public_id: str, slug: str) -> ResponseReturnValue:
    """What the quiz is, how it counts, and the attempts so far."""
    enrolment, quiz = access.quiz(public_id, slug)
    attempts = quiz_queries.attempts(access.session(), enrolment, quiz)
    taken = quiz_queries.taken(access.session(), [enrolment]).get((enrolment.id, quiz.id), [])
    granted = quiz_queries.quiz_time(access.session(), enrolment)
    counts = quiz_rules.counting(taken, quiz.counts)
    return page(
        "quizzes/quiz.html",
        quiz=quiz,
        attempts=attempts,
        counts=counts,
        needed=needed(enrolment, quiz),
        minutes=quiz.time_limit and round(quiz.time_limit * (granted.factor if granted else 1.0)),
        granted=granted,
        running=next((each for each in attempts if each.finished is None), None),
        attempts_left=quizzes.attempts_allowed(quiz) - len(attempts),
        is_open=takes_work(enrolment.run.opens, enrolment.run.closes, access.now()),
        **outline.around(enrolment, slug),
    )


@pages.post(HOME + "/attempts")
def begin(public_id: str, slug: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one under way."""
    enrolment, quiz = access.quiz(public_id, slug)
    attempt = quizzes.begin(access.session(), enrolment, quiz, now=access.now())
    grading.complete_earned(access.session(), [enrolment], now=access.now())
    return _to(public_id, slug, attempt.number)


@pages.get(ATTEMPT)
def attempt(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    """The questions while the attempt is under way, its results when it is finished."""
    enrolment, found = access.attempt(public_id, slug, number)
    if found.finished is not None:
        return _results(enrolment, found)
    return _questions(enrolment, found, _form(found))


@pages.post(ATTEMPT)
def save(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    """Keep the answers; hand them in if that was asked for, or if their time is over."""
    enrolment, found = access.attempt(public_id, slug, number)
    form = _form(found)
    form.read(request.form)
    in_time = quizzes.save(access.session(), found, form.given, now=access.now())
    deed = request.form.get("deed", "save")
    if in_time and deed == "save":
        flash(_("Your answers are saved."), "ok")
        return _to(public_id, slug, number)
    if in_time and deed == "finish" and (form.faults() or form.missing()):
        return _questions(enrolment, found, form, strict=True), 422
    if not in_time:
        flash(_("The time was over. What you saved before counts; the rest is kept."), "warn")
    quizzes.finish(access.session(), enrolment, found, now=access.now())
    grading.complete_earned(access.session(), [enrolment], now=access.now())
    return _to(public_id, slug, number)


@pages.post(ATTEMPT + "/answers")
def save_quietly(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    """The same for the script that saves while answers are given: it hands nothing in."""
    _enrolment, found = access.attempt(public_id, slug, number)
    form = _form(found)
    form.read(request.form)
    in_time = quizzes.save(access.session(), found, form.given, now=access.now())
    at = format_datetime(access.now(), "HH:mm")
    told = _("Saved %(time)s", time=at) if in_time else _("The time is over.")
    return {"message": told, "over": not in_time}


@pages.post(ATTEMPT + "/placement")
def go_past(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    """Note the chosen lessons as known, as the pre-test has shown."""
    enrolment, found = access.attempt(public_id, slug, number)
    chosen = request.form.getlist("lesson")
    quizzes.go_past(access.session(), enrolment, found, chosen, now=access.now())
    flash(_("The lessons you chose are marked as known. You can still read them."), "ok")
    return redirect(url_for("learn.course", public_id=public_id), 303)


def _form(found: QuizAttempt) -> AnswersForm:
    return AnswersForm(quizzes.questions_of(found), quizzes.given_of(found))


def _to(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    return redirect(url_for(".attempt", public_id=public_id, slug=slug, number=number), 303)


def _questions(
    enrolment: Enrolment, found: QuizAttempt, form: AnswersForm, *, strict: bool = False
) -> str:
    saved = [answer.saved for answer in found.answers if answer.given is not None]
    return page(
        "quizzes/questions.html",
        quiz=found.quiz,
        attempt=found,
        questions=quiz_pages.questions(form, strict=strict),
        strict=strict,
        saved=max(saved, default=None),
        is_over=quiz_rules.is_over(found.ends, access.now()),
        seconds=found.ends and max(0, int((found.ends - access.now()).total_seconds())),
        **outline.around(enrolment, found.quiz.slug),
    )


def _results(enrolment: Enrolment, found: QuizAttempt) -> str:
    quiz, session = found.quiz, access.session()
    left = quizzes.attempts_allowed(quiz) - len(quiz_queries.attempts(session, enrolment, quiz))
    run = enrolment.run
    may_try = left > 0 and takes_work(run.opens, run.closes, access.now())
    share = quiz_rules.Taken(found.number, found.score or 0.0, found.possible).share
    revealed = quiz_rules.shows_answers(
        quiz.reveal, may_try_again=may_try, is_perfect=quiz_rules.is_passed(share, 1.0)
    )
    around = outline.around(enrolment, quiz.slug)
    offered = set(quizzes.offered(found))
    return page(
        "quizzes/results.html",
        quiz=quiz,
        attempt=found,
        results=quiz_pages.results(found, revealed=revealed),
        share_earned=share,
        needed=needed(enrolment, quiz),
        passed=quiz_rules.is_passed(share, needed(enrolment, quiz)),
        revealed=revealed,
        may_try_again=may_try,
        offered=[step for step in around["steps"] if step.slug in offered and not step.done],
        known=[step for step in around["steps"] if step.slug in offered and step.known],
        timed_out=bool(found.ends and found.finished and found.finished >= found.ends),
        **around,
    )
