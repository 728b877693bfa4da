"""Pages of questions and answers, for those who learn in a run and those who teach there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.errors import Refused
from lms.learning import following, helping, moderating
from lms.learning import help_queries as queries
from lms.learning.help_rules import Place
from lms.web import access, help_view, paging
from lms.web.help_forms import PostForm, QuestionForm, ReportForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.help_models import Post, Thread

pages = Blueprint("help", __name__, url_prefix="/help")


@pages.get("/runs/<public_id>/")
def run(public_id: str) -> ResponseReturnValue:
    """The questions of a run, about everything or one place, perhaps those that hold words."""
    visit = access.helped_run(public_id)
    place, words = _place(visit), request.args.get("q", "")[:200]
    found = queries.threads(
        access.session(), visit.run, visit.reader, place=place, words=words, number=paging.asked()
    )
    return page(
        "help/run.html",
        visit=visit,
        trail=help_view.trail(visit),
        place=place,
        back=help_view.place_address(visit, place) if place else None,
        titles=help_view.titles_of(visit.run.version),
        words=words,
        questions=help_view.listed(found.items, visit.run.version),
        window=found.window,
        turning=paging.turning(
            found.window, ".run", public_id=public_id, q=words, **_asked_about()
        ),
    )


@pages.get("/runs/<public_id>/ask")
def ask(public_id: str) -> ResponseReturnValue:
    """What was asked before, and the form to ask."""
    visit = access.helped_run(public_id)
    place = _place(visit)
    if place is None:
        return page("help/about.html", visit=visit, trail=help_view.trail(visit))
    return _ask_page(visit, place, QuestionForm())


@pages.post("/runs/<public_id>/ask")
def send_question(public_id: str) -> ResponseReturnValue:
    """Ask, or first look at how it reads and what resembles it."""
    visit, form = access.helped_run(public_id), QuestionForm(request.form)
    place = access.help_place(visit, request.args.get("about", ""), request.args.get("cell", ""))
    if not form.validate():
        return _ask_page(visit, place, form), 422
    if "preview" in request.form:
        return _ask_page(visit, place, form, preview=True)
    try:
        thread = helping.ask(
            access.session(),
            visit.run,
            place,
            access.person(),
            visit.reader,
            title=form.heading,
            text=form.words,
            for_instructors=form.for_instructors.data,
            nameless=form.nameless.data,
            now=access.now(),
        )
    except Refused as error:
        form.refuse(error)
        return _ask_page(visit, place, form), 422
    flash(_("Your question is asked. You get a notice when there is an answer."), "ok")
    return redirect(url_for(".thread", public_id=thread.public_id), 303)


@pages.get("/threads/<public_id>")
def thread(public_id: str) -> ResponseReturnValue:
    """A question with its answers."""
    return _thread_page(*access.help_thread(public_id), PostForm())


@pages.post("/threads/<public_id>")
def answer(public_id: str) -> ResponseReturnValue:
    """Answer, or first look at how the answer reads."""
    (visit, found, question), form = access.help_thread(public_id), PostForm(request.form)
    if not form.validate():
        return _thread_page(visit, found, question, form), 422
    if "preview" in request.form:
        return _thread_page(visit, found, question, form, preview=True)
    try:
        post = helping.answer(
            access.session(),
            found,
            access.person(),
            visit.reader,
            text=form.words,
            for_instructors=form.for_instructors.data,
            now=access.now(),
        )
    except Refused as error:
        form.refuse(error)
        return _thread_page(visit, found, question, form), 422
    flash(_("Your answer is saved."), "ok")
    last = queries.answers(access.session(), found, visit.reader, 1).window.pages
    return redirect(url_for(".thread", public_id=public_id, page=last, _anchor=post.public_id), 303)


@pages.post("/threads/<public_id>/following")
def follow(public_id: str) -> ResponseReturnValue:
    """Be told of new answers, or no more."""
    _visit, found, _question = access.help_thread(public_id)
    wanted = request.form.get("follow") != "no"
    following.follow(access.session(), found, access.person(), wanted=wanted)
    return redirect(url_for(".thread", public_id=public_id), 303)


@pages.get("/posts/<public_id>/edit")
def edit(public_id: str) -> ResponseReturnValue:
    """The form to change one's own post, or take it back."""
    visit, found = access.own_post(public_id)
    return _edit_page(visit, found, QuestionForm(obj=found, title=found.thread.title))


