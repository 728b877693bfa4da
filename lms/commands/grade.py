"""``lms grade``: marks notebooks without server or database."""

import json
from pathlib import Path

import click

from lms.commands.authoring import (
    FILE,
    author_notebook,
    files_option,
    profile_option,
    require_walls,
    sealing_told,
)
from lms.commands.feedback_files import page_names, write_page
from lms.commands.parts import GivenSandbox
from lms.core.i18n import LOCALES
from lms.grading.execution import NoWalls
from lms.grading.marking import Mark
from lms.grading.offline import Outcome, files_beside, grade_files
from lms.grading.sandbox import DEFAULT_PROFILE, BehindWalls

# A submission that may not be read is refused like any other; it does not stop the rest.
_ANY_FILE = click.Path(exists=True, dir_okay=False, readable=False, path_type=Path)


@click.command()
@click.argument("source", type=FILE, metavar="SOURCE.ipynb")
@click.argument(
    "submissions", type=_ANY_FILE, nargs=-1, required=True, metavar="SUBMISSION.ipynb..."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per submission.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
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

    Limits in metadata.jazari.limits of SOURCE tighten those of the profile and widen none.

    \b
    Exit status:
      0  every submission was marked or refused
      1  this machine cannot sandbox, so nothing was run
      2  wrong usage: a missing file, or a SOURCE with faults
    """
    author = author_notebook(source)
    chosen = profile or author.profile or DEFAULT_PROFILE
    given = context.find_object(GivenSandbox) or GivenSandbox(BehindWalls())
    require_walls(given.sandbox, chosen)
    files, beyond = files_beside(source, submissions) if with_files else ({}, 0)
    if beyond:
        click.echo(f"{beyond} files beside {source} are too many or too large: left out.", err=True)
    try:
        sealing = sealing_told(author, given.sandbox, chosen, files, is_sealed=is_sealed)
        outcomes = grade_files(
            author,
            submissions,
            given.sandbox,
            profile=chosen,
            files=files,
            jobs=jobs,
            sealing=sealing,
            keeps_executed=pages is not None,
            explains=explains,
        )
        for outcome, name in zip(outcomes, page_names(submissions), strict=True):
            file = pages and _write(pages, name, source, outcome, language)
            if as_json:
                told = outcome.as_json()
                click.echo(json.dumps(told | {"feedback": str(file)} if file else told))
            else:
                click.echo(_told(outcome))
                if file:
                    click.echo(f"  Feedback: {click.format_filename(file)}")
    except NoWalls as missing:
        raise click.ClickException(str(missing)) from None


def _write(folder: Path, name: str, source: Path, outcome: Outcome, language: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write_page(folder, name, source.stem, outcome, language)
    except OSError as fault:
        raise click.ClickException(
            f"The page of {click.format_filename(outcome.submission)} cannot be written: {fault}"
        ) from None


def _points(mark: Mark) -> str:
    if mark.score and not mark.max_score:
        return f"{f'+{mark.score:g}':>5} extra  "
    points = "?" if mark.score is None else f"{mark.score:g}"
    return f"{points:>5} / {mark.max_score:<5g}"


def _told(outcome: Outcome) -> str:
    name = click.format_filename(outcome.submission)
    if outcome.status == "refused":
        cells = [f"  cell {copy.number}: {copy.beginning}" for copy in outcome.copies]
        return "\n".join([f"{name}: refused. {outcome.message}", *cells])
    rows = [
        f"{name}: {outcome.score:g} of {outcome.max_score:g} points, "
        f"{outcome.ending.value} after {outcome.seconds:.1f} s. {outcome.message}"
    ]
    widest = max((len(mark.grade_id) for mark in outcome.marks), default=0)
    for mark in outcome.marks:
        rows.append(
            f"  {mark.grade_id:<{widest}}  {mark.verdict.value:<7}  {_points(mark)}  {mark.message}"
        )
    if outcome.waiting:
        rows.append(f"  Points that wait for a person: {outcome.waiting:g}.")
    return "\n".join(rows)
