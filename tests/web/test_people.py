"""What an administrator meets: who belongs to the institute, in which role."""

import pytest

from lms.institutes import queries
from lms.institutes.rules import Role


@pytest.fixture
def role(session, institute_called, noon):
    """The membership of somebody in Fez."""

    def of(person, role):
        return queries.membership(session, institute_called("fez"), person, role)

    return of


def test_the_page_lists_everyone_of_the_institute_and_nobody_else(visit, amina):
    page = visit(amina).get("/people/fez").text

    assert all(name in page for name in ("Salma", "Idris", "Rachid", "Amina"))
    assert "Rim" not in page


def test_people_are_found_by_words_and_none_is_said_so(visit, amina):
    found = visit(amina).get("/people/fez?q=idris").text.replace("@<wbr>", "@")
    nobody = visit(amina).get("/people/fez?q=rim").text.replace("@<wbr>", "@")

    assert "idris@fez.example" in found
    assert "salma@fez.example" not in found
    assert "Nothing found" in nobody
    assert "amina@fez.example" not in nobody


def test_a_role_is_given_to_whoever_has_an_account(visit, role, amina, rim):
    answer = visit(amina).post(
        "/people/fez/memberships", email=" RIM@rabat.example", role="instructor"
    )

    assert (answer.status_code, answer.location) == (303, "/people/fez")
    assert role(rim, Role.INSTRUCTOR).until is None


@pytest.mark.parametrize(
    "wrong",
    [{"email": "nobody@fez.example"}, {"email": ""}, {"role": "emperor"}, {"role": ""}],
)
def test_a_faulty_form_gives_no_role(visit, role, amina, rim, wrong):
    form = {"email": rim.email, "role": "instructor"} | wrong

    answer = visit(amina).post("/people/fez/memberships", **form)

    assert answer.status_code == 422
    assert role(rim, Role.INSTRUCTOR) is None


def test_a_role_ends(visit, role, amina, idris):
    held = role(idris, Role.INSTRUCTOR)

    answer = visit(amina).post(f"/people/memberships/{held.public_id}/end")

    assert (answer.status_code, answer.location) == (303, "/people/fez")
    assert role(idris, Role.INSTRUCTOR).until is not None
    assert visit(idris).get("/teach/").status_code == 404


def test_the_last_administrator_stays(visit, role, amina):
    held = role(amina, Role.ADMINISTRATOR)

    answer = visit(amina).post(f"/people/memberships/{held.public_id}/end")

    assert answer.status_code == 409
    assert "last administrator" in answer.text
    assert role(amina, Role.ADMINISTRATOR).until is None


def test_nobody_gives_roles_to_themselves(visit, role, idris):
    answer = visit(idris).post("/people/fez/memberships", email=idris.email, role="administrator")

    assert answer.status_code == 404
    assert role(idris, Role.ADMINISTRATOR) is None