@pages.post("/posts/<public_id>/edit")
def change(public_id: str) -> ResponseReturnValue:
    """Change one's own post."""
    (visit, found), form = access.own_post(public_id), QuestionForm(request.form)
    if not found.is_question:
        form.title.data = found.thread.title
    if not form.validate():
        return _edit_page(visit, found, form), 422
    if "preview" in request.form:
        return _edit_page(visit, found, form, preview=True)
    try:
        helping.edit(
            access.session(),
            found,
            visit.reader,
            title=form.heading,
            text=form.words,
            for_instructors=form.for_instructors.data,
            now=access.now(),
        )
    except Refused as error:
        form.refuse(error)
        return _edit_page(visit, found, form), 422
    flash(_("The change is saved."), "ok")
    return _to(found)


@pages.post("/posts/<public_id>/withdrawal")
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take one's own post back."""
    _visit, found = access.own_post(public_id)
    helping.withdraw(access.session(), found, now=access.now())
    flash(_("Your post is withdrawn. Only instructors can still read it."), "ok")
    return _to(found)


@pages.post("/posts/<public_id>/thanks")
def thank(public_id: str) -> ResponseReturnValue:
    """Say that an answer has helped, or has not after all."""
    found = access.answer_to_own_question(public_id)
    good = request.form.get("good") != "no"
    helping.thank(access.session(), found, good=good, now=access.now())
    return _to(found)


@pages.get("/posts/<public_id>/report")
def report(public_id: str) -> ResponseReturnValue:
    """The form to have a post looked at."""
    return _report_page(*access.reportable_post(public_id), ReportForm())


@pages.post("/posts/<public_id>/report")
def send_report(public_id: str) -> ResponseReturnValue:
    """Have a post looked at."""
    (visit, found), form = access.reportable_post(public_id), ReportForm(request.form)
    if not form.validate():
        return _report_page(visit, found, form), 422
    reason = form.reason.data or ""
    moderating.report(access.session(), found, reason, by=access.person(), now=access.now())
    flash(_("Thank you. An instructor will look at it."), "ok")
    return _to(found)


def _asked_about() -> dict[str, str]:
    return {name: request.args[name] for name in ("about", "cell") if request.args.get(name)}


def _place(visit: access.HelpVisit) -> Place | None:
    """The place that the address narrows to, if any."""
    asked = _asked_about()
    return access.help_place(visit, asked["about"], asked.get("cell", "")) if asked else None


def _to(found: Post) -> ResponseReturnValue:
    thread = url_for(".thread", public_id=found.thread.public_id, _anchor=found.public_id)
    return redirect(thread, 303)


def _ask_page(
    visit: access.HelpVisit, place: Place, form: QuestionForm, *, preview: bool = False
) -> str:
    session, run, reader = access.session(), visit.run, visit.reader
    before = queries.threads(session, run, reader, place=place).items[:5]
    similar = queries.similar(session, run, reader, form.heading)
    return page(
        "help/ask.html",
        visit=visit,
        trail=help_view.trail(visit),
        place=place,
        titles=help_view.titles_of(run.version)[place.slug],
        before=help_view.listed(before, run.version),
        similar=help_view.listed(similar, run.version),
        form=form,
        preview=help_view.text(form.words) if preview else None,
    )


def _thread_page(
    visit: access.HelpVisit,
    found: Thread,
    question: Post,
    form: PostForm,
    *,
    preview: bool = False,
) -> str:
    answers = queries.answers(access.session(), found, visit.reader, paging.asked())
    return page(
        "help/thread.html",
        visit=visit,
        trail=help_view.trail(visit),
        thread=found,
        titles=help_view.titles_of(visit.run.version).get(found.slug, {"": found.slug}),
        back=help_view.place_address(visit, found.place),
        question=help_view.shown(question, found, visit),
        answers=[help_view.shown(post, found, visit) for post in answers.items],
        window=answers.window,
        turning=paging.turning(answers.window, ".thread", public_id=found.public_id),
        follows=queries.follows(access.session(), found, access.person()) is not None,
        form=form,
        preview=help_view.text(form.words) if preview else None,
    )


def _edit_page(
    visit: access.HelpVisit, found: Post, form: QuestionForm, *, preview: bool = False
) -> str:
    return page(
        "help/edit.html",
        visit=visit,
        trail=help_view.trail(visit),
        post=found,
        form=form,
        preview=help_view.text(form.words) if preview else None,
    )


def _report_page(visit: access.HelpVisit, found: Post, form: ReportForm) -> str:
    return page(
        "help/report.html",
        trail=help_view.trail(visit),
        shown=help_view.shown(found, found.thread, visit),
        form=form,
    )
