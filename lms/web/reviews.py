"""Pages of an instructor: what learners ask to have looked at again, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.errors import NotFound
from lms.grading import by_hand, hand_queries, queries, reviews, showing
from lms.institutes.rules import Role
from lms.web import access, cells, templating
from lms.web.marking_forms import AnswerForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.grading.models import Submission

pages = Blueprint("reviews", __name__, url_prefix="/teach")


@pages.get("/reviews")
def requests() -> ResponseReturnValue:
    """What learners of the visitor's institutes ask and nobody has answered."""
    institutes = access.institutes_where(Role.INSTRUCTOR)
    found = hand_queries.open_requests(access.session(), institutes, access.person())
    return page("teach/reviews.html", requests=found)


@pages.get("/submissions/<public_id>/marks/<grade_id>/review")
def review(public_id: str, grade_id: str) -> ResponseReturnValue:
    """One cell of somebody's work, whoever or whatever marked it, to be looked at again."""
    return _review_page(access.taught_submission(public_id), grade_id, AnswerForm())


@pages.post("/submissions/<public_id>/marks/<grade_id>/review")
def answer(public_id: str, grade_id: str) -> ResponseReturnValue:
    """Answer the learner, and give the cell other points if need be."""
    found, form = access.taught_submission(public_id), AnswerForm(request.form)
    if not form.validate():
        return _review_page(found, grade_id, form), 422
    words = (form.text.data or "").strip()
    try:
        reviews.answer(
            access.session(),
            found,
            grade_id,
            words,
            form.value,
            extra=form.given,
            by=access.person(),
            now=access.now(),
        )
    except (by_hand.PointsOutOfRange, by_hand.ExtraOutOfRange) as error:
        form.blame(error)
        return _review_page(found, grade_id, form), 422
    flash(_("The answer is saved. The learner sees it with the result."), "ok")
    return redirect(url_for("teach.submission", public_id=public_id), 303)


def _review_page(found: Submission, grade_id: str, form: AnswerForm) -> str:
    mark = queries.mark(access.session(), found, grade_id)
    if mark is None:
        raise NotFound
    if mark.score is None:
        raise reviews.NotMarkedYet
    told = hand_queries.judgements(access.session(), [found])[found.id, grade_id]
    answered = by_hand.answer(access.lms().blobs, found, grade_id, templating.content_locale())
    return page(
        "teach/review.html",
        submission=found,
        mark=mark,
        most_extra=by_hand.most_extra(found),
        bonus=showing.bonuses(access.lms().blobs, mark.run).get(grade_id),
        answer=cells.shown_answer(answered),
        asked=reviews.open_of(access.session(), found, grade_id),
        history=told,
        form=form,
    )
