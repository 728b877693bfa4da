"""Pages of those who teach: questions that wait, posts that were reported, and what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.institutes.rules import Role
from lms.learning import help_queries, moderating
from lms.learning import moderation_queries as queries
from lms.learning.help_rules import Reader
from lms.web import access, help_view, paging
from lms.web.help_forms import HideForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.help_models import Post

pages = Blueprint("moderation", __name__, url_prefix="/help")


@pages.get("/unanswered")
def unanswered() -> ResponseReturnValue:
    """What learners of the visitor's institutes asked and nobody has answered."""
    institutes, session = access.institutes_where(Role.INSTRUCTOR), access.session()
    asked = request.args.get("run")
    run = access.taught_run(asked) if asked else None
    reader = Reader(access.person().id, teaches=True)
    found = queries.unanswered(session, institutes, reader, run=run, number=paging.asked())
    return page(
        "help/unanswered.html",
        run=run,
        runs=queries.unanswered_by_run(session, institutes, reader),
        questions=help_view.listed_across_runs(found.items),
        window=found.window,
        turning=paging.turning(
            found.window, ".unanswered", **({"run": run.public_id} if run else {})
        ),
    )


@pages.get("/reports")
def reports() -> ResponseReturnValue:
    """Posts that readers want looked at."""
    institutes = access.institutes_where(Role.INSTRUCTOR)
    found = queries.reported(access.session(), institutes, number=paging.asked())
    return page(
        "help/reports.html",
        reported=found.items,
        window=found.window,
        turning=paging.turning(found.window, ".reports"),
    )


@pages.get("/posts/<public_id>/moderation")
def post(public_id: str) -> ResponseReturnValue:
    """A post with everything that moderating needs: reports, earlier wordings, what was hidden."""
    return _post_page(*access.moderated_post(public_id), HideForm())


@pages.post("/posts/<public_id>/hiding")
def hide(public_id: str) -> ResponseReturnValue:
    """Hide a post, with a reason that its author reads."""
    (visit, found), form = access.moderated_post(public_id), HideForm(request.form)
    if not form.validate():
        return _post_page(visit, found, form), 422
    reason = form.reason.data or ""
    moderating.hide(access.session(), found, reason, by=access.person(), now=access.now())
    flash(_("The post is hidden. In its place its author reads why."), "ok")
    return redirect(url_for("help.thread", public_id=found.thread.public_id), 303)


@pages.post("/posts/<public_id>/showing")
def show(public_id: str) -> ResponseReturnValue:
    """Show a hidden post again."""
    _visit, found = access.moderated_post(public_id)
    moderating.unhide(access.session(), found, by=access.person(), now=access.now())
    flash(_("The post is shown again."), "ok")
    return redirect(url_for("help.thread", public_id=found.thread.public_id), 303)


@pages.post("/posts/<public_id>/keeping")
def keep(public_id: str) -> ResponseReturnValue:
    """Leave a reported post as it is."""
    _visit, found = access.moderated_post(public_id)
    moderating.keep(access.session(), found, by=access.person(), now=access.now())
    flash(_("The post stays as it is, and its reports are decided."), "ok")
    return redirect(url_for(".reports"), 303)


@pages.post("/posts/<public_id>/endorsement")
def endorse(public_id: str) -> ResponseReturnValue:
    """Stand by an answer, or no more."""
    found = access.judged_post(public_id)
    good = request.form.get("good") != "no"
    moderating.endorse(access.session(), found, good=good, by=access.person(), now=access.now())
    thread = url_for("help.thread", public_id=found.thread.public_id, _anchor=found.public_id)
    return redirect(thread, 303)


@pages.post("/threads/<public_id>/lock")
def lock(public_id: str) -> ResponseReturnValue:
    """Let learners add nothing more to a thread, or let them again."""
    found = access.moderated_thread(public_id)
    shut = request.form.get("lock") != "no"
    moderating.lock(access.session(), found, shut=shut, by=access.person(), now=access.now())
    return redirect(url_for("help.thread", public_id=public_id), 303)


def _post_page(visit: access.HelpVisit, found: Post, form: HideForm) -> str:
    session = access.session()
    earlier = help_queries.earlier(session, found)
    return page(
        "help/moderation.html",
        trail=help_view.trail(visit),
        post=found,
        html=help_view.text(found.text),
        reports=queries.reports_of(session, found),
        earlier=[(each, help_view.text(each.text)) for each in earlier],
        form=form,
    )
