"""``lms regrade --check``: marks again from evidence and compares, without changing anything."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import click

from lms.bootstrap import Lms
from lms.commands.parts import GivenSandbox, data_option, ready
from lms.core.errors import LmsError
from lms.grading import queries
from lms.grading.evidence import Evidence
from lms.grading.execution import NoWalls
from lms.grading.repeating import Difference, differences, repeat, surroundings
from lms.grading.sandbox import Sandbox


@dataclass(frozen=True)
class _Check:
    """What came of repeating one run; ``fault`` says why it could not be repeated."""

    submission: str
    differences: tuple[Difference, ...] = ()
    changed: tuple[str, ...] = ()
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not self.fault and not self.differences


@click.command()
@click.argument("submissions", nargs=-1, metavar="[SUBMISSION]...")
@click.option("--check", is_flag=True, required=True, help="Compare only; nothing is recorded.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the N marked last.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per submission.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="At once.")
@data_option
@click.pass_context
def regrade(
    context: click.Context,
    submissions: tuple[str, ...],
    check: bool,
    last: int | None,
    as_json: bool,
    jobs: int,
    data: str | None,
) -> None:
    """Repeat the marking of every SUBMISSION from its evidence, and compare the marks.

    Each is named as in its address on the site; without one, every submission is
    repeated. What counts of it is its latest marked run: the same work, tests,
    record, files, limits and profile give the same marks, on this machine or
    another. Where its packages are other ones now, that is told too.

    \b
    Exit status:
      0  every run gave the same marks again
      1  one did not, or could not be repeated; or this machine cannot sandbox
      2  wrong usage
    """
    lms = ready(data)
    given = context.find_object(GivenSandbox) or GivenSandbox(lms.sandbox)
    with lms.database.reading() as session:
        chosen = submissions or tuple(queries.with_evidence(session, last))
    failed = 0
    pool = ThreadPoolExecutor(jobs)
    try:
        for found in pool.map(partial(_checked, lms, given.sandbox), chosen):
            failed += not found.holds
            click.echo(json.dumps(asdict(found)) if as_json else "\n".join(_told(found)))
    except NoWalls as missing:
        raise click.ClickException(str(missing)) from None
    finally:
        pool.shutdown(cancel_futures=True)
    if not as_json:
        click.echo(f"{len(chosen) - failed} of {len(chosen)} gave the same marks again.")
    context.exit(1 if failed else 0)


def _checked(lms: Lms, sandbox: Sandbox, public_id: str) -> _Check:
    with lms.database.reading() as session:
        submission = queries.submission(session, public_id)
        run = queries.latest_marked(submission) if submission else None
        if run is None:
            return _Check(public_id, fault="there is no such submission with marks")
        kept = {each.name: each.evidence for each in run.notebooks if each.evidence}
        if not kept:
            return _Check(public_id, fault="it was marked before evidence was kept")
    # No transaction is open while a learner's code runs.
    again, changed = {}, dict[str, None]()
    try:
        for name, told in kept.items():
            evidence = Evidence.from_json(told)
            again[name] = repeat(evidence, lms.blobs, sandbox)
            changed |= dict.fromkeys(surroundings(run, evidence, again[name]))
    except NoWalls:
        raise
    except LmsError as error:
        return _Check(public_id, fault=str(error))
    return _Check(public_id, differences(run, again), tuple(changed))


def _told(found: _Check) -> Iterator[str]:
    if found.fault:
        yield f"{found.submission}: cannot be repeated: {found.fault}"
        return
    verdict = "other marks" if found.differences else "the same marks"
    yield f"{found.submission}: {verdict}"
    for cell in found.differences:
        yield f"  {cell.grade_id}: {_points(cell.then)} then, {_points(cell.now)} now"
    for change in found.changed:
        yield f"  on this host {change}"


def _points(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"
