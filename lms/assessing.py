"""Marks the notebooks of one claimed run, one after the other, each in sandboxes of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms import __version__
from lms.bootstrap import Lms
from lms.catalogue import notebooks
from lms.catalogue import service as catalogue
from lms.catalogue.notebooks import Notebook
from lms.core.errors import Refused
from lms.grading import parts
from lms.grading.evidence import Evidence, packed
from lms.grading.execution import Marked, mark_notebook, with_outputs
from lms.grading.laying_in import lay_in
from lms.grading.models import GradingRun
from lms.grading.parts import Part
from lms.grading.regrade_queries import marked_with, notebooks_of
from lms.grading.runs import Ending
from lms.grading.sandbox import granted, profile_digest
from lms.grading.sealing import Record, author_record


@dataclass(frozen=True)
class Task:
    """One notebook to mark: the author's, and the learner's, None if it was not handed in.

    ``row`` is that of the author's; ``source`` and ``work`` are digests.
    """

    row: int
    name: str
    source: str
    work: str | None
    # Any: an object of JSON; `Record` reads it.
    record: Mapping[str, Any] | None


@dataclass(frozen=True)
class Work:
    """What marking needs of a claimed run, read before its transaction closed.

    ``files`` are the digests of what lies beside the notebooks, by path.
    """

    run: str
    version: str
    tasks: tuple[Task, ...]
    profile: str
    limits: Mapping[str, float]
    files: Mapping[str, str]

    @classmethod
    def of(cls, run: GradingRun) -> "Work":
        """All that is to be marked of ``run``."""
        tests = marked_with(run)
        return cls(
            run=run.public_id,
            version=tests.module.version.digest,
            tasks=tuple(
                Task(author.id, author.name, author.source, work, author.record)
                for author, work in notebooks_of(run)
            ),
            profile=tests.profile,
            limits=tests.limits,
            files=tests.digests,
        )


@dataclass(frozen=True)
class Assessed:
    """What came of each notebook; ``unfinished`` are those with outputs still to be shown.

    One that is refused has the others refused too: then ``parts`` are only such.
    """

    parts: tuple[Part, ...]
    unfinished: Mapping[str, Marked]

    @property
    def is_refused(self) -> bool:
        """Whether the work cannot be marked."""
        return any(part.ending is Ending.REFUSED for part in self.parts)


def assess(lms: Lms, work: Work, between: Callable[[], None]) -> Assessed:
    """Execute and mark every notebook of ``work``; ``between`` two of them is called.

    Raises NoWalls where nothing can be run here.
    """
    if unfit := _unfit(lms, work.tasks):
        return Assessed(unfit, {})
    files = lms.blobs.all_of(work.files)
    found: list[Part] = []
    unfinished = {}
    for task in work.tasks:
        if found:
            between()
        source = _source(lms, task)
        if task.work is None:
            found.append(parts.not_handed_in(task.name, source))
            continue
        try:
            record = _sealing(lms, work, task, source, files)
            marked = mark_notebook(
                source,
                lms.blobs.get(task.work),
                lms.sandbox,
                profile=work.profile,
                limits=work.limits,
                files=files,
                sealing=record,
            )
        except Refused as refusal:
            return Assessed((parts.refused(task.name, refusal.sentence),), {})
        found.append(_part(lms, work, task, marked, record))
        if marked.executed.lacks_outputs:
            unfinished[task.name] = marked
    return Assessed(tuple(found), unfinished)


def completed(lms: Lms, marked: Marked) -> str:
    """The digest of the notebook to show with all outputs, executed once more for those."""
    return lms.blobs.put(with_outputs(marked))


def _unfit(lms: Lms, tasks: Sequence[Task]) -> tuple[Part, ...]:
    """Those of several notebooks that cannot be marked, all told before any is run."""
    found = []
    for task in tasks if len(tasks) > 1 else ():
        if task.work is None:
            continue
        try:
            lay_in(_source(lms, task), notebooks.read(lms.blobs.get(task.work)))
        except Refused as refusal:
            found.append(parts.refused(task.name, refusal.sentence))
    return tuple(found)


def _source(lms: Lms, task: Task) -> Notebook:
    return notebooks.read(lms.blobs.get(task.source))


def _part(lms: Lms, work: Work, task: Task, marked: Marked, record: Record) -> Part:
    return Part(
        name=task.name,
        ending=marked.ending,
        marks=marked.marks,
        message=marked.message,
        seconds=marked.seconds,
        environment=marked.environment,
        evidence=_evidence(lms, work, task, marked, record),
        executed=lms.blobs.put(marked.executed.kept()),
    )


def _evidence(lms: Lms, work: Work, task: Task, marked: Marked, record: Record) -> Evidence:
    """What the marks of a notebook came from; what it names is kept among the blobs."""
    return Evidence(
        submission=task.work or "",
        version=work.version,
        source=task.source,
        record=lms.blobs.put(packed(record.as_json())),
        profile=work.profile,
        profile_digest=profile_digest(work.profile),
        limits=granted(work.profile, work.limits),
        environment=marked.environment.digest if marked.environment else None,
        release=__version__,
        files=work.files,
    )


def _sealing(
    lms: Lms, work: Work, task: Task, source: Notebook, files: Mapping[str, bytes]
) -> Record:
    """The author's record; made now if nothing has been marked against this source yet."""
    if task.record is not None:
        return Record.from_json(task.record)
    made = author_record(source, lms.sandbox, profile=work.profile, limits=work.limits, files=files)
    with lms.database.writing() as session:
        catalogue.keep_record(session, task.row, made.as_json())
    return made
