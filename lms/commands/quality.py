"""``lms quality``: tries an author's tests without server or database."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from lms.catalogue.notebooks import Notebook
from lms.commands.authoring import (
    FILE_OR_FOLDER,
    author_notebooks,
    cautions_told,
    files_option,
    files_told,
    profile_option,
    require_walls,
    sealing_told,
)
from lms.commands.parts import GivenSandbox
from lms.commands.quality_report import report, report_of_all, told_of_all
from lms.grading.execution import NoWalls
from lms.grading.mutants import MOST
from lms.grading.quality import RUNS, Quality
from lms.grading.sandbox import DEFAULT_PROFILE, BehindWalls, Sandbox
from lms.grading.trying import Conditions, try_tests

#: The exit status where the tests have to be mended.
_NOT_SOUND = 3


@click.command()
@click.argument("source", type=FILE_OR_FOLDER, metavar="SOURCE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--mutants",
    type=click.IntRange(0, 1000),
    default=MOST,
    show_default=True,
    help="How many small mistakes in the solution of a notebook to try at most.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many notebooks to run at the same time.",
)
@profile_option
@files_option
@click.pass_context
def quality(
    context: click.Context,
    source: Path,
    as_json: bool,
    mutants: int,
    jobs: int,
    profile: str | None,
    with_files: bool,
) -> None:
    """Try the tests of an author's notebooks, before they are published.

    SOURCE is a notebook, or a folder that holds those of one assignment, such as
    nbgrader's source/ps1. Files beside a notebook are there for its code.

    The solution is run five times: it has to earn full marks, the same each
    time. The release that learners get is run as it is: it has to earn nothing.
    Test cells that check nothing are named. Then small mistakes are made in the
    solution, one at a time (another operator, a constant or a bound off by one,
    a condition turned round, a line left out), and those are listed that cost
    no points: a learner who makes them would not be told.

    Everything runs behind walls and is marked as learners' work is. Some
    mistakes change nothing that anybody could notice; look at each of those
    that are listed, and add a test where one is wanting.

    What deserves a second look in the tests is told besides: calls that run what
    an answer may hold, times that are compared, data that learners may edit, and
    answers that could be written down from the numbers in a visible test.

    With --json the object has "sound", "share" (of the tried mistakes that were
    noticed, or null), "runs", "short", "given", "flaky", "idle", "tried" (each
    with "grade_id", "line", "kind", "before", "after", "by", the test cell that
    noticed it or null, and "ending"), "there" (how many mistakes there are) and
    "seconds". Of a folder with several notebooks "sound", "share" and "seconds" are
    those of all, and "notebooks" holds such an object for each, with its "notebook".

    \b
    Exit status:
      0  the solution always earns everything and a blank notebook nothing
      1  this machine cannot sandbox, so nothing was run
      2  wrong usage: a missing file, or a SOURCE with faults
      3  the solution falls short or varies, or a blank notebook earns points
    """
    authors = author_notebooks(source)
    given = context.find_object(GivenSandbox) or GivenSandbox(BehindWalls())
    for author in authors.values():
        require_walls(given.sandbox, _profile(author, profile))
    files = files_told(source) if with_files else {}
    click.echo(
        f"Running the solution {RUNS} times, a blank notebook and at most {mutants} mistakes.",
        err=True,
    )
    found: dict[str, Quality] = {}
    for name, author in authors.items():
        try:
            conditions = _conditions(author, name, given.sandbox, profile, files)
            found[name] = try_tests(author, conditions, most=mutants, jobs=jobs)
        except NoWalls as missing:
            raise click.ClickException(str(missing)) from None
        if not as_json:
            click.echo("\n".join(report(found[name], name)))
    if as_json:
        click.echo(json.dumps(told_of_all(found)))
    elif len(found) > 1:
        click.echo("\n".join(report_of_all(found)))
    if not all(each.is_sound for each in found.values()):
        raise SystemExit(_NOT_SOUND)


def _conditions(
    author: Notebook,
    name: str,
    sandbox: Sandbox,
    profile: str | None,
    files: Mapping[str, bytes],
) -> Conditions:
    """What ``author`` is run with; what its tests need is found out now. Raises NoWalls."""
    if name:
        click.echo(f"{name}:", err=True)
    cautions_told(author)
    chosen = _profile(author, profile)
    sealing = sealing_told(author, sandbox, chosen, files)
    return Conditions(sandbox, chosen, author.limits, files, sealing)


def _profile(author: Notebook, asked: str | None) -> str:
    return asked or author.profile or DEFAULT_PROFILE
