"""``lms quality``: tries an author's tests without server or database."""

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
from lms.commands.parts import GivenSandbox
from lms.commands.quality_report import report
from lms.grading.execution import NoWalls
from lms.grading.mutants import MOST
from lms.grading.offline import files_beside
from lms.grading.quality import RUNS
from lms.grading.sandbox import DEFAULT_PROFILE, BehindWalls
from lms.grading.trying import Conditions, try_tests

#: The exit status where the tests have to be mended.
_NOT_SOUND = 3


@click.command()
@click.argument("source", type=FILE, metavar="SOURCE.ipynb")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--mutants",
    type=click.IntRange(0, 1000),
    default=MOST,
    show_default=True,
    help="How many small mistakes in the solution to try at most.",
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
    """Try the tests of an author's notebook, before it is published.

    The solution is run five times: it has to earn full marks, the same each
    time. The release that learners get is run as it is: it has to earn nothing.
    Test cells that check nothing are named. Then small mistakes are made in the
    solution, one at a time (another operator, a constant or a bound off by one,
    a condition turned round, a line left out), and those are listed that cost
    no points: a learner who makes them would not be told.

    Everything runs behind walls and is marked as learners' work is. Some
    mistakes change nothing that anybody could notice; look at each of those
    that are listed, and add a test where one is wanting.

    With --json the object has "sound", "share" (of the tried mistakes that were
    noticed, or null), "runs", "short", "given", "flaky", "idle", "tried" (each
    with "grade_id", "line", "kind", "before", "after", "by", the test cell that
    noticed it or null, and "ending"), "there" (how many mistakes there are) and
    "seconds".

    \b
    Exit status:
      0  the solution always earns everything and a blank notebook nothing
      1  this machine cannot sandbox, so nothing was run
      2  wrong usage: a missing file, or a SOURCE with faults
      3  the solution falls short or varies, or a blank notebook earns points
    """
    author = author_notebook(source)
    chosen = profile or author.profile or DEFAULT_PROFILE
    given = context.find_object(GivenSandbox) or GivenSandbox(BehindWalls())
    require_walls(given.sandbox, chosen)
    files, beyond = files_beside(source, ()) if with_files else ({}, 0)
    if beyond:
        click.echo(f"{beyond} files beside {source} are too many or too large: left out.", err=True)
    click.echo(
        f"Running the solution {RUNS} times, a blank notebook and at most {mutants} mistakes.",
        err=True,
    )
    try:
        sealing = sealing_told(author, given.sandbox, chosen, files)
        conditions = Conditions(given.sandbox, chosen, author.limits, files, sealing)
        found = try_tests(author, conditions, most=mutants, jobs=jobs)
    except NoWalls as missing:
        raise click.ClickException(str(missing)) from None
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        click.echo("\n".join(report(found)))
    if not found.is_sound:
        raise SystemExit(_NOT_SOUND)
