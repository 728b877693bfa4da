"""Pages of a learner: home, course, lessons, assignments, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict

from lms import awarding
from lms.catalogue import notebooks, releases
from lms.catalogue import queries as catalogue
from lms.catalogue.notebook_names import file_name
from lms.core.i18n import direction
from lms.credentials import queries as credentials
from lms.credentials import skills
from lms.grading import announcing, by_hand, desk, done_queries, hand_queries, reviews, showing
from lms.grading import queries as grading
from lms.grading import service as marking
from lms.grading.states import SETTLED, State
from lms.learning import announcement_queries, places, rules, service
from lms.web import access, course_view, downloads, help_view, offline, outline, reading, templating
from lms.web.forms import EnrolForm
from lms.web.hand_in_forms import HandInForm, hand_in_form
from lms.web.marking_forms import AskForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment
    from lms.grading.models import Submission
    from lms.learning.models import Enrolment

pages = Blueprint("learn", __name__)
pages.add_app_template_global(outline.address_of, "address_of")


@pages.get("/home")
def home() -> ResponseReturnValue:
    """Where the learner was, what is due, their courses, credentials and skills."""
    person, enrolments = access.person(), access.enrolments()
    held = credentials.of_person(access.session(), person)
    found = desk.of_enrolments(access.session(), enrolments, access.now())
    return page(
        "learn/home.html",
        desk=found,
        opening=next((e for e in reversed(enrolments) if e.run.opens > access.now()), None),
        credentials=held,
        skills=skills.of_learner(held, found.courses),
        zone_name=templating.zone_name(access.time_zone()),
    )


@pages.post("/learn/<public_id>/place")
def stand_at(public_id: str) -> ResponseReturnValue:
    """Note at which step the learner is; the script of a step's page says so."""
    enrolment = access.enrolment(public_id)
    steps = grading.steps(access.session(), enrolment)
    slug = request.form.get("slug", "")
    places.stand_at(access.session(), enrolment, steps, slug, now=access.now())
    return "", 204


@pages.get("/runs/<public_id>")
def run(public_id: str) -> ResponseReturnValue:
    """A run and the way into it."""
    found = access.run(public_id)
    form = EnrolForm(code=request.args.get("code", ""))
    return page(
        "learn/run.html",
        run=found,
        form=form,
        taken=rules.takes_enrolments(found.closes, access.now()),
    )


@pages.post("/runs/<public_id>/enrolments")
def enrol(public_id: str) -> ResponseReturnValue:
    """Take a place in a run."""
    person, found, form = access.person(), access.run(public_id), EnrolForm(request.form)
    try:
        enrolment = service.enrol(
            access.session(), found, person, code=form.code.data or "", now=access.now()
        )
    except service.WrongInvitation as error:
        form.code.errors = [templating.sentence(error.sentence)]
        return page("learn/run.html", run=found, form=form, taken=True), 422
    flash(_("You are enrolled. Good work!"), "ok")
    return redirect(url_for(".course", public_id=enrolment.public_id), 303)


@pages.get("/learn/<public_id>")
def course(public_id: str) -> ResponseReturnValue:
    """A course: where its learner stands, its map and its outline."""
    enrolment = access.enrolment(public_id)
    return page(
        "learn/course.html",
        announcements=announcement_queries.of_run(access.session(), enrolment.run),
        **course_view.of(enrolment),
        **offline.panel(enrolment),
    )


@pages.get("/learn/<public_id>/lessons/<slug>")
def lesson(public_id: str, slug: str) -> ResponseReturnValue:
    """A lesson in the visitor's language, or in the original's."""
    enrolment, found = access.lesson(public_id, slug)
    text = catalogue.lesson_text(
        access.session(), found, request.args.get("lang") or templating.content_locale()
    )
    around = reading.beside(enrolment, found, text)
    html = page(
        "learn/lesson.html",
        lesson=found,
        html=Markup(text.html),
        text_locale=text.locale,
        text_direction=direction(text.locale),
        asked=help_view.asked_about(enrolment, slug),
        **around,
        **outline.around(enrolment, slug),
    )
    return reading.answer(html, found, around["nonce"])


@pages.post("/learn/<public_id>/lessons/<slug>")
def set_done(public_id: str, slug: str) -> ResponseReturnValue:
    """Note that a lesson is done, or not after all, and go to what comes next."""
    enrolment, found = access.lesson(public_id, slug)
    done = request.form.get("done") != "no"
    service.set_done(access.session(), enrolment, found, done=done, now=access.now())
    steps = grading.steps(access.session(), enrolment)
    places.stand_at(access.session(), enrolment, steps, slug, now=access.now())
    following = rules.following(steps, slug) if done else None
    if not done:
        return redirect(url_for(".lesson", public_id=public_id, slug=slug), 303)
    if following is None:
        return redirect(url_for(".course", public_id=public_id), 303)
    return redirect(outline.address_of(enrolment, following), 303)


@pages.get("/learn/<public_id>/assignments/<slug>")
def assignment(public_id: str, slug: str) -> ResponseReturnValue:
    """What is asked, what was handed in, and the form to hand in more."""
    enrolment, found = access.assignment(public_id, slug)
    return _assignment_page(enrolment, found, hand_in_form(found))


