"""What the product tells people: told, read, forgotten."""

from datetime import timedelta

import pytest

from lms.core.i18n import Sentence
from lms.institutes import notices, queries
from lms.institutes.rules import NOTICES_KEPT, News

LATER = timedelta(hours=1)


@pytest.fixture
def tell(session, place, noon):
    """Tells somebody a word about Salma's place, ``after`` noon; the notice."""

    def tell(person, word, after=timedelta(0)):
        told = Sentence("Hear this: {word}.", {"word": word})
        notices.tell(session, person, News.DUE_DATE_CHANGED, told, place, now=noon + after)
        return next(n for n in queries.notices(session, person) if n.sentence == told)

    return tell


def words(session, person):
    return [notice.sentence.values["word"] for notice in queries.notices(session, person)]


def test_a_notice_keeps_its_sentence_untranslated_and_what_it_is_about(tell, salma, place, noon):
    told = tell(salma, "late")

    assert told.sentence == Sentence("Hear this: {word}.", {"word": "late"})
    assert (told.kind, told.about, told.created) == ("due_date_changed", place.public_id, noon)
    assert told.read is None


def test_people_hear_what_is_theirs_and_nothing_else(session, tell, salma, rim):
    tell(salma, "salma")
    tell(rim, "rim")

    assert (words(session, salma), words(session, rim)) == (["salma"], ["rim"])
    assert (queries.unread(session, salma), queries.unread(session, rim)) == (1, 1)


def test_what_is_unread_stands_first_and_then_the_newest(session, tell, salma, noon):
    first, *_rest, last = [tell(salma, word) for word in ("a", "b", "c")]

    notices.mark_read(last, now=noon + LATER)

    assert words(session, salma) == ["b", "a", "c"]
    assert queries.unread(session, salma) == 2
    assert first.read is None


def test_the_first_reading_counts(tell, salma, noon):
    told = tell(salma, "a")

    notices.mark_read(told, now=noon + LATER)
    notices.mark_read(told, now=noon + 2 * LATER)

    assert told.read == noon + LATER


def test_all_of_one_person_are_marked_as_read(session, tell, salma, rim, noon):
    before = tell(salma, "a")
    notices.mark_read(before, now=noon)
    after, hers = tell(salma, "b"), tell(rim, "c")

    notices.mark_all_read(session, salma, now=noon + LATER)

    session.expire_all()
    assert (before.read, after.read, hers.read) == (noon, noon + LATER, None)


def test_what_was_read_is_forgotten_after_a_year_and_what_was_not_is_kept(
    session, tell, salma, noon
):
    notices.mark_read(tell(salma, "long ago"), now=noon - timedelta(seconds=1))
    notices.mark_read(tell(salma, "a year ago"), now=noon)
    tell(salma, "unread")

    notices.forget(session, now=noon + NOTICES_KEPT)

    assert words(session, salma) == ["unread", "a year ago"]
