"""Pages to mark by hand: the queue, its rubrics, and what two markers differ on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.core.errors import NotFound
from lms.grading import by_hand, hand_queries, marking_queue, rubrics
from lms.grading.marking_queue import Item, Order, Queue
from lms.web import access, cells, templating
from lms.web.marking_forms import MarkForm, RubricForm, SecondForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment
    from lms.grading.agreement import Judged
    from lms.grading.hand_models import HandCell
    from lms.learning.models import CourseRun

pages = Blueprint(
    "marking", __name__, url_prefix="/teach/runs/<public_id>/assignments/<slug>/marking"
)

#: Empty lines that a rubric's page offers beside those there are.
SPARE_LINES = 4


def names_are_hidden() -> bool:
    """Whether learners are shown by number: chosen by ``?names=`` and kept in the session."""
    chosen = request.args.get("names")
    if chosen in ("hidden", "shown"):
        session["names"] = chosen
    return session.get("names") == "hidden"


def called(name: str, number: int) -> str:
    """How a learner is called on a page: by name, or by a number where names are hidden."""
    return _("Learner %(number)s", number=number) if names_are_hidden() else name


@pages.get("/")
def assignment(public_id: str, slug: str) -> ResponseReturnValue:
    """What of an assignment is marked by hand, how far it is, and how it is done."""
    return _assignment_page(public_id, slug)


@pages.post("/second")
def second(public_id: str, slug: str) -> ResponseReturnValue:
    """Demand two markers for each cell, or no longer."""
    run, found = access.taught_assignment(public_id, slug)
    form = SecondForm(request.form)
    if not form.validate():
        return _assignment_page(public_id, slug, form), 422
    tolerance = form.value if form.demanded.data else None
    by_hand.demand_second(
        access.session(), run, found, tolerance, by=access.person(), now=access.now()
    )
    flash(_("The setting is saved."), "ok")
    return redirect(url_for(".assignment", public_id=public_id, slug=slug), 303)


@pages.get("/<submission>/<grade_id>")
def cell(public_id: str, slug: str, submission: str, grade_id: str) -> ResponseReturnValue:
    """One answer to mark, between the one before and the one after it."""
    step = _Step(public_id, slug, submission, grade_id)
    if step.item.is_for_both:
        return redirect(step.address("both"), 303)
    own, extra = step.item.own(access.person()), step.item.own_extra(access.person())
    return step.page(_filled(own, extra, step.cell))


@pages.post("/<submission>/<grade_id>")
def save(public_id: str, slug: str, submission: str, grade_id: str) -> ResponseReturnValue:
    """Give an answer its points and go on to the next that waits."""
    step, form = _Step(public_id, slug, submission, grade_id), MarkForm(request.form)
    if not step.takes(form, by_hand.give):
        return step.page(form), 422
    following = step.queue.next_waiting(step.place)
    if following is not None:
        return redirect(step.address("cell", following), 303)
    flash(_("Nothing waits for you in this assignment any more."), "ok")
    return redirect(url_for(".assignment", public_id=public_id, slug=slug), 303)


@pages.get("/<submission>/<grade_id>/both")
def both(public_id: str, slug: str, submission: str, grade_id: str) -> ResponseReturnValue:
    """An answer that two have judged, with both judgements."""
    step = _Step(public_id, slug, submission, grade_id)
    if len(step.item.markers) < 2:
        raise NotFound
    return step.page(MarkForm(), both=True)


@pages.post("/<submission>/<grade_id>/both")
def settle(public_id: str, slug: str, submission: str, grade_id: str) -> ResponseReturnValue:
    """Settle an answer that two have judged."""
    step, form = _Step(public_id, slug, submission, grade_id), MarkForm(request.form)
    if not step.takes(form, by_hand.reconcile):
        return step.page(form, both=True), 422
    flash(_("The points are saved."), "ok")
    return redirect(url_for(".assignment", public_id=public_id, slug=slug), 303)


@pages.get("/rubrics/<grade_id>")
def rubric(public_id: str, slug: str, grade_id: str) -> ResponseReturnValue:
    """The rubric of a cell and the comments kept for it, to be changed."""
    return _rubric_page(public_id, slug, grade_id, RubricForm(MultiDict()))


@pages.post("/rubrics/<grade_id>")
def write_rubric(public_id: str, slug: str, grade_id: str) -> ResponseReturnValue:
    """Change the rubric of a cell."""
    run, found = access.taught_assignment(public_id, slug)
    _hand_cell(found, grade_id)
    form = RubricForm(request.form)
    lines = form.lines()
    if lines is None:
        return _rubric_page(public_id, slug, grade_id, form), 422
    rubrics.write(
        access.session(),
        run,
        found,
        grade_id,
        lines,
        without=form.without,
        by=access.person(),
        now=access.now(),
    )
    flash(_("The rubric is saved."), "ok")
    return redirect(url_for(".rubric", public_id=public_id, slug=slug, grade_id=grade_id), 303)


class _Step:
    """One answer of the queue that the visitor walks through. Raises NotFound for none."""

    def __init__(self, public_id: str, slug: str, submission: str, grade_id: str) -> None:
        self.run, self.assignment = access.taught_assignment(public_id, slug)
        self.queue = _queue(self.run, self.assignment)
        place = self.queue.place(submission, grade_id)
        if place is None:
            raise NotFound
        self.place, self.item = place, self.queue.items[place]
        self.work = access.taught_submission(submission)
        self.cell = hand_queries.cell(access.session(), self.run, slug, grade_id)

    def address(self, endpoint: str, item: Item | None = None) -> str:
        """Where the answer, or another ``item``, is marked."""
        item = item or self.item
        return _address(f".{endpoint}", self.run, self.assignment, item)

    def takes(self, form: MarkForm, give: Any) -> bool:
        """Whether ``form`` could be recorded by ``give``; what is wrong stands in it otherwise.

        ``give`` is by_hand.give or by_hand.reconcile.
        """
        if not form.validate():
            return False
        comments = {each.public_id: each.text for each in self.cell.comments} if self.cell else {}
        opinion = form.opinion(_items(self.cell), comments, self.item.answer.max_score)
        grade_id = self.item.answer.grade_id
        person, now, database = access.person(), access.now(), access.session()
        try:
            give(database, self.work, grade_id, opinion, by=person, now=now)
        except (by_hand.PointsOutOfRange, by_hand.ExtraOutOfRange) as error:
            form.blame(error)
            return False
        own = (form.comment.data or "").strip()
        if form.keep.data and own:
            rubrics.keep_comment(database, self.run, self.assignment, grade_id, own)
        return True

    def page(self, form: MarkForm, *, both: bool = False) -> str:
        """The page to mark it on, filled with ``form``."""
        queue, answer = self.queue, self.item.answer
        found = by_hand.answer(
            access.lms().blobs, self.work, answer.grade_id, templating.content_locale()
        )
        waiting, before, after = (
            queue.next_waiting(self.place),
            queue.at(self.place - 1),
            queue.at(self.place + 1),
        )
        return page(
            "teach/marking_cell.html",
            run=self.run,
            assignment=self.assignment,
            item=self.item,
            learner=called(answer.learner, self.item.number),
            hidden=names_are_hidden(),
            answer=cells.shown_answer(found),
            cell=self.cell,
            form=form,
            most_extra=by_hand.most_extra(self.work),
            both=both,
            queue=queue,
            order=_order(),
            before=before and self.address("cell", before),
            after=after and self.address("cell", after),
            waiting=waiting and self.address("cell", waiting),
        )


def _order() -> Order:
    return Order.LEARNER if request.args.get("by") == Order.LEARNER else Order.CELL


def _queue(run: CourseRun, found: Assignment) -> Queue:
    return marking_queue.queue(access.session(), run, found, access.person(), _order())


def _address(endpoint: str, run: CourseRun, found: Assignment, item: Item) -> str:
    return url_for(
        endpoint,
        public_id=run.public_id,
        slug=found.slug,
        submission=item.answer.submission,
        grade_id=item.answer.grade_id,
        by=_order().value,
    )


def _items(cell: HandCell | None) -> list[tuple[str, Any]]:
    """The rubric as a judgement keeps it, by identifier."""
    lines = cell.items if cell else []
    return [(line.public_id, {"label": line.label, "points": line.points}) for line in lines]


def _filled(own: Judged | None, extra: float, cell: HandCell | None) -> MarkForm:
    """The form with what the visitor may see of a mark that was given already."""
    told = {"extra": templating.number(extra)} if extra else {}
    if own is None or own.points is None:
        return MarkForm(data=told)
    chosen = [public_id for public_id, item in _items(cell) if item in own.items]
    points = templating.number(own.points)
    return MarkForm(data=told | {"points": points, "comment": own.comment, "item": chosen})


def _hand_cell(found: Assignment, grade_id: str) -> None:
    """Raises NotFound for a cell that people do not mark."""
    if grade_id not in _cells_by_hand(found):
        raise NotFound


def _cells_by_hand(found: Assignment) -> list[str]:
    return by_hand.cells(access.lms().blobs, found)


def _assignment_page(public_id: str, slug: str, form: SecondForm | None = None) -> str:
    run, found = access.taught_assignment(public_id, slug)
    queue = _queue(run, found)
    demanded = hand_queries.second_marking(access.session(), run, found)
    following = queue.next_waiting()
    tolerance = templating.number(demanded.tolerance if demanded else 0.0)
    return page(
        "teach/marking.html",
        run=run,
        assignment=found,
        queue=queue,
        order=_order(),
        hidden=names_are_hidden(),
        cells=_cells_by_hand(found),
        differing=[
            (
                called(item.answer.learner, item.number),
                item,
                _address(".both", run, found, item),
            )
            for item in queue.differing
        ],
        start=following and _address(".cell", run, found, following),
        first=_address(".cell", run, found, queue.items[0]) if queue.items else None,
        form=form or SecondForm(data={"demanded": demanded is not None, "tolerance": tolerance}),
    )


def _rubric_page(public_id: str, slug: str, grade_id: str, form: RubricForm) -> str:
    run, found = access.taught_assignment(public_id, slug)
    _hand_cell(found, grade_id)
    cell = hand_queries.cell(access.session(), run, slug, grade_id)
    rows = form.rows or [
        (item.public_id, item.label, templating.number(item.points), str(place))
        for place, item in enumerate(cell.items if cell else [], start=1)
    ]
    spare = [("", "", "", str(len(rows) + number)) for number in range(1, SPARE_LINES + 1)]
    return page(
        "teach/rubric.html",
        run=run,
        assignment=found,
        grade_id=grade_id,
        form=form,
        rows=[*rows, *([] if form.rows else spare)],
        comments=cell.comments if cell else [],
    )