@pages.get("/learn/<public_id>/assignments/<slug>/release.ipynb", defaults={"name": ""})
@pages.get("/learn/<public_id>/assignments/<slug>/releases/<name>.ipynb")
def release(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """A learner's notebook, in the visitor's language."""
    _enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    content = notebooks.write(releases.release_of(access.lms().blobs, notebook, _language()))
    return downloads.notebook(content, file_name(found.slug, notebook.name))


@pages.get("/learn/<public_id>/assignments/<slug>/release.zip")
def release_with_data(public_id: str, slug: str) -> ResponseReturnValue:
    """The learner's notebooks with the files beside them, laid out as the author has them."""
    _enrolment, found = access.assignment(public_id, slug)
    return Response(
        releases.packed(access.lms().blobs, found, _language()),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{found.slug}.zip"'},
    )


@pages.post("/learn/<public_id>/assignments/<slug>")
def hand_in(public_id: str, slug: str) -> ResponseReturnValue:
    """Take the notebooks and queue them for marking."""
    enrolment, found = access.assignment(public_id, slug)
    form = hand_in_form(found, CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _assignment_page(enrolment, found, form), 422
    submission = marking.hand_in(
        access.session(), access.lms().blobs, enrolment, found, form.work, now=access.now()
    )
    awarding.receipt(access.session(), access.lms(), submission, now=access.now())
    return redirect(url_for(".submission", public_id=submission.public_id), 303)


@pages.get("/submissions/<public_id>")
def submission(public_id: str) -> ResponseReturnValue:
    """A piece of work: its place in line, or its marks."""
    found = access.submission(public_id)
    return page("learn/submission.html", **_result(found))


@pages.get("/submissions/<public_id>/state")
def submission_state(public_id: str) -> ResponseReturnValue:
    """The part of the same page that changes, for the script that keeps it current."""
    return page("learn/submission_state.html", **_result(access.submission(public_id)))


@pages.post("/submissions/<public_id>/reviews")
def ask_for_review(public_id: str) -> ResponseReturnValue:
    """Ask that a person look at a cell again."""
    found, form = access.submission(public_id), AskForm(request.form)
    values = _result(found, form)
    if not form.validate():
        return page("learn/submission.html", **values), 422
    words = (form.text.data or "").strip()
    reviews.ask(access.session(), found, str(form.cell.data), words, now=access.now())
    flash(_("Your request is sent. The answer will stand on this page."), "ok")
    return redirect(url_for(".submission", public_id=public_id), 303)


@pages.get("/submissions/<public_id>/notebook.ipynb", defaults={"name": ""})
@pages.get("/submissions/<public_id>/notebooks/<name>.ipynb")
def notebook(public_id: str, name: str) -> ResponseReturnValue:
    """A file as it was handed in."""
    return downloads.submitted(access.submission(public_id), name)


def _language() -> str:
    """The language of the notebooks that the visitor is given."""
    return request.args.get("lang") or templating.content_locale()


def _assignment_page(enrolment: Enrolment, found: Assignment, form: HandInForm) -> str:
    handed_in = grading.submissions(access.session(), enrolment, found)
    extension = grading.extension(access.session(), enrolment, found)
    cells = releases.graded_cells(access.lms().blobs, found)
    return page(
        "learn/assignment.html",
        assignment=found,
        form=form,
        cells=cells,
        told=announcing.handing_in(enrolment, found, extension, handed_in, cells, now=access.now()),
        asked=help_view.asked_about(enrolment, found.slug),
        submissions=[
            (work, marking.result(work), marking.stage(work), marking.is_late(work))
            for work in reversed(handed_in)
        ],
        grade=grading.grades(access.session(), [enrolment]).get((enrolment.id, found.id)),
        largest=notebooks.LARGEST_NOTEBOOK,
        largest_work=notebooks.LARGEST_WORK,
        **outline.around(enrolment, found.slug),
    )


def _result(found: Submission, form: AskForm | None = None) -> dict[str, Any]:
    run = found.runs[-1]
    session = access.session()
    form = form or AskForm()
    form.choose_from([mark.grade_id for mark in reviews.may_ask_about(session, found)])
    return {
        "submission": found,
        "run": run,
        "settled": run.state in SETTLED,
        "place": grading.place_in_line(session, run) if run.state is State.QUEUED else 0,
        "result": marking.result(found),
        "stage": marking.stage(found),
        "is_late": marking.is_late(found),
        "done_time": done_queries.worth_telling(session, found),
        "signed": credentials.receipt(session, found),
        "counts": grading.counts(session, found),
        "credential": credentials.of_enrolment(session, found.enrolment),
        "earlier": showing.earlier(found),
        "copies": showing.copied_cells(access.lms().blobs, found),
        "by_hand": by_hand.told_to_learner(session, found),
        "bonuses": showing.bonuses(access.lms().blobs, run) if run.state is State.MARKED else {},
        "requests": hand_queries.requests_of(session, found),
        "review_form": form,
        "marking_paused": run.state is State.QUEUED and access.marking_is_paused(),
    }
