"""An institute awards, revokes and checks what its learners earned."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.credentials import queries, service
from lms.credentials.document import Result
from lms.credentials.models import Credential
from lms.credentials.signing import KeyMissing, KeyUnsafe
from lms.learning import service as learning

BASE = "https://learn.example.org"
DAY = timedelta(days=1)
RESULTS = (Result("Doubling", 4, 4, 2.4), Result("Why", 3.5, 5, 3))


@pytest.fixture
def place(session, who, enrolled, noon):
    """Salma's place in a run in Fez, completed."""
    place = enrolled(who("salma"))
    learning.complete(session, place, now=noon)
    return place


@pytest.fixture
def award(session, lms, noon):
    def award(place, at=noon):
        return service.award(session, lms.keys, BASE, place, RESULTS, now=at)

    return award


@pytest.fixture
def key_file(lms):
    return lms.keys.path / "fez" / "key-2026-1.pem"


def test_a_credential_says_who_earned_what_from_whom(award, place):
    face = service.face(award(place))

    assert (face.holder, face.issuer, face.language) == ("Salma", "Institute of Fez", "en")
    assert (face.achievement, face.criteria) == ("First numbers", "Has passed both assignments.")
    assert face.skills[0][1].endswith("ccd0a1d9-afda-43d9-b901-96344886e14d")
    assert [name for name, _value, _most in face.results] == ["Doubling", "Why"]


def test_it_speaks_the_holder_s_language(award, place, who):
    who("salma").locale = "ar"

    face = service.face(award(place))

    assert (face.issuer, face.achievement, face.language) == ("معهد فاس", "الأعداد الأولى", "ar")


@pytest.mark.parametrize(
    ("locale", "latin", "arabic", "names"),
    [
        ("en", None, None, ("Salma",)),
        ("en", "Salma Tazi", None, ("Salma Tazi",)),
        ("fr", "Salma Tazi", "سلمى التازي", ("Salma Tazi", "سلمى التازي")),
        ("ar", "Salma Tazi", "سلمى التازي", ("سلمى التازي", "Salma Tazi")),
        ("ar", None, "سلمى التازي", ("سلمى التازي", "Salma")),
    ],
)
def test_it_names_the_holder_in_each_script_that_of_their_language_first(
    award, place, who, locale, latin, arabic, names
):
    salma = who("salma")
    salma.locale, salma.latin_name, salma.arabic_name = locale, latin, arabic

    assert service.face(award(place)).holders == names


def test_it_keeps_the_name_it_was_issued_with(award, place, who):
    issued = award(place)
    who("salma").latin_name = "Salma Tazi"

    assert service.face(award(place)).holders == service.face(issued).holders == ("Salma",)


def test_it_speaks_the_original_s_language_where_theirs_is_missing(award, place, who):
    who("salma").locale = "zgh"

    assert service.face(award(place)).language == "fr"


def test_the_address_of_the_holder_is_not_in_it(award, place):
    assert b"salma@fez.example" not in award(place).document


def test_awarding_twice_is_the_same_credential(session, award, place, noon):
    first = award(place)

    again = award(place, at=noon + DAY)

    assert again is first
    assert session.scalar(select(func.count()).select_from(Credential)) == 1


def test_what_is_completed_is_owed_until_it_is_awarded(session, award, place, enrolled, who):
    enrolled(who("rim"))
    assert queries.owed(session) == [(place.id, place.public_id)]

    award(place)

    assert queries.owed(session) == []


def test_without_its_key_file_nothing_is_signed_and_the_debt_remains(
    session, award, place, key_file
):
    key_file.unlink()

    with pytest.raises(KeyMissing):
        award(place)

    assert queries.owed(session) == [(place.id, place.public_id)]


def test_a_key_that_others_can_read_signs_nothing(session, award, place, key_file):
    key_file.chmod(0o644)

    with pytest.raises(KeyUnsafe):
        award(place)

    assert queries.owed(session) == [(place.id, place.public_id)]


def test_an_institute_without_a_key_is_told_how_to_make_one(session, award, place, noon):
    for key in queries.keys(session, place.run.institute):
        key.retired = noon

    with pytest.raises(service.NoKey, match="lms keys new fez"):
        award(place)


def test_the_stored_bytes_verify_as_a_stranger_would_see_them(session, award, place, noon):
    credential = award(place)

    found = service.verify(session, BASE, credential, now=noon + DAY)

    assert found.holds
    assert found.credential["credentialSubject"]["achievement"]["name"] == "First numbers"


