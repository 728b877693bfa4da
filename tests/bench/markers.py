"""Those who mark the same twenty submissions: ourselves, nbgrader, otter, and two floors.

The others are installed, in the newest version that we know, into virtual environments of their
own, with the libraries in the versions that our profile has.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from lms.catalogue.notebooks import read
from lms.grading.offline import grade_files, usual_jobs
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import Record, author_record
from sandboxes import Profile
from sandboxes.environments import Environment, base_interpreter

from . import assignment

#: How many programs are at work at the same time, whoever marks.
AT_ONCE = 2

_RELEASES = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
_LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "matplotlib", "ipykernel")
_FLOOR = Path(__file__).with_name("floor.py")


class Marker(Protocol):
    """One way to mark; made ready, it marks everything as often as it is asked."""

    def mark(self) -> None:
        """Mark every submission: as many at a time as is usual, or `AT_ONCE` where one can ask."""

    def scores(self) -> list[float] | None:
        """What each submission came to; None where there are no points."""


class Ours:
    """``lms grade`` behind walls: with the examiner or open cells, with or without explaining."""

    def __init__(
        self, profile: Profile, folder: Path, *, is_sealed: bool, explains: bool = False
    ) -> None:
        self._source = read(assignment.nbgrader_notebook())
        self._sandbox = BehindWalls()
        self._profile = profile.name
        self._paths = _submissions(folder)
        self._record: Record | None = None
        self._explains = explains
        self._scores: list[float] = []
        if is_sealed:
            self._record = author_record(self._source, self._sandbox, profile=profile.name)

    def mark(self) -> None:
        """See `Marker.mark`."""
        outcomes = grade_files(
            self._source,
            self._paths,
            self._sandbox,
            profile=self._profile,
            jobs=usual_jobs(),
            sealing=self._record,
            explains=self._explains,
        )
        self._scores = [outcome.score for outcome in outcomes]

    def scores(self) -> list[float]:
        """See `Marker.scores`."""
        return self._scores


class NbGrader:
    """``nbgrader autograde``, which marks one learner after the other.

    With several ``commands`` each has a course with its share of the learners, and all run at the
    same time: more than nbgrader does by itself, and what somebody with a script would do.
    """

    def __init__(self, environment: Path, folder: Path, *, commands: int = 1) -> None:
        self._program = environment / "bin" / "nbgrader"
        self._courses = [folder / f"course-{number}" for number in range(commands)]
        for number, course in enumerate(self._courses):
            self._prepare(course, range(number, assignment.SUBMISSIONS, commands))

    def _prepare(self, course: Path, submissions: Sequence[int]) -> None:
        _write(course / "source" / "rain" / "rain.ipynb", assignment.nbgrader_notebook())
        _do([self._program, "generate_assignment", "rain", "--create"], course)
        for number in submissions:
            work = assignment.nbgrader_notebook(assignment.answers(number))
            _write(course / "submitted" / _learner(number) / "rain" / "rain.ipynb", work)

    def mark(self) -> None:
        """See `Marker.mark`."""
        _at_once(lambda course: _do([self._program, "autograde", "rain", "--force"], course))(
            self._courses
        )

    def scores(self) -> list[float]:
        """See `Marker.scores`."""
        asking = (
            "import json\nfrom nbgrader.api import Gradebook\n"
            "with Gradebook('sqlite:///gradebook.db') as book:\n"
            "    told = {s.student.id: s.score for s in book.assignment_submissions('rain')}\n"
            "print(json.dumps(told))"
        )
        found: dict[str, float] = {}
        for course in self._courses:
            told = _do([self._program.with_name("python"), "-c", asking], course)
            found |= json.loads(told.splitlines()[-1])
        return [found[_learner(number)] for number in range(assignment.SUBMISSIONS)]


class Otter:
    """``otter run``, which is how otter marks without containers."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self._program = environment / "bin" / "otter"
        self._folder = folder
        _write(folder / "rain.ipynb", assignment.otter_notebook())
        _do([self._program, "assign", "--no-run-tests", "rain.ipynb", "dist"], folder)
        (self._tests,) = (folder / "dist" / "autograder").glob("*.zip")
        student = (folder / "dist" / "student" / "rain.ipynb").read_bytes()
        self._places = [folder / "work" / f"{n:02}" for n in range(assignment.SUBMISSIONS)]
        for number, place in enumerate(self._places):
            work = assignment.filled(student, assignment.answers(number))
            _write(place / "rain.ipynb", work)

    def mark(self) -> None:
        """See `Marker.mark`."""
        _at_once(
            lambda place: _do(
                [self._program, "run", "-a", self._tests, "-o", ".", "rain.ipynb"], place
            )
        )(self._places)

    def scores(self) -> list[float]:
        """See `Marker.scores`."""
        return [
            sum(test.get("score", 0.0) for test in json.loads(file.read_text())["tests"])
            for file in (place / "results.json" for place in self._places)
        ]


