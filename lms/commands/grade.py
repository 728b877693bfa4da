"""``lms grade``: marks notebooks without server or database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from lms.commands.authoring import (
    FILE_OR_FOLDER,
    author_notebooks,
    files_option,
    files_told,
    profile_option,
    require_walls,
    sealing_told,
)
from lms.commands.feedback_files import page_names, write_page
from lms.commands.grade_report import told, told_of_all
from lms.commands.parts import GivenSandbox
from lms.core.i18n import LOCALES
from lms.grading.execution import NoWalls
from lms.grading.offline import Outcome, grade_files, usual_jobs
from lms.grading.offline_folders import Author, grade_folders
from lms.grading.sandbox import DEFAULT_PROFILE, BehindWalls, Sandbox

# A submission that may not be read is refused like any other; it does not stop the rest.
_ANY = click.Path(exists=True, readable=False, path_type=Path)


@click.command()
@click.argument("source", type=FILE_OR_FOLDER, metavar="SOURCE")
@click.argument("submissions", type=_ANY, nargs=-1, required=True, metavar="SUBMISSION...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per submission.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=usual_jobs,
    show_default="one more than processors, and no more than memory allows",
    help="How many submissions to mark at the same time.",
)
@profile_option
@files_option
@click.option(
    "--sealed/--open",
    "is_sealed",
    default=True,
    show_default=True,
    help="Whether the examiner runs the tests, apart from the learner's code.",
)
@click.option(
    "--explain/--no-explain",
    "explains",
    default=True,
    show_default=True,
    help="Whether to run a notebook again, to say why tests failed after hidden ones.",
)
@click.option(
    "--feedback",
    "pages",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write a page of feedback for each submission into FOLDER, as the site shows it.",
)
@click.option(
    "--language",
    type=click.Choice(LOCALES),
    default="en",
    show_default=True,
    help="The language of these pages.",
)
@click.pass_context
def grade(
    context: click.Context,
    source: Path,
    submissions: tuple[Path, ...],
    as_json: bool,
    jobs: int,
    profile: str | None,
    with_files: bool,
    is_sealed: bool,
    explains: bool,
    pages: Path | None,
    language: str,
) -> None:
    """Mark notebooks against the author's, in a sandbox.

    SOURCE is the author's notebook in nbgrader's format, with solutions and tests. Each
    SUBMISSION is a learner's notebook: its answers are laid into SOURCE, that is executed
    without network behind walls, and every graded cell gets its mark. Neither server nor
    database is needed.

    SOURCE may be a folder of several notebooks, such as nbgrader's source/ps1. Then each
    SUBMISSION is a folder too, such as submitted/salma/ps1, with notebooks of the same names.
    Each is marked by itself and their points count together; one that is not there counts as
    unanswered, and where one cannot be marked the whole submission is refused.

    Files beside SOURCE are copied into the sandbox for the code to read. Notebooks among
    them are not, since they hold solutions or other people's work.

    With --json each line is an object with "submission", "status" (marked or refused),
    "ending" (finished, timeout, memory, output, processes, crashed, refused), "score",
    "max_score", "cells", "seconds", "message" and "environment": the "profile", the version
    of "python" and those of its "packages", or null for a refused one. "score" is the sum of
    what tests gave; cells marked by hand have the verdict "manual", a null score, and their
    points in "max_score" alone. Each of the "cells" has a "message" for its learner, and perhaps
    the visible test that did not pass as "code" and the author's "hint" for a hidden one. A file
    refused because a cell stands in it twice has "copies", each a "grade_id", "number", "source".
    Of a folder, a "grade_id" has its notebook before it, as in "loops:q1", and "notebooks" tells
    of each its "notebook", "status" (missing too), "ending", "score", "seconds" and "message".

    The solution in SOURCE is run first, to see what each test needs. Tests are then run by
    the examiner, in a sandbox of their own; those that cannot be are named, and run beside
    the learner's code like all of them with --open.

    What failed after hidden tests is explained by a second run without them, since the learner's
    code may by then tell what they are. Scores are those of the first run; --no-explain makes do
    with it.

    With --feedback each submission gets an HTML page that holds all it needs: the notebook with
    what it put out, and for each graded cell its points, what was expected and what came, and
    the author's hints. Nothing hidden is in it, so learners may have it; where a cell puts
    something out after hidden tests, the notebook is run once more without them. The page of
    salma.ipynb is FOLDER/salma.html, or FOLDER/fez-salma.html if there is a second salma.ipynb.
    Of a folder each notebook has its page, such as FOLDER/salma-ps1/loops.html.

    Limits in metadata.jazari.limits of SOURCE tighten those of the profile and widen none.

    \b
    Exit status:
      0  every submission was marked or refused
      1  this machine cannot sandbox, so nothing was run
      2  wrong usage: a missing file, or a SOURCE with faults
    """
    asked = _Asked(profile, is_sealed, explains, jobs, pages, language, as_json)
    given = context.find_object(GivenSandbox) or GivenSandbox(BehindWalls())
    _require_alike(source, submissions)
    files = files_told(source, submissions) if with_files else {}
    try:
        authors = _authors(source, given.sandbox, files, asked)
        names = page_names(submissions)
        if source.is_dir():
            _grade_folders(authors, submissions, given.sandbox, files, names, asked)
        else:
            _grade_files(authors[0], source, submissions, given.sandbox, files, names, asked)
    except NoWalls as missing:
        raise click.ClickException(str(missing)) from None


@dataclass(frozen=True)
class _Asked:
    """What the options say."""

    profile: str | None
    is_sealed: bool
    explains: bool
    jobs: int
    pages: Path | None
    language: str
    as_json: bool


def _require_alike(source: Path, submissions: Sequence[Path]) -> None:
    for path in submissions:
        if path.is_dir() != source.is_dir():
            kind = "a folder" if source.is_dir() else "a file"
            raise click.BadParameter(
                f"{click.format_filename(path)} has to be {kind}, as SOURCE is.",
                param_hint="'SUBMISSION...'",
            )


def _authors(
    source: Path, sandbox: Sandbox, files: Mapping[str, bytes], asked: _Asked
) -> list[Author]:
    """The author's notebooks with what each test of theirs needs, found out now."""
    found = []
    for name, notebook in author_notebooks(source).items():
        chosen = asked.profile or notebook.profile or DEFAULT_PROFILE
        require_walls(sandbox, chosen)
        sealing = sealing_told(notebook, sandbox, chosen, files, is_sealed=asked.is_sealed)
        found.append(Author(name, notebook, chosen, sealing))
    return found