def test_changed_bytes_do_not_verify(session, award, place, noon):
    credential = award(place)
    credential.document = credential.document.replace(b"First numbers", b"Final numbers")

    assert not service.verify(session, BASE, credential, now=noon + DAY).holds


def test_they_do_not_verify_with_the_keys_of_another_institute(
    session, award, place, institute_called, noon
):
    credential = award(place)
    credential.institute = institute_called("rabat")

    assert not service.verify(session, BASE, credential, now=noon + DAY).holds


def test_a_new_key_signs_from_now_on_and_the_earlier_still_verifies(
    session, lms, award, place, enrolled, who, noon
):
    earlier = award(place)
    key = service.new_key(session, lms.keys, place.run.institute, now=noon + DAY)

    later = award(enrolled(who("idris")), at=noon + DAY)

    assert (earlier.key.name, earlier.key.retired) == ("key-2026-1", noon + DAY)
    assert (later.key, key.name) == (key, "key-2026-2")
    for credential in (earlier, later):
        assert service.verify(session, BASE, credential, now=noon + 2 * DAY).holds


def test_a_revoked_key_signs_and_verifies_nothing_and_its_file_is_gone(
    session, lms, award, place, enrolled, who, noon
):
    credential = award(place)

    service.revoke_key(session, lms.keys, credential.key, now=noon + DAY)

    assert not service.verify(session, BASE, credential, now=noon + 2 * DAY).holds
    assert lms.keys.names("fez") == ()
    with pytest.raises(service.NoKey):
        award(enrolled(who("idris")), at=noon + DAY)


def test_a_key_whose_file_is_lost_can_be_revoked_all_the_same(
    session, lms, award, place, key_file, noon
):
    credential = award(place)
    key_file.unlink()

    service.revoke_key(session, lms.keys, credential.key, now=noon + DAY)

    assert not service.verify(session, BASE, credential, now=noon + DAY).holds


def test_revoking_a_key_leaves_what_another_signed(session, lms, award, place, enrolled, who, noon):
    first = award(place)
    service.new_key(session, lms.keys, place.run.institute, now=noon)
    second = award(enrolled(who("idris")))

    service.revoke_key(session, lms.keys, first.key, now=noon + DAY)

    found = [service.verify(session, BASE, each, now=noon + DAY) for each in (first, second)]
    assert [each.holds for each in found] == [False, True]


def test_revoking_is_public_dated_and_has_a_reason(session, award, place, who, noon):
    credential = award(place)
    signed = credential.document

    service.revoke(session, credential, reason=" Copied work. ", by=who("rachid"), now=noon + DAY)

    assert (credential.revoked, credential.reason) == (noon + DAY, "Copied work.")
    assert credential.document == signed


def test_nothing_is_revoked_twice(session, award, place, who, noon):
    credential = award(place)
    service.revoke(session, credential, reason="Copied.", by=who("rachid"), now=noon)

    with pytest.raises(service.AlreadyRevoked):
        service.revoke(session, credential, reason="Again.", by=who("rachid"), now=noon + DAY)

    assert (credential.revoked, credential.reason) == (noon, "Copied.")


def test_every_address_in_the_identity_document_is_absolute(session, place):
    document = json.loads(service.did_document(session, BASE, place.run.institute))

    did = "did:web:learn.example.org:institutes:fez"
    (method,) = document["verificationMethod"]
    assert document["id"] == method["controller"] == did
    assert document["assertionMethod"] == [method["id"]] == [f"{did}#key-2026-1"]


def test_retired_keys_stay_published(session, lms, place, noon):
    service.new_key(session, lms.keys, place.run.institute, now=noon)

    document = json.loads(service.did_document(session, BASE, place.run.institute))

    names = [method["id"].partition("#")[2] for method in document["verificationMethod"]]
    assert names == ["key-2026-1", "key-2026-2"]


def test_many_credentials_come_page_by_page_the_latest_first(
    session, award, place, enrolled, rim, monkeypatch
):
    monkeypatch.setattr(queries, "ISSUED_PAGE", 1)
    first, second = award(place), award(enrolled(rim, place.run))

    def listed(number):
        found = queries.issued_by(session, place.run.institute, number=number)
        return list(found.items), found.window.pages

    assert [listed(number) for number in (1, 2)] == [([second], 2), ([first], 2)]


def test_credentials_are_listed_for_holder_and_issuer(session, award, place, who):
    credential = award(place)

    assert queries.of_person(session, who("salma")) == [credential]
    assert queries.issued_by(session, place.run.institute).items == [credential]
    assert queries.of_person(session, who("rim")) == []
