"""`lms publish`: makes versions of course folders, and tries their tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import click

from lms.bootstrap import Lms
from lms.catalogue import manifest, notebooks
from lms.catalogue import service as publishing
from lms.commands.examining import Wish, examine
from lms.commands.parts import GivenSandbox, data_option, ready
from lms.grading.cautions import cautions
from lms.grading.mutants import MOST
from lms.grading.sandbox import Sandbox, UnknownProfile, wider


@click.command()
@data_option
@click.option("--check", is_flag=True, help="Look for faults and publish nothing.")
@click.option(
    "--quality/--no-quality",
    default=None,
    help="Try the tests again, or not at all. Default: where that has not been done.",
)
@click.option(
    "--mutants",
    type=click.IntRange(0, 1000),
    default=MOST,
    show_default=True,
    help="How many small mistakes in the solution to try at most, for each assignment.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many notebooks to run at the same time.",
)
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.pass_context
def publish(
    context: click.Context,
    data: str | None,
    check: bool,
    quality: bool | None,
    mutants: int,
    jobs: int,
    folders: tuple[Path, ...],
) -> None:
    """Publish course FOLDERS, each as a new immutable version.

    A folder that has not changed stays the version it is. Faults are told all
    at once, each with file and line, and then nothing of that folder is
    published. Runs under way keep the version they began with.

    The tests of each assignment are tried: the solution is run five times and
    has to earn full marks each time, a blank notebook has to earn nothing, and
    then small mistakes are made in the solution, one at a time and for about a
    minute at most, which the tests should notice. What comes of it is told,
    and shown to instructors on the site.

    With --check you are also told of limits that this machine's sandbox profile
    does not grant, and of what in the tests deserves a second look; neither is
    a fault. Nothing is run then.
    """
    lms = None if check else ready(data)
    wish = Wish(quality, mutants, jobs)
    faulty = False
    for folder in folders:
        try:
            if lms is None:
                course = manifest.read_course(folder)
                click.echo(f"{folder}: no faults.")
                for caution in chain(_not_granted(course), _second_looks(course)):
                    click.echo(caution, err=True)
                continue
            given = context.find_object(GivenSandbox) or GivenSandbox(lms.sandbox)
            _publish(lms, given.sandbox, folder, wish)
        except manifest.FaultyCourse as error:
            faulty = True
            for fault in error.faults:
                click.echo(str(fault), err=True)
    if faulty:
        raise SystemExit(1)


def _publish(lms: Lms, sandbox: Sandbox, folder: Path, wish: Wish) -> None:
    found = examine(lms, sandbox, folder, wish)
    with lms.database.writing() as session:
        now = datetime.now(UTC)
        version, is_new = publishing.publish(session, lms.blobs, folder, now=now)
        for assignment in (each for module in version.modules for each in module.assignments):
            for notebook in assignment.notebooks:
                made = found.get((assignment.slug, notebook.name))
                if made is not None and made.record is not None:
                    publishing.keep_record(session, notebook.id, made.record.as_json())
                if made is not None and made.quality is not None:
                    publishing.keep_quality(notebook, made.quality.as_json())
        done = "published as" if is_new else "unchanged, still"
        click.echo(f"{version.course.slug}: {done} version {version.number}.")


def _second_looks(course: manifest.CourseManifest) -> Iterator[str]:
    for notebook in (each for assignment in course.assignments for each in assignment.notebooks):
        for caution in cautions(notebooks.read(notebook.content)):
            yield f"{notebook.path}: {caution.sentence}"


def _not_granted(course: manifest.CourseManifest) -> Iterator[str]:
    for assignment in course.assignments:
        limits = course.limits_of(assignment)
        try:
            granted = wider(course.profile, limits)
        except UnknownProfile:  # It need not be on the author's machine.
            return
        for name, most in granted.items():
            yield (
                f"course.toml: {assignment.slug}: {name} is {limits[name]}, but the profile "
                f"{course.profile} grants {most} at most, and that will hold."
            )
        for notebook in assignment.notebooks:
            yield from _cells_not_granted(course, notebook)


def _cells_not_granted(
    course: manifest.CourseManifest, notebook: manifest.NotebookManifest
) -> Iterator[str]:
    for number, cell in enumerate(notebooks.read(notebook.content).cells, start=1):
        wish = {} if cell.seconds is None else {notebooks.CELL_LIMIT: cell.seconds}
        for name, most in wider(course.profile, wish).items():
            yield (
                f"{notebook.path}: cell {number}: {name} is {wish[name]}, but the profile "
                f"{course.profile} grants {most} at most, and that will hold."
            )
