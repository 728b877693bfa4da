"""A browser that signs in and sends forms with the token of our own pages."""

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask_login import FlaskLoginClient
from jinja2 import FileSystemBytecodeCache

from lms import mailing
from lms.bootstrap import Settings, assemble, session_key
from lms.core.i18n import Sentence
from lms.credentials import receipts
from lms.credentials import service as credentials
from lms.credentials.document import Result
from lms.grading import regrading
from lms.grading.done_models import DoneTime
from lms.grading.done_rules import Standing
from lms.grading.states import Scope
from lms.institutes import addresses, notices, sign_ins
from lms.institutes import queries as institutes
from lms.institutes.rules import News, Role
from lms.institutes.service import grant
from lms.learning import announcing, feeds, following, help_queries, helping, quizzes
from lms.learning import service as learning
from lms.learning.help_rules import Place, Reader
from lms.mail import account_letters
from lms.practice import Practice
from lms.web.account import SignedIn
from lms.web.app import create_site

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Keeps cookies. What the test has prepared is committed before each request."""

    def __init__(self, client, session):
        self.client, self._session = client, session
        self._tokens = {}

    def get(self, address, **more):
        return self._send("GET", address, **more)

    def post(self, address, **fields):
        """Sends a form; a field of bytes is a file."""
        files = {
            name: (io.BytesIO(value), "work.ipynb") if isinstance(value, bytes) else value
            for name, value in fields.items()
        }
        return self._send("POST", address, data={"csrf_token": self.token(), **files})

    def post_without_token(self, address, **fields):
        return self._send("POST", address, data=fields)

    def token(self):
        """The one of the session; it is asked for again when the session has changed."""
        if self._session_cookie() not in self._tokens:
            found = TOKEN.search(self.get("/account/sign-in").text)[1]
            self._tokens[self._session_cookie()] = found
        return self._tokens[self._session_cookie()]

    def _session_cookie(self):
        return getattr(self.client.get_cookie("jazari"), "value", None)

    def _send(self, method, address, **more):
        self._session.commit()
        answer = self.client.open(address, method=method, **more)
        self._session.expire_all()
        return answer


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Templates compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_site(lms, compiled):
    """A site with settings of its own."""

    def make(**settings):
        site = create_site(replace(lms, settings=replace(lms.settings, **settings)))
        site.jinja_env.bytecode_cache = compiled
        return site

    return make


@pytest.fixture(scope="session")
def built(founded, compiled):
    """One site for all tests: building it anew takes longer than asking it."""
    site = create_site(assemble(Settings(data=str(founded))))
    site.jinja_env.bytecode_cache = compiled
    site.test_client_class = FlaskLoginClient
    return site


@pytest.fixture
def site(built, lms):
    """The site with the data of this test."""
    built.extensions["lms"] = lms
    return built


@pytest.fixture
def visit(site, session):
    """A browser in which somebody is signed in, or nobody; pages are in English."""

    def visit(person=None):
        user = person and SignedIn(person, sign_ins.begin(session, person, now=datetime.now(UTC)))
        session.commit()  # Or a test that asks past its browser would wait for the lock.
        client = site.test_client(user=user) if user else site.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return Browser(client, session)

    return visit


@pytest.fixture
def now():
    """The moment at which the site works, which is the true one."""
    return datetime.now(UTC)


@pytest.fixture
def place(offered, enrolled, salma, now):
    """Salma's place in a run that opened yesterday."""
    return enrolled(salma, offered(opens=now - timedelta(days=1)))


@pytest.fixture
def supply(site, lms, released):
    """Supplies a release of Pyodide to the site: its folder and the address of its files."""

    def supply(**files):
        folder = released(**files)
        practice = Practice(str(folder))
        site.extensions["lms"] = replace(lms, practice=practice)
        return folder, f"/practice/{practice.pyodide.digest}"

    return supply


@dataclass(frozen=True)
class LivedIn:
    """The public identifiers of what is there."""

    run: str
    enrolment: str
    doubling: str
    other: str
    essay: str
    credential: str
    version: str
    membership: str
    notice: str
    regrade: str
    thread: str
    question: str
    answer: str
    stopping: str
    new_address: str
    sign_in: str
    calendar: str
    announcement: str


@pytest.fixture
def lived_in(session, lms, who, enrolled, handed_in, settled, noon):
    """Fez after a while: Salma has handed in, an essay waits for points, a credential is hers.

    Amina has handed in beside her, and has answered what Salma asked.
    """
    salma = who("salma")
    place = enrolled(salma)
    doubling = settled(handed_in(place), 4)
    other = handed_in(enrolled(who("amina"), place.run))
    essay = settled(handed_in(place, "why", answer="Because."), None)
    session.add(
        DoneTime(
            enrolment_id=place.id,
            submission=essay,
            deed="0" * 32,
            done=noon - timedelta(hours=1),
            standing=Standing.WAITING,
        )
    )
    receipts.give(session, lms.keys, lms.settings.base_url, essay, now=noon)
    learning.complete(session, place, now=noon)
    change = addresses.ask(session, salma, "new@salma.example", now=datetime.now(UTC))
    results = [Result("Doubling", 4, 4, 2.4)]
    credential = credentials.award(
        session, lms.keys, lms.settings.base_url, place, results, now=noon
    )
    held = grant(session, place.run.institute, who("idris"), Role.INSTRUCTOR, now=noon)
    announcement = announcing.announce(
        session, place.run, "News", "Read this.", by=who("idris"), now=noon
    )
    told = Sentence("Something happened to {work}.", {"work": "your work"})
    notices.tell(session, salma, News.MARKS_CHANGED, told, essay, now=noon)
    regrade = regrading.begin(
        session,
        place.run,
        doubling.assignment,
        place.run.version,
        scope=Scope.ALL,
        reason="A test was wrong.",
        by=who("idris"),
        now=noon,
    )
    recall = place.run.version.modules[1].quizzes[0]
    quizzes.begin(session, place, recall, now=noon)
    as_salma, as_amina = Reader(salma.id, False), Reader(who("amina").id, False)
    thread = helping.ask(
        session,
        place.run,
        Place("double", "tests"),
        salma,
        as_salma,
        title="Why twice?",
        text="I do not see why.",
        now=noon,
    )
    following.follow(session, thread, salma, wanted=False)
    answer = helping.answer(session, thread, who("amina"), as_amina, text="Try it.", now=noon)
    feed = feeds.renew(session, salma, now=noon)
    sign_ins.begin(session, salma, "Firefox, Android", now=datetime.now(UTC))
    session.commit()
    return LivedIn(
        run=place.run.public_id,
        enrolment=place.public_id,
        doubling=doubling.public_id,
        other=other.public_id,
        essay=essay.public_id,
        credential=credential.public_id,
        version=place.run.version.public_id,
        membership=held.public_id,
        notice=institutes.notices(session, salma)[0].public_id,
        regrade=regrade.public_id,
        thread=thread.public_id,
        question=help_queries.question(session, thread).public_id,
        answer=answer.public_id,
        announcement=announcement.public_id,
        calendar=feeds.key_of(feed, session_key(lms.settings)),
        sign_in=institutes.sign_ins(session, salma)[0].public_id,
        new_address=account_letters.token(change, session_key(lms.settings)),
        stopping=mailing.house(lms).stopping(salma).rpartition("/")[2],
    )
