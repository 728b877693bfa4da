"""The cast and the factories: two institutes, the people everybody knows, one small course.

Salma learns in Fez, where Idris teaches, Rachid is registrar and Amina administrator. Rim
learns in Rabat and must never see Fez; Ilham, Reda and Asma do there what Idris, Rachid and
Amina do in Fez.
"""

import gc
import hashlib
import json
import random
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import sync_playwright
from sqlalchemy import event

from lms import schema
from lms.bootstrap import Settings, assemble, make_session_key
from lms.catalogue import queries as catalogue
from lms.catalogue import service as publishing
from lms.catalogue.notebooks import read
from lms.core.db import Database
from lms.credentials import service as credentials
from lms.grading import service as grading
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part
from lms.grading.runs import CellError, CellRun, Ending, Environment, Run
from lms.grading.sandbox import Wall, Walls
from lms.grading.sealing import Record
from lms.grading.states import State
from lms.institutes import passwords
from lms.institutes import queries as institutes
from lms.institutes import service as accounts
from lms.institutes.rules import Role
from lms.learning import service as learning

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
PASSWORD = "a sentence to remember"
COURSE = Path(__file__).parent / "courses" / "first-numbers"

INSTITUTES = {
    "fez": {"fr": "Institut de Fès", "ar": "معهد فاس", "en": "Institute of Fez"},
    "rabat": {"fr": "Institut de Rabat", "ar": "معهد الرباط", "en": "Institute of Rabat"},
}

CAST = {
    "salma": ("fez", Role.LEARNER),
    "idris": ("fez", Role.INSTRUCTOR),
    "rachid": ("fez", Role.REGISTRAR),
    "amina": ("fez", Role.ADMINISTRATOR),
    "rim": ("rabat", Role.LEARNER),
    "ilham": ("rabat", Role.INSTRUCTOR),
    "reda": ("rabat", Role.REGISTRAR),
    "asma": ("rabat", Role.ADMINISTRATOR),
}


CHROMIUM = "/usr/bin/chromium-headless-shell"

#: Chromium is an honest browser only without its own calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

#: What runs were executed with, unless a test says otherwise.
FOUND = Environment("python-ml", "3.11.2", {"numpy": "2.4.6", "pandas": "3.1.1"})


#: A made-up release of Pyodide: what a true one has in its core, and three of its packages.
RELEASE = {
    "pyodide.mjs": b"export const loadPyodide = null;\n" * 30,
    "pyodide.asm.mjs": b"export default null;\n" + b"// Made up.\n" * 90,
    "pyodide.asm.wasm": b"\0asm" * 500,
    "python_stdlib.zip": b"PK" * 400,
    "numpy-2.wasm32.whl": b"numpy" * 100,
    "pandas-3.wasm32.whl": b"pandas" * 100,
    "tiny-1-py3-none-any.whl": b"tiny" * 100,
}


