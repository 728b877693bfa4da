"""What publishing finds out about the assignments of a course by running them."""

from dataclasses import dataclass
from pathlib import Path

import click

from lms.bootstrap import Lms
from lms.catalogue import manifest, notebooks
from lms.catalogue import service as publishing
from lms.catalogue.manifest import (
    AssignmentManifest,
    CourseManifest,
    FaultyCourse,
    NotebookManifest,
)
from lms.catalogue.models import AssignmentNotebook
from lms.commands.parts import record_lines
from lms.commands.quality_report import report
from lms.core.errors import Unavailable
from lms.core.faults import Fault
from lms.core.i18n import Sentence, say
from lms.grading.cautions import cautions
from lms.grading.quality import Quality
from lms.grading.sandbox import Sandbox
from lms.grading.sealing import Record, author_record
from lms.grading.trying import Conditions, try_tests

#: How long the mistakes of one assignment may take to be tried while it is published, in seconds.
_WITHIN = 60.0


@dataclass(frozen=True)
class Wish:
    """What is to be found out: ``quality`` None where that is not known yet, True again."""

    quality: bool | None
    mutants: int
    jobs: int


@dataclass(frozen=True)
class Examined:
    """What was found out about an assignment, None for what was known or not asked."""

    record: Record | None
    quality: Quality | None


def examine(
    lms: Lms, sandbox: Sandbox, folder: Path, wish: Wish
) -> dict[tuple[str, str], Examined]:
    """What was not known yet about each notebook in ``folder``, told as it comes.

    It is called by the slug of its assignment and its name there.

    Where this host cannot sandbox that is told, and nothing is found out. Raises FaultyCourse,
    also for a course that demands of its tests what they do not hold.
    """
    course = manifest.read_course(folder)
    with lms.database.reading() as session:
        same = publishing.published(session, folder)
        modules = same.modules if same is not None else []
        kept = {
            (assignment.slug, each.name): each
            for module in modules
            for assignment in module.assignments
            for each in assignment.notebooks
        }
    found = {}
    for assignment in course.assignments:
        for notebook in assignment.notebooks:
            key = assignment.slug, notebook.name
            examiner = _Examiner(course, assignment, notebook, sandbox, wish, kept.get(key))
            try:
                found[key] = examiner.found()
            except Unavailable as missing:
                click.echo(f"{assignment.slug}: not examined yet: {missing}", err=True)
                return {}
    return found


class _Examiner:
    """Examines one notebook; ``kept`` is what the site has of it, if it has not changed."""

    def __init__(
        self,
        course: CourseManifest,
        assignment: AssignmentManifest,
        notebook: NotebookManifest,
        sandbox: Sandbox,
        wish: Wish,
        kept: AssignmentNotebook | None,
    ) -> None:
        self._course, self._assignment, self._notebook = course, assignment, notebook
        self._called = " ".join(filter(None, (assignment.slug, notebook.name)))
        self._sandbox, self._wish = sandbox, wish
        self._record = Record.from_json(kept.record) if kept and kept.record else None
        self._has_quality = kept is not None and kept.quality is not None
        self._source = notebooks.read(notebook.content)
        self._limits = course.limits_of(assignment)

    def found(self) -> Examined:
        """Raises FaultyCourse, or Unavailable where nothing can be run."""
        made = self._made() if self._record is None else None
        wanted = self._wish.quality
        if wanted is False or (wanted is None and self._has_quality):
            return Examined(made, None)
        return Examined(made, self._tried(made or self._record))

    def _made(self) -> Record:
        record = author_record(
            self._source,
            self._sandbox,
            profile=self._course.profile,
            limits=self._limits,
            files=self._assignment.data,
        )
        for found in notebooks.source_cautions(self._source, self._notebook.path):
            click.echo(f"  {found}", err=True)
        for caution in cautions(self._source):
            click.echo(f"  {caution.sentence}", err=True)
        if tests := len(record.sealed) + len(record.open):
            click.echo(f"{self._called}: {len(record.sealed)} of {tests} test cells are sealed.")
        for line in record_lines(record):
            click.echo(f"  {line}", err=True)
        if record.open and self._course.demands_sealed:
            raise self._faulty(
                say(
                    "The course demands that every test cell be sealed, and these are open: "
                    "{named}.",
                    named=", ".join(record.open_cells),
                )
            )
        return record

    def _tried(self, record: Record | None) -> Quality:
        click.echo(f"{self._called}: trying the tests.")
        quality = try_tests(
            self._source,
            Conditions(
                self._sandbox,
                self._course.profile,
                self._limits,
                self._assignment.data,
                record,
            ),
            most=self._wish.mutants,
            within=_WITHIN,
            jobs=self._wish.jobs,
        )
        for line in report(quality):
            click.echo(f"  {line}")
        if not quality.is_sound and self._course.demands_sound:
            named = ", ".join(quality.faulty)
            raise self._faulty(
                say(
                    "The course demands that its solutions earn all points in every run and "
                    "blank notebooks none. Mend the tests of: {named}.",
                    named=named,
                )
            )
        return quality

    def _faulty(self, sentence: Sentence) -> FaultyCourse:
        fault = Fault(self._notebook.path, None, sentence)
        return FaultyCourse(self._course.slug, (fault,))
