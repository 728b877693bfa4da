"""Pages of an instructor: runs, learners, work to look at and to mark by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.grading import (
    by_hand,
    done_queries,
    hand_queries,
    regrade_queries,
    regrading,
    run_overview,
    service,
    showing,
)
from lms.grading import queries as grading
from lms.institutes.rules import Role
from lms.learning import moderation_queries, quiz_queries
from lms.learning import queries as learning
from lms.web import access, downloads, paging, templating
from lms.web.marking_forms import PointsForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.grading.models import Submission

pages = Blueprint("teach", __name__, url_prefix="/teach")


@pages.get("/")
def home() -> ResponseReturnValue:
    """The runs of the visitor's institutes and the work that waits for a hand."""
    institutes = access.institutes_where(Role.INSTRUCTOR)
    return page(
        "teach/home.html",
        runs=learning.runs_of(access.session(), institutes),
        waiting=grading.awaiting_hand(access.session(), institutes, access.person()),
        most_waiting=grading.MOST_AWAITING,
        queues=hand_queries.queues(access.session(), institutes, access.person()),
        regrades=regrade_queries.to_decide(access.session(), institutes),
        requests=hand_queries.open_requests(access.session(), institutes, access.person()),
        done_times=done_queries.waiting_runs(access.session(), institutes, access.person()),
        questions=moderation_queries.waiting(access.session(), institutes, access.person()),
        reported=moderation_queries.reported_posts(access.session(), institutes),
        now=access.now(),
    )


@pages.get("/runs/<public_id>")
def run(public_id: str) -> ResponseReturnValue:
    """Who learns in a run and how far they are, those who have come least far first."""
    found, words = access.taught_run(public_id), request.args.get("q", "")[:200]
    shown = run_overview.overview(
        access.session(), found, words=words, number=paging.asked(), now=access.now()
    )
    return page(
        "teach/run.html",
        run=found,
        overview=shown,
        is_open=found.opens <= access.now(),
        words=words,
        turning=paging.turning(
            shown.window, ".run", public_id=public_id, _anchor="learners", q=words
        ),
        done_times=done_queries.waiting(access.session(), found).window.total,
        now=access.now(),
    )


@pages.get("/enrolments/<public_id>")
def learner(public_id: str) -> ResponseReturnValue:
    """One learner of a run: their steps and everything they handed in."""
    enrolment = access.taught_enrolment(public_id)
    modules = enrolment.run.version.modules
    granted = grading.extensions(access.session(), [enrolment])
    counting = {
        grade.submission_id for grade in grading.grades(access.session(), [enrolment]).values()
    }
    return page(
        "teach/learner.html",
        enrolment=enrolment,
        due_dates=[
            (each, grading.due(enrolment.run, each, extension), extension)
            for module in modules
            for each in module.assignments
            for extension in [granted.get((enrolment.id, each.id))]
        ],
        may_extend=enrolment.person_id != access.person().id,
        quiz_attempts=quiz_queries.attempts_of(access.session(), enrolment),
        quiz_time=quiz_queries.quiz_time(access.session(), enrolment),
        steps=grading.steps(access.session(), enrolment),
        submissions=[
            (
                work,
                service.result(work),
                service.stage(work),
                service.is_late(work),
                work.id in counting,
            )
            for work in grading.submissions_of(access.session(), enrolment)
        ],
    )


@pages.get("/submissions/<public_id>")
def submission(public_id: str) -> ResponseReturnValue:
    """A piece of work with its marks and, where a cell is marked by hand, what was answered."""
    return _submission_page(access.taught_submission(public_id))


@pages.post("/submissions/<public_id>/marks/<grade_id>")
def give_points(public_id: str, grade_id: str) -> ResponseReturnValue:
    """Give a cell its points."""
    found, form = access.taught_submission(public_id), PointsForm(request.form)
    if not form.validate():
        return _submission_page(found, form, grade_id), 422
    try:
        opinion = by_hand.Opinion(form.value)
        by_hand.give(
            access.session(), found, grade_id, opinion, by=access.person(), now=access.now()
        )
    except by_hand.PointsOutOfRange as error:
        form.points.errors = [templating.sentence(error.sentence)]
        return _submission_page(found, form, grade_id), 422
    flash(_("The points are saved."), "ok")
    return redirect(url_for(".submission", public_id=public_id), 303)


@pages.post("/submissions/<public_id>/runs")
def mark_again(public_id: str) -> ResponseReturnValue:
    """Queue a submission to be marked once more; the earlier marks are kept."""
    found = access.taught_submission(public_id)
    regrading.mark_again(access.session(), found, by=access.person(), now=access.now())
    flash(_("The work is queued to be marked again."), "ok")
    return redirect(url_for(".submission", public_id=public_id), 303)


@pages.get("/submissions/<public_id>/notebook.ipynb", defaults={"name": ""})
@pages.get("/submissions/<public_id>/notebooks/<name>.ipynb")
def notebook(public_id: str, name: str) -> ResponseReturnValue:
    """A file as the learner handed it in."""
    return downloads.submitted(access.taught_submission(public_id), name)


def _submission_page(found: Submission, form: PointsForm | None = None, grade_id: str = "") -> str:
    return page(
        "teach/submission.html",
        submission=found,
        run=found.runs[-1],
        result=service.result(found),
        stage=service.stage(found),
        is_late=service.is_late(found),
        done_time=done_queries.worth_telling(access.session(), found),
        counts=grading.counts(access.session(), found),
        answers=by_hand.answers(access.lms().blobs, found),
        earlier=showing.earlier(found),
        bonuses=showing.bonuses(access.lms().blobs, found.runs[-1]),
        open_cells=showing.open_cells(found),
        form=form,
        faulty=grade_id,
    )