def pytest_collection_finish():
    """Thousands of tests stay for as long as they run: nobody need look for garbage in them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """A password is hashed hundreds of times here: with the least work that the library does.

    The product's own way of doing it, for those who test that.
    """
    own = passwords._hasher
    with pytest.MonkeyPatch.context() as patched:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patched.setattr(passwords, "_hasher", cheap)
        yield own


@dataclass
class ToldSandbox:
    """A sandbox that runs nothing and answers as it is told.

    Cells do well unless a text that is a key of ``fails`` stands in them; where one of ``prints``
    does, its value is put out.
    """

    walls: tuple[Wall, ...] = (Wall("network", True, "cut off"),)
    ending: Ending = Ending.FINISHED
    fails: dict[str, str] = field(default_factory=dict)
    prints: dict[str, str] = field(default_factory=dict)
    breaks: type[Exception] | None = None
    environment: Environment | None = FOUND
    ran: list[bytes] = field(default_factory=list)
    limits: list[dict] = field(default_factory=list)
    files: list[dict] = field(default_factory=list)

    def run(self, notebook, profile, *, limits=(), files=(), paper=None):
        if self.ending is Ending.UNAVAILABLE:
            return Run(Ending.UNAVAILABLE, message="the network is open")
        self.files.append(dict(files))
        if paper is not None and paper.record is None:
            return self._recorded(notebook, paper)
        self.ran.append(notebook)
        self.limits.append(dict(limits))
        if self.breaks:
            raise self.breaks
        cells = [cell for cell in read(notebook).cells if cell.kind == "code"]
        tests = {} if paper is None else {item.id: item.source for item in paper.items}
        ran = tuple(self._cell(cell, tests) for cell in cells)
        return Run(self.ending, ran, 0.5, environment=self.environment)

    def _recorded(self, notebook, paper):
        """The author's own run: every cell does well, and needs nothing."""
        cells = [cell for cell in read(notebook).cells if cell.kind == "code"]
        nothing = {"kinds": {}, "operations": {}, "changes": [], "theirs": []}
        ran = tuple(CellRun(cell.id, "ok", record=nothing) for cell in cells)
        return Run(Ending.FINISHED, ran, 0.1, environment=self.environment)

    def _cell(self, cell, tests):
        source = tests.get(cell.id, cell.source)
        name = next((error for text, error in self.fails.items() if text in source), None)
        error = CellError(name, "") if name else None
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": printed}
            for text, printed in self.prints.items()
            if text in cell.source
        ]
        return CellRun(cell.id, "error" if error else "ok", tuple(outputs), error)

    def check(self, profile="python"):
        return Walls(all(wall.holds for wall in self.walls), "as told")

    def inspect(self):
        return self.walls


@pytest.fixture
def released(tmp_path):
    """Lays a release of Pyodide out, with a true lock; files named otherwise are other or gone."""

    def released(**others):
        folder = tmp_path / "pyodide"
        folder.mkdir()
        packages = {
            "numpy": ("numpy-2.wasm32.whl", [], ["numpy"]),
            "pandas": ("pandas-3.wasm32.whl", ["numpy"], ["pandas"]),
            "tiny": ("tiny-1-py3-none-any.whl", [], ["tiny", "_tiny"]),
            "torch": ("torch-9.whl", ["numpy"], ["torch"]),
        }
        lock = {
            "info": {"python": "3.14.2"},
            "packages": {
                name: {
                    "file_name": file,
                    "sha256": hashlib.sha256(RELEASE.get(file, b"")).hexdigest(),
                    "depends": depends,
                    "imports": imports,
                }
                for name, (file, depends, imports) in packages.items()
            },
        }
        files = {**RELEASE, "pyodide-lock.json": json.dumps(lock).encode(), **others}
        for name, content in files.items():
            if content is not None:
                (folder / name).write_bytes(content)
        return folder

    return released


@pytest.fixture(scope="session")
def founded(tmp_path_factory, cheap_passwords):
    """A data folder with two institutes, their keys, the cast and the course; never changed."""
    folder = tmp_path_factory.mktemp("founded")
    lms = assemble(Settings(data=str(folder)))
    make_session_key(lms.settings)
    schema.migrate(lms.database)
    with lms.database.writing() as session:
        places = {
            slug: accounts.found(session, slug, names, now=NOON)
            for slug, names in INSTITUTES.items()
        }
        for place in places.values():
            credentials.new_key(session, lms.keys, place, now=NOON)
        for name, (slug, role) in CAST.items():
            who = accounts.sign_up(
                session,
                email=f"{name}@{slug}.example",
                name=name.title(),
                password=PASSWORD,
                locale="en",
                now=NOON,
            )
            accounts.grant(session, places[slug], who, role, now=NOON)
        version, _ = publishing.publish(session, lms.blobs, COURSE, now=NOON)
        for assignment in (a for module in version.modules for a in module.assignments):
            for notebook in assignment.notebooks:
                notebook.record = Record().as_json()  # All open: it takes a kernel to say more.
    lms.database.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def free_port():
    """Finds a port for a site that nobody uses, nor the one after it, which is the relay's.

    They lie below those that the host gives to whoever asks for any.
    """

    def find():
        while True:
            port = random.randrange(20_000, 30_000)
            with suppress(OSError), socket.socket() as site, socket.socket() as relay:
                site.bind(("127.0.0.1", port))
                relay.bind(("127.0.0.1", port + 1))
                return port

    return find


