"""What a new site begins with."""

import pytest
from sqlalchemy import func, select

from lms import founding
from lms.bootstrap import Settings, assemble
from lms.catalogue.models import CourseVersion
from lms.credentials import queries as credentials
from lms.institutes import queries, service
from lms.institutes.models import Person
from lms.institutes.rules import Role
from lms.learning import queries as learning
from lms.learning.rules import Access


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A site prepared from nothing, with the lines it told."""
    lms = assemble(Settings(data=str(tmp_path_factory.mktemp("new") / "data")))
    told = founding.prepare(lms)
    yield lms, told
    lms.database.engine.dispose()


def test_a_new_site_has_courses_two_institutes_and_keys_that_sign(begun):
    lms, _told = begun

    with lms.database.reading() as session:
        places = queries.institutes(session)
        keys = [credentials.keys(session, place)[0].name for place in places]
        assert session.scalar(select(func.count()).select_from(CourseVersion)) >= 1

    assert [place.slug for place in places] == ["fes-meknes", "rabat-sale-kenitra"]
    for place, key in zip(places, keys, strict=True):
        assert lms.keys.load(place.slug, key)


def test_its_first_people_sign_in_with_the_passwords_told(begun, noon):
    lms, told = begun
    lines = [line.split() for line in told if "@" in line]

    with lms.database.writing() as session:
        for role, email, password in lines:
            proof = service.examine(
                session, email=email, password=password, address="::1", now=noon
            )
            person = service.sign_in(session, proof, now=noon)
            held = queries.memberships(session, person, noon)
            assert {membership.role.value for membership in held} == {role}

    assert {role for role, _email, _password in lines} == set(Role)


def test_its_courses_are_offered_openly_in_one_institute_and_by_invitation_in_the_other(
    begun, noon
):
    lms, _told = begun

    with lms.database.reading() as session:
        runs = learning.current_runs(session, noon)

    offered = {(run.institute.slug, run.access) for run in runs}
    assert offered == {
        ("fes-meknes", Access.OPEN),
        ("rabat-sale-kenitra", Access.INVITATION),
    }


def test_preparing_again_tells_and_changes_nothing(begun):
    lms, _told = begun

    assert founding.prepare(lms) == []

    with lms.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 4


def test_a_site_with_institutes_of_its_own_gets_no_others(lms):
    founding.prepare(lms)

    with lms.database.reading() as session:
        assert [place.slug for place in queries.institutes(session)] == ["fez", "rabat"]
        assert session.scalar(select(func.count()).select_from(Person)) == 8


def test_a_log_gets_no_password(tmp_path):
    lms = assemble(Settings(data=str(tmp_path)))

    told = founding.prepare(lms, people=False)

    assert told[-1] == "There is no institute yet. To begin with two: lms init"
    with lms.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_data_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    lms = assemble(Settings(data=str(tmp_path / "file" / "data")))

    with pytest.raises(founding.FolderUnwritable, match="Choose another with --data"):
        founding.prepare(lms)
