"""Everything that is held about a person, in one file, and nothing that is another's."""

import io
import json
import zlib
from zipfile import ZipFile

import pytest
from sqlalchemy import update

from lms.core.i18n import Sentence
from lms.credentials import receipts
from lms.credentials import service as credentials
from lms.grading import extensions
from lms.institutes.models import Notice
from lms.learning import drafts
from lms.learning.draft_models import DraftOutputs, DraftVersion
from lms.personal.deletion import holds_words
from lms.personal.export import FILES, archive
from lms.personal.holdings import holdings
from lms.personal.withheld import WITHHELD, why_withheld
from lms.schema import metadata

from .conftest import WORDS


@pytest.fixture
def handed_over(lms, noon):
    """The files of an archive, by name."""

    def unpack(session, person):
        pieces = list(archive(session, lms.blobs, person, now=noon))
        with ZipFile(io.BytesIO(b"".join(pieces))) as made:
            assert made.testzip() is None
            return {name: made.read(name) for name in made.namelist()}

    return unpack


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def all_of_it(kept, someone, handed_over):
    """The archive of the person whom every row is about, made for the first test that looks."""
    session, person = someone
    if not kept:
        for packed in (DraftVersion, DraftOutputs):
            session.execute(update(packed).values(content=zlib.compress(WORDS.encode())))
        kept.update(handed_over(session, person))
    return kept


def test_every_personal_column_is_told_of_with_its_purpose_and_retention(all_of_it):
    told = json.loads(all_of_it["about.json"])["tables"]

    for table in metadata().sorted_tables:
        for column in table.c:
            if said := column.info.get("personal"):
                assert told[table.name][column.name].items() >= said.items()


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: holding.table.name)
def test_the_words_of_every_table_are_handed_over_unless_a_reason_is_told(
    holding, all_of_it, someone
):
    _session, person = someone
    name, about = holding.table.name, holding.about(person)
    words = [
        column
        for column in (holding.table.c[each] for each in holding.columns)
        if holds_words(column) and not column.foreign_keys
    ]
    handed = all_of_it.get(f"data/{name}.json", b"")
    files = b"".join(all_of_it[each] for each in all_of_it if each.startswith(f"files/{name}/"))

    for column in words if about is not None else ():
        if why := why_withheld(name, column.name):
            told = json.loads(all_of_it["about.json"])["tables"][name][column.name]
            assert told["withheld"] == why
        elif (name, column.name) in FILES:
            assert files or any(each.endswith(".missing") for each in all_of_it if name in each)
        else:
            assert json.loads(handed)[0][column.name] not in (None, "")


def test_what_would_harm_the_person_or_others_is_not_handed_over(all_of_it):
    (row,) = json.loads(all_of_it["data/person.json"])

    assert "password_hash" not in row
    assert "data/pair_note.json" not in all_of_it


def test_each_reason_is_of_a_column_that_exists():
    tables = metadata().tables

    assert [key for key in WITHHELD if key[0] not in tables] == []
    assert [key for key in WITHHELD if key[1] and key[1] not in tables[key[0]].c] == []


def test_salma_gets_her_work_and_credential_and_no_word_of_amina_s(
    session, lms, place, enrolled, handed_in, settled, salma, amina, noon, handed_over, idris
):
    work = settled(handed_in(place, answer="def double(n): return n + n"), 4)
    handed_in(enrolled(amina, place.run), answer="def double(n): return 'Amina wrote this'")
    extensions.grant(
        session,
        place,
        work.assignment,
        due=None,
        extra_attempts=1,
        reason="She was ill.",
        by=idris,
        now=noon,
    )
    credential = credentials.award(
        session, lms.keys, "https://learn.example.org", place, [], now=noon
    )
    receipt = receipts.give(session, lms.keys, "https://learn.example.org", work, now=noon)
    session.commit()

    files = handed_over(session, salma)

    assert files[f"files/receipt/{work.public_id}.json"] == receipt.document
    assert b"return n + n" in files[f"files/submission_notebook/{work.public_id}.ipynb"]
    assert files[f"files/credential/{credential.public_id}.json"] == credential.document
    everything = b"".join(files.values())
    assert b"Amina" not in everything
    assert b"She was ill" not in everything
    assert json.loads(files["data/grade.json"])[0]["score"] == 4
    assert json.loads(files["data/enrolment.json"])[0]["run"] == place.run.public_id


def test_an_instructor_learns_that_they_acted_and_nothing_about_the_learner(
    session, place, handed_in, settled, idris, noon, handed_over
):
    work = settled(handed_in(place), 4)
    extensions.grant(
        session,
        place,
        work.assignment,
        due=None,
        extra_attempts=1,
        reason="She was ill.",
        by=idris,
        now=noon,
    )

    files = handed_over(session, idris)

    (acted,) = json.loads(files["acts/extension.granter.json"])
    assert acted["assignment"] == "double"
    assert json.loads(files["data/extension.json"]) == []
    assert b"Salma" not in b"".join(files.values())


def test_thousands_of_rows_are_sent_in_small_pieces(session, lms, salma, noon):
    notices = [
        {
            "public_id": f"{number:016d}",
            "person_id": salma.id,
            "kind": "marks_changed",
            "sentence": Sentence(f"News {number * 7919 % 10007}"),
            "about": "x",
            "created": noon,
        }
        for number in range(5000)
    ]
    session.execute(Notice.__table__.insert(), notices)

    pieces = list(archive(session, lms.blobs, salma, now=noon))

    with ZipFile(io.BytesIO(b"".join(pieces))) as made:
        assert len(json.loads(made.read("data/notice.json"))) == 5000
    assert max(map(len, pieces)) < 100_000


def test_a_draft_is_handed_over_as_the_notebook_it_is(
    session, place, find, salma, noon, handed_over
):
    drafts.save(session, place, find(place, "double"), b"{}", base=0, device="phone", now=noon)

    files = handed_over(session, salma)

    assert [files[name] for name in files if name.startswith("files/draft_version/")] == [b"{}"]
    (told,) = json.loads(files["data/draft_version.json"])
    assert told["device"] == "phone"