def _grade_files(
    author: Author,
    source: Path,
    submissions: Sequence[Path],
    sandbox: Sandbox,
    files: Mapping[str, bytes],
    names: Sequence[str],
    asked: _Asked,
) -> None:
    outcomes = grade_files(
        author.notebook,
        submissions,
        sandbox,
        profile=author.profile,
        files=files,
        jobs=asked.jobs,
        sealing=author.sealing,
        keeps_executed=asked.pages is not None,
        explains=asked.explains,
    )
    for outcome, name in zip(outcomes, names, strict=True):
        file = asked.pages and _write(asked.pages, name, source, outcome, asked.language)
        if asked.as_json:
            line = outcome.as_json()
            click.echo(json.dumps(line | {"feedback": str(file)} if file else line))
        else:
            click.echo(told(outcome))
            if file:
                click.echo(f"  Feedback: {click.format_filename(file)}")


def _grade_folders(
    authors: Sequence[Author],
    submissions: Sequence[Path],
    sandbox: Sandbox,
    files: Mapping[str, bytes],
    names: Sequence[str],
    asked: _Asked,
) -> None:
    outcomes = grade_folders(
        authors,
        submissions,
        sandbox,
        files=files,
        jobs=asked.jobs,
        keeps_executed=asked.pages is not None,
        explains=asked.explains,
    )
    for whole, name in zip(outcomes, names, strict=True):
        written = [
            _write(asked.pages / name, one or name, Path(name), outcome, asked.language)
            for one, outcome in whole.notebooks.items()
            if asked.pages
        ]
        if asked.as_json:
            line = whole.as_json()
            pages = {"feedback": [str(file) for file in written]}
            click.echo(json.dumps(line | pages if written else line))
        else:
            click.echo(told_of_all(whole))
            for file in written:
                click.echo(f"  Feedback: {click.format_filename(file)}")


def _write(folder: Path, name: str, source: Path, outcome: Outcome, language: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write_page(folder, name, source.stem, outcome, language)
    except OSError as fault:
        raise click.ClickException(
            f"The page of {click.format_filename(outcome.submission)} cannot be written: {fault}"
        ) from None
