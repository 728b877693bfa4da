"""Questions and answers as pages show them: what a reader sees of each, and may do with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from lms.catalogue.models import AssignmentNotebook, CourseVersion
from lms.catalogue.notebook_names import cell_name
from lms.learning import help_queries as queries
from lms.learning.help_models import Post, Thread
from lms.learning.help_queries import Listed
from lms.learning.help_rules import Place, Reader, Trace, hides_name, trace_of
from lms.learning.help_text import rendered
from lms.learning.models import Enrolment
from lms.web import access, templating
from lms.web.paging import Link


@dataclass(frozen=True)
class ShownPost:
    """A post and what its reader may do; ``html`` is empty where only its trace is shown.

    ``name`` is None where fellow learners are not told it.
    """

    post: Post
    html: Markup
    trace: Trace | None
    name: str | None
    mine: bool
    by_asker: bool
    may_change: bool
    may_thank: bool
    may_endorse: bool
    may_report: bool
    may_moderate: bool


@dataclass(frozen=True)
class ShownQuestion:
    """A question in a list, with the titles of what it is about."""

    question: Post
    about: dict[str, str]
    answers: int

    @property
    def thread(self) -> Thread:
        """Its thread."""
        return self.question.thread


def text(words: str) -> Markup:
    """What somebody wrote, as it is shown."""
    return Markup(rendered(words, templating.locale()))


def shown(post: Post, thread: Thread, visit: access.HelpVisit) -> ShownPost:
    """``post`` as the visitor may see it."""
    reader, trace = visit.reader, trace_of(post.standing)
    mine = post.author_id == reader.person
    open_to_change = not thread.locked or reader.teaches
    nameless = thread.asker_id if thread.nameless else None
    judges = trace is None and not post.is_question and not mine
    return ShownPost(
        post=post,
        html=Markup() if trace else text(post.text),
        trace=trace,
        name=None if hides_name(reader, post.author_id, nameless) else post.author.name,
        mine=mine,
        by_asker=post.author_id == thread.asker_id,
        may_change=mine and trace is None and open_to_change,
        may_thank=judges and thread.asker_id == reader.person,
        may_endorse=judges and reader.teaches,
        may_report=trace is None and not mine and not reader.teaches,
        may_moderate=reader.teaches and not mine,
    )


def listed(found: Iterable[Listed], version: CourseVersion) -> list[ShownQuestion]:
    """Questions of one run, with what each is about."""
    titles = titles_of(version)
    return [
        ShownQuestion(each.question, titles.get(each.question.thread.slug, {"": ""}), each.answers)
        for each in found
    ]


def listed_across_runs(found: Iterable[Listed]) -> list[ShownQuestion]:
    """Questions of several runs, with what each is about."""
    return [one for each in found for one in listed([each], each.question.thread.run.version)]


def asked_about(enrolment: Enrolment, slug: str) -> dict[str, int]:
    """How many questions a learner may read about a lesson or an assignment, by cell."""
    reader = Reader(enrolment.person_id, teaches=False)
    return queries.counts(access.session(), enrolment.run, slug, reader)


def named_in(notebook: AssignmentNotebook) -> Callable[[str], str]:
    """How questions call a cell of ``notebook``: as its assignment does."""
    return partial(cell_name, notebook.name)


def titles_of(version: CourseVersion) -> dict[str, dict[str, str]]:
    """The titles of everything that a question can be about, by slug."""
    modules = version.modules
    lessons = {each.slug: each.titles for module in modules for each in module.lessons}
    return lessons | {each.slug: each.titles for module in modules for each in module.assignments}


def trail(visit: access.HelpVisit) -> list[Link]:
    """The way to the questions of a run, for whoever learns or teaches there."""
    course = templating.plain(visit.run.version.titles)
    if visit.reader.teaches:
        start: list[Link] = [
            (_("Teaching"), url_for("teach.home")),
            (course, url_for("teach.run", public_id=visit.run.public_id)),
        ]
    else:
        enrolment = visit.enrolment.public_id if visit.enrolment else ""
        start = [
            (_("My learning"), url_for("learn.home")),
            (course, url_for("learn.course", public_id=enrolment)),
        ]
    return [*start, (_("Questions"), url_for("help.run", public_id=visit.run.public_id))]


def place_address(visit: access.HelpVisit, place: Place) -> str | None:
    """Where a learner works on what a question is about; those who only teach have no such page."""
    if visit.enrolment is None:
        return None
    lessons = {each.slug for module in visit.run.version.modules for each in module.lessons}
    endpoint = "learn.lesson" if place.slug in lessons else "learn.assignment"
    return url_for(endpoint, public_id=visit.enrolment.public_id, slug=place.slug)
