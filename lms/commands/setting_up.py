"""`lms init`, `lms migrate` and `lms publish`: bring a site's data into being and up to date."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from lms import schema
from lms.bootstrap import Lms
from lms.catalogue import manifest, notebooks
from lms.catalogue import service as publishing
from lms.commands.parts import data_option, open_lines, opened, ready
from lms.core.errors import Unavailable
from lms.core.faults import Fault
from lms.core.i18n import say
from lms.founding import prepare
from lms.grading.cautions import cautions
from lms.grading.sandbox import UnknownProfile, wider
from lms.grading.sealing import Record, author_record


@click.command()
@data_option
def init(data: str | None) -> None:
    """Prepare a site: folders, tables, session key, courses, first institutes and people.

    Run again at will: what is there stays as it is, and changed courses become
    new versions. The first time, two institutes and four accounts are made and
    their random passwords shown once.
    """
    lines = prepare(opened(data))
    click.echo("\n".join(lines or ["Everything is in place."]))


@click.command()
@data_option
def migrate(data: str | None) -> None:
    """Bring the database to the shape that this release needs.

    Migrations only go forward: make a backup of the data folder first. A
    database that a newer release wrote is left alone.
    """
    lms = opened(data)
    lms.settings.folder.mkdir(parents=True, exist_ok=True)
    before = schema.migrate(lms.database)
    is_current = before is schema.Shape.CURRENT
    click.echo("The database was up to date." if is_current else "The database is migrated.")


@click.command()
@data_option
@click.option("--check", is_flag=True, help="Look for faults and publish nothing.")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
def publish(data: str | None, check: bool, folders: tuple[Path, ...]) -> None:
    """Publish course FOLDERS, each as a new immutable version.

    A folder that has not changed stays the version it is. Faults are told all
    at once, each with file and line, and then nothing of that folder is
    published. Runs under way keep the version they began with.

    With --check you are also told of limits that this machine's sandbox profile
    does not grant; they are no faults, since another operator may grant more.
    """
    lms = None if check else ready(data)
    faulty = False
    for folder in folders:
        try:
            if lms is None:
                course = manifest.read_course(folder)
                click.echo(f"{folder}: no faults.")
                for caution in _not_granted(course):
                    click.echo(caution, err=True)
                continue
            records = _records(lms, folder)
            with lms.database.writing() as session:
                now = datetime.now(UTC)
                version, is_new = publishing.publish(session, lms.blobs, folder, now=now)
                for assignment in (a for m in version.modules for a in m.assignments):
                    if assignment.slug in records:
                        made = records[assignment.slug].as_json()
                        publishing.keep_record(session, assignment.public_id, made)
                done = "published as" if is_new else "unchanged, still"
                click.echo(f"{version.course.slug}: {done} version {version.number}.")
        except manifest.FaultyCourse as error:
            faulty = True
            for fault in error.faults:
                click.echo(str(fault), err=True)
    if faulty:
        raise SystemExit(1)


def _records(lms: Lms, folder: Path) -> dict[str, Record]:
    """The author's record of each assignment, told; none where this host cannot sandbox.

    Raises FaultyCourse, also for a course that demands what its tests do not hold.
    """
    course = manifest.read_course(folder)
    with lms.database.reading() as session:
        same = publishing.published(session, folder)
        if same is not None and publishing.has_every_record(same):
            return {}
    found = {}
    for assignment in course.assignments:
        source = notebooks.read(assignment.notebook)
        limits = course.limits_of(assignment)
        try:
            record = author_record(
                source, lms.sandbox, profile=course.profile, limits=limits, files=assignment.data
            )
        except Unavailable as missing:
            click.echo(f"{assignment.slug}: not examined yet: {missing}", err=True)
            return {}
        found[assignment.slug] = record
        for caution in cautions(source):
            click.echo(f"  {caution.sentence}", err=True)
        if tests := len(record.sealed) + len(record.open):
            click.echo(f"{assignment.slug}: {len(record.sealed)} of {tests} test cells are sealed.")
        for line in open_lines(record):
            click.echo(f"  {line}", err=True)
        if record.open and course.demands_sealed:
            raise manifest.FaultyCourse(course.slug, (_open_fault(assignment.path, record),))
    return found


def _open_fault(path: str, record: Record) -> Fault:
    named = ", ".join(record.open_cells)
    return Fault(
        path,
        None,
        say(
            "The course demands that every test cell be sealed, and these are open: {named}.",
            named=named,
        ),
    )


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
        for number, cell in enumerate(notebooks.read(assignment.notebook).cells, start=1):
            wish = {} if cell.seconds is None else {notebooks.CELL_LIMIT: cell.seconds}
            for name, most in wider(course.profile, wish).items():
                yield (
                    f"{assignment.path}: cell {number}: {name} is {wish[name]}, but the profile "
                    f"{course.profile} grants {most} at most, and that will hold."
                )