class Floor:
    """The cells and nothing else, each notebook in a new process or in a fork that has it all."""

    def __init__(self, environment: Environment, folder: Path, *, is_forked: bool) -> None:
        self._python = environment.folder / "bin" / "python"
        self._is_forked = is_forked
        told = [_cells(number) for number in range(assignment.SUBMISSIONS)]
        self._all = folder / "all.json"
        _write(self._all, json.dumps(told).encode())
        self._each = [folder / f"{number:02}.json" for number in range(len(told))]
        for file, cells in zip(self._each, told, strict=True):
            _write(file, json.dumps([cells]).encode())
        self._waiting: subprocess.Popen[str] | None = None

    def ready(self) -> None:
        """Load the libraries, which is no part of what is measured after a fork."""
        if self._is_forked:
            self._waiting = subprocess.Popen(
                [self._python, _FLOOR, "fork", self._all],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_surroundings(self._python),
                text=True,
            )
            assert self._waiting.stdout is not None
            self._waiting.stdout.readline()

    def mark(self) -> None:
        """See `Marker.mark`."""
        if self._waiting is not None:
            self._waiting.communicate("\n")
            return
        _at_once(lambda file: _do([self._python, _FLOOR, "process", file], self._all.parent))(
            self._each
        )

    def scores(self) -> None:
        """See `Marker.scores`."""


def markers(profile: Profile, environment: Environment, folder: Path) -> dict[str, Marker]:
    """All of them by name, made ready in ``folder``; the others kept below the profile's."""
    kept = environment.folder.parent.parent / "peers"
    rivals = {name: _installed(name, profile, kept) for name in _RELEASES}
    return {
        "ours, sealed": Ours(profile, folder / "ours", is_sealed=True),
        "ours, explained": Ours(profile, folder / "ours", is_sealed=True, explains=True),
        "ours, open": Ours(profile, folder / "ours", is_sealed=False),
        "nbgrader": NbGrader(rivals["nbgrader"], folder / "nbgrader"),
        "two nbgraders": NbGrader(rivals["nbgrader"], folder / "two", commands=AT_ONCE),
        "otter": Otter(rivals["otter"], folder / "otter"),
        "a new process": Floor(environment, folder / "processes", is_forked=False),
        "after a fork": Floor(environment, folder / "forks", is_forked=True),
    }


def _installed(name: str, profile: Profile, kept: Path) -> Path:
    """The virtual environment of another grader, made now if it is not there."""
    place, mark = kept / name, kept / name / "installed"
    # One library has several lines where its version hangs on that of Python.
    pinned = [
        line.rstrip("\\ ")
        for line in profile.lock.read_text().splitlines()
        if line.split("==")[0] in _LIBRARIES
    ]
    wanted = "\n".join((_RELEASES[name], *pinned))
    with suppress(OSError):
        if mark.read_text() == wanted:
            return place
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    _do([base_interpreter(), "-m", "venv", place], place.parent)
    (place / "wanted.txt").write_text(wanted)
    quietly = ["--quiet", "--disable-pip-version-check", "--requirement", "wanted.txt"]
    _do([place / "bin" / "python", "-m", "pip", "install", *quietly], place)
    mark.write_text(wanted)
    return place


def _submissions(folder: Path) -> list[Path]:
    paths = [folder / f"{_learner(n)}.ipynb" for n in range(assignment.SUBMISSIONS)]
    for number, path in enumerate(paths):
        _write(path, assignment.nbgrader_notebook(assignment.answers(number)))
    return paths


def _cells(number: int) -> list[str]:
    """The code of a submission with all tests, in order."""
    answers = iter(assignment.answers(number))
    found = []
    for cell in read(assignment.nbgrader_notebook()).cells:
        if cell.kind == "code":
            is_answer = cell.duty is not None and cell.duty.solution
            found.append(next(answers) if is_answer else cell.source)
    return found


def _learner(number: int) -> str:
    return f"learner-{number:02}"


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _at_once(deed: Callable[[Path], object]) -> Callable[[Sequence[Path]], None]:
    def do(things: Sequence[Path]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(deed, things))

    return do


def _surroundings(program: Path) -> dict[str, str]:
    # As many threads as a sandboxed kernel starts for numbers.
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    # Some of the programs call others of their environment by name.
    return {**os.environ, **threads, "PATH": f"{program.parent}:{os.environ['PATH']}"}


def _do(command: Sequence[str | Path], folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env=_surroundings(Path(command[0])),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise RuntimeError(f"{Path(command[0]).name} {command[1]} failed: {said}")
    return done.stdout
