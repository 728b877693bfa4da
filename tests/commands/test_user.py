"""`lms user`: accounts and roles from the command line."""

from zipfile import ZipFile

import pytest

from lms.institutes import queries, service
from lms.institutes.models import Person
from lms.institutes.rules import Role


@pytest.fixture
def sign_in(session, noon):
    def sign_in(email, password):
        proof = service.examine(session, email=email, password=password, address="::1", now=noon)
        return service.sign_in(session, proof, now=noon)

    return sign_in


def password_in(done):
    return done.stdout.split()[1]


def test_an_account_is_added_and_its_password_shown(run, folder, sign_in):
    done = run("user", "add", "--data", folder, "Zineb@example.org", "Zineb", "--language", "ar")

    zineb = sign_in("zineb@example.org", password_in(done))
    assert done.exit_code == 0
    assert (zineb.name, zineb.locale) == ("Zineb", "ar")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["SALMA@fez.example", "Salma"], 1, "There is an account with this e-mail address"),
        (["z@example.org", " "], 1, "Enter your name"),
        (["z.example.org", "Z"], 1, "looks like name@example.org"),
        (["z@example.org", "Z", "--language", "tlh"], 2, "--language"),
        (["z@example.org"], 2, "NAME"),
    ],
)
def test_an_account_that_cannot_be_is_not_added(run, folder, session, arguments, status, told):
    done = run("user", "add", "--data", folder, *arguments)

    assert done.exit_code == status
    assert told in done.stderr
    assert queries.person_by_email(session, "z@example.org") is None


def test_a_new_password_replaces_the_old_one(run, folder, sign_in):
    done = run("user", "password", "--data", folder, "salma@fez.example")

    assert isinstance(sign_in("salma@fez.example", password_in(done)), Person)
    assert not isinstance(sign_in("salma@fez.example", "a sentence to remember"), Person)


def test_a_role_is_given_and_ended(run, session, folder, institute_called, rim):
    def held():
        return queries.membership(session, institute_called("fez"), rim, Role.INSTRUCTOR)

    given = run("user", "role", "--data", folder, rim.email, "fez", "instructor")
    assert held().until is None

    ended = run("user", "role", "--data", folder, rim.email, "fez", "instructor", "--end")
    assert held().until is not None
    assert given.stdout == "rim@rabat.example is now instructor at fez.\n"
    assert ended.stdout == "rim@rabat.example is no longer instructor at fez.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["nobody@fez.example", "fez", "learner"], 1, "Nobody has an account"),
        (["salma@fez.example", "meknes", "learner"], 1, "There is no institute called meknes"),
        (["salma@fez.example", "fez", "emperor"], 2, "emperor"),
        (["amina@fez.example", "fez", "administrator", "--end"], 1, "last administrator"),
        (["salma@fez.example", "fez", "registrar", "--end"], 1, "is not registrar at fez"),
    ],
)
def test_what_cannot_be_is_told(run, folder, arguments, status, told):
    done = run("user", "role", "--data", folder, *arguments)

    assert done.exit_code == status
    assert told in done.stderr


def test_nobody_without_an_account_gets_a_password(run, folder):
    done = run("user", "password", "--data", folder, "nobody@fez.example")

    assert done.exit_code == 1
    assert "Nobody has an account" in done.stderr


def test_the_data_of_a_person_is_written_for_them_alone(run, folder, tmp_path):
    file = tmp_path / "salma.zip"

    done = run("user", "data", "--data", folder, "salma@fez.example", str(file))

    assert done.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    with ZipFile(file) as made:
        assert b"salma@fez.example" in made.read("data/person.json")


@pytest.mark.parametrize(
    ("email", "name", "told"),
    [
        ("nobody@fez.example", "new.zip", "Nobody has an account"),
        ("salma@fez.example", "there.zip", "is there already"),
        ("salma@fez.example", "nowhere/new.zip", "cannot be written"),
    ],
)
def test_no_file_is_made_or_replaced_that_should_not_be(run, folder, tmp_path, email, name, told):
    (tmp_path / "there.zip").write_text("kept")

    done = run("user", "data", "--data", folder, email, str(tmp_path / name))

    assert done.exit_code == 1
    assert told in done.stderr
    assert [path.read_text() for path in tmp_path.glob("*.zip")] == ["kept"]


def test_an_account_is_to_be_deleted_after_the_grace(run, folder, session):
    done = run("user", "delete", "--data", folder, "salma@fez.example")

    assert done.exit_code == 0
    assert "unless they sign in before" in done.stdout
    assert queries.person_by_email(session, "salma@fez.example").leaves is not None


def test_the_last_administrator_is_not(run, folder, session):
    done = run("user", "delete", "--data", folder, "amina@fez.example")

    assert done.exit_code == 1
    assert "Give the role to another person first" in done.stderr
    assert queries.person_by_email(session, "amina@fez.example").leaves is None


def test_what_is_kept_of_people_is_told_as_a_table(run):
    done = run("user", "holdings")

    lines = done.stdout.splitlines()
    assert all(line.count("|") == 5 for line in lines)
    assert any(line.startswith("| `person` | `email` | names the account") for line in lines)
