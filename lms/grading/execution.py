"""Marks one notebook from bytes to marks; the site's worker and the command line share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lms.catalogue.notebooks import Notebook, read
from lms.core.errors import Refused
from lms.core.i18n import N_, Sentence, say
from lms.grading.endings import ending_sentence
from lms.grading.executed import Executed
from lms.grading.explaining import Words
from lms.grading.feedback import plain
from lms.grading.laying_in import LaidIn, lay_in
from lms.grading.marking import Mark, marks, wants_words
from lms.grading.paper import blanked
from lms.grading.runs import Ending, Environment, Run
from lms.grading.sandbox import NO_FILES, NO_LIMITS, NoWalls, Sandbox
from lms.grading.sealing import Record

#: Executes what is laid in, with the author's notebook that it belongs to.
Execute = Callable[[Notebook, LaidIn], Run]

__all__ = ["Marked", "NoWalls", "RunRefused", "mark_notebook", "with_outputs"]


class RunRefused(Refused):
    """The sandbox would not take the notebook."""

    message = N_("This notebook could not be run: {found}")


@dataclass(frozen=True)
class Marked:
    """A notebook that was executed and marked, with a sentence on how the run ended.

    ``environment`` is what it was executed with, as far as the sandbox tells; ``executed`` is
    what can be shown of it, and ``execute`` does so again under the same conditions.
    """

    ending: Ending
    marks: tuple[Mark, ...]
    seconds: float
    message: Sentence
    executed: Executed
    execute: Execute
    environment: Environment | None = None


def mark_notebook(
    source: Notebook,
    submission: bytes,
    sandbox: Sandbox,
    *,
    profile: str,
    limits: Mapping[str, float] = NO_LIMITS,
    files: Mapping[str, bytes] = NO_FILES,
    sealing: Record | None = None,
    explains: bool = True,
) -> Marked:
    """Lay ``submission`` into ``source``, execute that in ``sandbox`` and mark it.

    ``limits`` are the author's, which tighten those of ``profile``. The tests that ``sealing``
    holds are run by the examiner; without it all are open. With ``explains``, a work in which
    visible tests failed after hidden ones is executed once more to say why.
    Raises Refused when the submission cannot be marked at all (its sentence is for the
    learner) and NoWalls when nothing could be executed here.
    """
    laid_in = lay_in(source, read(submission))
    execute = partial(_execute, sandbox, profile, limits, files, sealing)
    run = execute(source, laid_in)
    if run.ending is Ending.UNAVAILABLE:
        raise NoWalls(found=plain(run.message))
    if run.ending is Ending.REFUSED:
        raise RunRefused(found=plain(run.message))
    executed = Executed(source, laid_in, run)
    is_whole = run.ending is Ending.FINISHED
    if explains and is_whole and wants_words(source, laid_in, run):
        executed = _again(executed, execute)
    return Marked(
        ending=run.ending,
        marks=marks(source, laid_in, run, _words(executed)),
        seconds=run.seconds,
        message=_message(run, laid_in),
        executed=executed,
        execute=execute,
        environment=run.environment,
    )


def with_outputs(marked: Marked) -> bytes:
    """The executed notebook to keep, with what cells put out after the first hidden test too.

    For those it is executed once more, with nothing hidden in it; where that cannot be done
    now, their outputs are withheld.
    """
    executed = marked.executed
    if executed.lacks_outputs:
        executed = _again(executed, marked.execute)
    return executed.kept()


def _execute(
    sandbox: Sandbox,
    profile: str,
    limits: Mapping[str, float],
    files: Mapping[str, bytes],
    sealing: Record | None,
    source: Notebook,
    laid_in: LaidIn,
) -> Run:
    if sealing is None:  # Then nobody knows what the author's own solution would change.
        run = sandbox.run(blanked(laid_in.notebook, ()), profile, limits=limits, files=files)
        return Record().judged(run)
    paper = sealing.paper(source, laid_in)
    notebook = blanked(laid_in.notebook, paper.tests, sealing.open)
    data = {name: content for name, content in files.items() if name not in sealing.products}
    return sealing.judged(sandbox.run(notebook, profile, limits=limits, files=data, paper=paper))


def _again(executed: Executed, execute: Execute) -> Executed:
    """The same work, executed once more with nothing hidden in it."""
    return replace(executed, again=execute(*executed.without_hidden()))


def _words(executed: Executed) -> Words | None:
    if executed.again is None:
        return None
    return Words(*executed.without_hidden(), executed.again)


def _message(run: Run, laid_in: LaidIn) -> Sentence:
    if run.ending is Ending.FINISHED and laid_in.missing:
        named = plain(", ".join(laid_in.missing))
        return say("These answers are missing from the notebook: {named}.", named=named)
    if run.ending is Ending.FINISHED and any(cell.stopped for cell in run.cells):
        return say("A cell took longer than it may and was stopped. Look for an endless loop.")
    return ending_sentence(run.ending)
