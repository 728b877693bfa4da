"""Letters from what happened to the mail server: written, claimed, posted, settled."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from lms.core.i18n import Sentence
from lms.institutes import notices
from lms.institutes.rules import News
from lms.mail import queries
from lms.mail.models import Fate, Letter
from lms.mail.posting import NotNow, NotTaken
from lms.mailing import post_letters, tidy_letters, write_letters
from lms.worker import Worker


@dataclass
class ToldPost:
    """A way out that takes letters, or raises as it is told for one of them."""

    raises: dict = field(default_factory=dict)
    sent: list = field(default_factory=list)
    described: str = "told"

    def send(self, message, name):
        if error := self.raises.get(message["To"].addresses[0].username):
            raise error
        self.sent.append(message)


@pytest.fixture
def way():
    return ToldPost()


@pytest.fixture
def site(lms, way):
    return replace(lms, post=way)


@pytest.fixture
def told(session, salma, rim, place, noon):
    """Salma and Rim were told something yesterday."""
    for person in (salma, rim):
        notices.tell(session, person, News.MARKS_READY, Sentence("Hear.", {}), place, now=noon)
    session.commit()


@pytest.fixture
def later(noon):
    return noon + timedelta(days=1)


def fates(session):
    session.expire_all()
    return {each.person.name: each.fate for each in session.query(Letter)}


def test_letters_are_written_and_posted_once(session, site, way, told, later):
    assert (write_letters(site, later), write_letters(site, later)) == (2, 0)

    assert [post_letters(site, lambda: later) for _ in range(2)] == [2, 0]

    assert sorted(message["To"].addresses[0].username for message in way.sent) == ["rim", "salma"]
    assert set(fates(session).values()) == {Fate.SENT}


def test_a_server_that_is_away_keeps_them_all_waiting(session, site, way, told, later):
    write_letters(site, later)
    way.raises = {name: NotNow(why="away") for name in ("salma", "rim")}

    assert post_letters(site, lambda: later) == 0

    assert sorted(each.tries for each in session.query(Letter)) == [0, 1]
    way.raises = {}
    assert post_letters(site, lambda: later + timedelta(minutes=6)) == 2


def test_one_that_is_refused_costs_the_others_nothing(session, site, way, told, later):
    write_letters(site, later)
    way.raises = {"salma": NotTaken(why="nobody here")}

    assert post_letters(site, lambda: later) == 1

    assert fates(session) == {"Salma": Fate.FAILED, "Rim": Fate.SENT}


def test_an_address_that_is_none_fails_alone(session, site, way, told, later, salma):
    write_letters(site, later)
    salma.email = "a,b@fez.example"
    session.commit()

    assert post_letters(site, lambda: later) == 1
    assert fates(session) == {"Salma": Fate.FAILED, "Rim": Fate.SENT}


def test_the_worker_writes_and_posts_and_tidies(session, lms, told, later):
    Worker(lms).mail()

    folder = lms.settings.folder / "mail"
    assert len(list(folder.glob("*.eml"))) == 2
    assert set(fates(session).values()) == {Fate.SENT}

    tidy_letters(lms, datetime.now(UTC) + timedelta(days=31))
    session.rollback()
    assert list(folder.glob("*.eml")) == []
    assert queries.counts(session) == {}


def test_a_worker_that_is_told_to_stop_posts_no_more(site, told, later):
    write_letters(site, later)

    assert post_letters(site, lambda: later, goes_on=lambda: False) == 0


def test_a_letter_that_is_no_more_leaves_no_file(session, lms, told, later, salma):
    Worker(lms).mail()
    session.execute(delete(Letter).where(Letter.person_id == salma.id))
    session.commit()

    tidy_letters(lms, later)

    assert len(list((lms.settings.folder / "mail").glob("*.eml"))) == 1
