"""Pages of an instructor: how a quiz went, somebody's attempt, more time for one learner."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.learning import quiz_queries, quiz_times, quizzes
from lms.web import access, quiz_pages
from lms.web.quiz_forms import QuizTimeForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.models import Enrolment

pages = Blueprint("quiz_teaching", __name__, url_prefix="/teach")

#: Learners on a page.
A_PAGE = 50


@pages.get("/runs/<public_id>/quizzes/<slug>")
def show(public_id: str, slug: str) -> ResponseReturnValue:
    """Who took a quiz and how, those who need help first, and how each question went."""
    run, quiz = access.taught_quiz(public_id, slug)
    session = access.session()
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    learners, total = quiz_queries.results(
        session, run, quiz, first=(number - 1) * A_PAGE, most=A_PAGE
    )
    content = quizzes.content_of(quiz_queries.content(session, quiz))
    rates = quiz_queries.question_rates(session, run, quiz)
    asked = [(quiz_pages.block(each.text), rates.get(each.id)) for each in content.questions]
    return page(
        "quizzes/teaching.html",
        run=run,
        quiz=quiz,
        learners=learners,
        questions=sorted(asked, key=lambda each: each[1].share if each[1] else 2.0),
        number=number,
        pages=max(1, ceil(total / A_PAGE)),
    )


@pages.get("/enrolments/<public_id>/quizzes/<slug>/attempts/<int:number>")
def attempt(public_id: str, slug: str, number: int) -> ResponseReturnValue:
    """What a learner answered in an attempt that is finished."""
    enrolment, found = access.taught_attempt(public_id, slug, number)
    done = found.finished is not None
    return page(
        "quizzes/taught_attempt.html",
        enrolment=enrolment,
        quiz=found.quiz,
        attempt=found,
        results=quiz_pages.results(found, revealed=True) if done else [],
    )


@pages.get("/enrolments/<public_id>/quiz-time")
def time(public_id: str) -> ResponseReturnValue:
    """The time that a learner has in quizzes, and the form to grant or change it."""
    enrolment = access.timed(public_id)
    held = quiz_queries.quiz_time(access.session(), enrolment)
    form = QuizTimeForm(factor=str(held.factor), reason=held.reason) if held else QuizTimeForm()
    return _time_page(enrolment, form)


@pages.post("/enrolments/<public_id>/quiz-time")
def grant(public_id: str) -> ResponseReturnValue:
    """Grant more time, in place of what was granted before."""
    enrolment, form = access.timed(public_id), QuizTimeForm(request.form)
    if not form.validate():
        return _time_page(enrolment, form), 422
    quiz_times.grant(
        access.session(),
        enrolment,
        factor=float(form.factor.data),
        reason=(form.reason.data or "").strip(),
        by=access.person(),
        now=access.now(),
    )
    flash(_("The time is saved, and the learner sees it."), "ok")
    return redirect(url_for("teach.learner", public_id=public_id), 303)


@pages.post("/enrolments/<public_id>/quiz-time/withdrawal")
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take it back."""
    enrolment = access.timed(public_id)
    quiz_times.withdraw(access.session(), enrolment, by=access.person(), now=access.now())
    flash(_("The extra time is withdrawn."), "ok")
    return redirect(url_for("teach.learner", public_id=public_id), 303)


def _time_page(enrolment: Enrolment, form: QuizTimeForm) -> str:
    held = quiz_queries.quiz_time(access.session(), enrolment)
    return page("quizzes/time.html", enrolment=enrolment, form=form, held=held)