@pytest.fixture
def noon():
    """When everything happens, unless a test says otherwise."""
    return NOON


@pytest.fixture
def sandbox():
    return ToldSandbox()


@pytest.fixture(scope="session")
def turned():
    """Turns the one database of all tests to a file, so that statements are compiled only once."""
    database, files = Database("sqlite:///nowhere"), []

    @event.listens_for(database.engine, "do_connect")
    def connect(_dialect, _record, arguments, _options):
        arguments[0] = str(files[-1])

    def turn(file):
        database.close()
        files.append(file)
        return database

    return turn


@pytest.fixture
def lms(founded, turned, tmp_path, sandbox):
    """The parts of a site of its own, with the cast in it."""
    # Without what the site packs beside its answers, perhaps at this moment.
    folder = shutil.copytree(founded, tmp_path / "data", ignore=shutil.ignore_patterns("packed"))
    database = turned(folder / "jazari.sqlite")
    yield replace(assemble(Settings(data=str(folder))), database=database, sandbox=sandbox)
    database.close()


@pytest.fixture
def session(lms):
    """A session of the test's own; what it does not commit vanishes with it.

    It takes no lock before it writes, so that doors may act between its commits.
    """
    with lms.database.session(writes=False) as session:
        yield session


@pytest.fixture
def plans(lms, session):
    """How SQLite finds what a deed asks for: the steps of each of its queries."""

    def steps(deed):
        asked = []

        def remember(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                asked.append((f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(lms.database.engine, "before_cursor_execute", remember)
        deed()
        event.remove(lms.database.engine, "before_cursor_execute", remember)
        driver = session.connection().exec_driver_sql
        return [[row[-1] for row in driver(*each).all()] for each in asked]

    return steps


@pytest.fixture
def blobs(lms):
    return lms.blobs


@pytest.fixture
def who(session):
    """Somebody of the cast by name."""
    return lambda name: institutes.person_by_email(session, f"{name}@{CAST[name][0]}.example")


@pytest.fixture
def salma(who):
    return who("salma")


@pytest.fixture
def idris(who):
    return who("idris")


@pytest.fixture
def rim(who):
    return who("rim")


@pytest.fixture
def rachid(who):
    return who("rachid")


@pytest.fixture
def amina(who):
    return who("amina")


@pytest.fixture
def institute_called(session):
    """An institute by its slug."""
    return lambda slug: institutes.institute(session, slug)


@pytest.fixture
def version(session):
    """The course's only version."""
    return catalogue.latest_version(session, "first-numbers")


@pytest.fixture
def next_version(session, blobs, tmp_path, noon):
    """The course with other tests: of six points instead of four."""
    folder = shutil.copytree(COURSE, tmp_path / "first-numbers")
    file = folder / "modules" / "01-numbers" / "double.ipynb"
    file.write_text(file.read_text().replace('"points": 4', '"points": 6'))
    version, is_new = publishing.publish(session, blobs, folder, now=noon)
    assert is_new
    for module in version.modules:
        for assignment in module.assignments:
            for notebook in assignment.notebooks:
                notebook.record = Record().as_json()
    return version


@pytest.fixture
def offered(session, institute_called, version):
    """Offers the course: in Fez, open to all, since the day before noon, unless told otherwise."""

    def offer(at="fez", opens=NOON - timedelta(days=1), **more):
        return learning.offer(session, institute_called(at), version, opens=opens, now=NOON, **more)

    return offer


@pytest.fixture
def enrolled(session, offered):
    """Gives somebody a place in ``run``, or in a run of their own."""

    def enrol(person, run=None):
        run = run or offered()
        return learning.enrol(session, run, person, code=run.invitation_code or "", now=NOON)

    return enrol


@pytest.fixture
def place(enrolled, salma):
    """Salma's place in a run in Fez."""
    return enrolled(salma)


@pytest.fixture
def find():
    """The lesson or assignment of an enrolment by its slug."""

    def found(enrolment, slug):
        modules = enrolment.run.version.modules
        items = [item for module in modules for item in (*module.lessons, *module.assignments)]
        return next(item for item in items if item.slug == slug)

    return found


@pytest.fixture
def work():
    """A notebook of an assignment in which ``answer`` stands, as bytes."""

    def write(slug="double", answer="def double(n): return 2 * n"):
        notebook = json.loads(next(COURSE.glob(f"modules/*/{slug}.ipynb")).read_bytes())
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = answer
        return json.dumps(notebook).encode()

    return write


@pytest.fixture
def right_answers():
    """What is right in the course's quiz, by question and the author's places."""
    return {
        "double-of-two": 0,
        "even": [0, 1],
        "half": "2,5",
        "word": "Double",
        "steps": [0, 1, 2],
        "pairs": [0, 1],
        "sum-three": "3",
        "sum-five": "5",
    }


@pytest.fixture
def handed_in(session, blobs, find, work):
    """Hands in ``answer`` for an assignment."""

    def hand_in(enrolment, slug="double", answer="def double(n): return 2 * n", at=NOON):
        content = work(slug, answer)
        return grading.hand_in(
            session, blobs, enrolment, find(enrolment, slug), {"": content}, now=at
        )

    return hand_in


@pytest.fixture
def settled(session):
    """Marks a submission: ``points`` for its only graded cell, None where a person gives them."""

    def settle(submission, points, at=NOON, environment=FOUND):
        run = submission.runs[-1]
        run.state = State.RUNNING
        most = submission.assignment.max_score
        verdict = Verdict.MANUAL if submission.assignment.slug == "why" else Verdict.PASSED
        cell = "reason" if verdict is Verdict.MANUAL else "tests"
        grading.settle(
            session,
            run,
            [
                Part(
                    "",
                    Ending.FINISHED,
                    (Mark(cell, points, most, verdict, None),),
                    None,
                    0.5,
                    environment,
                )
            ],
            now=at,
        )
        return submission

    return settle


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a test session: Playwright drives no second one beside it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def several(session, blobs, tmp_path, institute_called):
    """Publishes the course with three notebooks in its first assignment, and enrols somebody.

    ``loops`` and ``sums`` hold the same cells, ``reasons`` one that a person marks.
    """
    folder = shutil.copytree(COURSE, tmp_path / "several")
    module = folder / "modules" / "01-numbers"
    (module / "double").mkdir()
    content = (module / "double.ipynb").read_text()
    (module / "double.ipynb").unlink()
    (module / "double" / "loops.ipynb").write_text(content)
    (module / "double" / "sums.ipynb").write_text(content)
    shutil.copy(folder / "modules/02-reasons/why.ipynb", module / "double" / "reasons.ipynb")
    told = (folder / "course.toml").read_text()
    listed = 'assignment = "double"\nnotebooks = ["loops", "sums", "reasons"]'
    (folder / "course.toml").write_text(told.replace('assignment = "double"', listed))
    version, _ = publishing.publish(session, blobs, folder, now=NOON)
    for notebook in (n for m in version.modules for a in m.assignments for n in a.notebooks):
        notebook.record = Record().as_json()

    def enrol(person, opens=NOON - timedelta(days=1)):
        fez = institute_called("fez")
        run = learning.offer(session, fez, version, opens=opens, now=NOON)
        return learning.enrol(session, run, person, code="", now=NOON)

    return enrol
