"""How the parts of a site stand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from lms.core.db import Database
from lms.grading import service
from lms.health import health


@pytest.fixture
def beat(session, noon):
    """A worker's sign of life."""

    def beat(walls_stand=True, at=noon):
        found, mend = ("all", "") if walls_stand else ("no bubblewrap", "apt-get install it")
        service.beat(session, "w:1", walls_stand=walls_stand, found=found, mend=mend, now=at)
        session.commit()

    return beat


def parts(found):
    return {part.name: part.holds for part in found.parts}


def test_a_site_with_a_living_worker_behind_walls_is_well(lms, beat, noon):
    beat()

    found = health(lms, noon)

    assert found.is_well
    assert parts(found) == {"database": True, "worker": True, "sandbox": True}


def test_a_silent_worker_is_down_and_the_line_that_mends_it_is_told(lms, beat, noon):
    beat(at=noon - timedelta(minutes=1))

    found = health(lms, noon)

    assert parts(found) == {"database": True, "worker": False, "sandbox": False}
    assert [part.mend for part in found.parts] == ["", "lms worker", "lms doctor"]


def test_walls_that_are_wanting_are_told_with_what_mends_them(lms, beat, noon):
    beat(walls_stand=False)

    sandbox = health(lms, noon).parts[-1]

    assert not sandbox.holds
    assert (sandbox.found, sandbox.mend) == ("no bubblewrap", "apt-get install it")


def test_the_queue_is_counted(lms, session, enrolled, handed_in, salma, noon):
    handed_in(enrolled(salma))
    session.commit()

    assert health(lms, noon).queue == 1


def test_a_database_of_another_release_is_not_well(lms, beat, noon):
    beat()
    with lms.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database = health(lms, noon).parts[0]

    assert (database.holds, database.mend) == (False, "lms migrate")
    assert "newer" in database.found


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:////nowhere/at/all.sqlite"])
def test_a_database_that_does_not_answer_is_told_and_raises_nothing(lms, noon, url):
    found = health(replace(lms, database=Database(url)), noon)

    assert parts(found) == {"database": False}
    assert found.queue is None
    assert found.parts[0].found
