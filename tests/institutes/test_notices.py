"""What the product tells people: told, read, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from lms.core.i18n import Sentence
from lms.institutes import notices, queries
from lms.institutes.models import Notice
from lms.institutes.rules import NOTICES_KEPT, News, Reach, next_digest

LATER = timedelta(hours=1)
ZONE = "Africa/Casablanca"


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

    goes_on = notices.forget_some(session, now=noon + NOTICES_KEPT)

    assert words(session, salma) == ["unread", "a year ago"]
    assert not goes_on


def test_many_are_forgotten_some_after_others_the_oldest_first(
    session, tell, salma, noon, monkeypatch
):
    monkeypatch.setattr(notices, "BATCH", 2)
    for word, hours in (("newest", 2), ("oldest", 0), ("between", 1)):
        notices.mark_read(tell(salma, word), now=noon + hours * LATER)
    later = noon + timedelta(days=1) + NOTICES_KEPT

    first, left = notices.forget_some(session, now=later), words(session, salma)
    second = notices.forget_some(session, now=later)

    assert (first, left) == (True, ["newest"])
    assert (second, words(session, salma)) == (False, [])
    assert not notices.is_any_to_forget(session, now=later)


@pytest.mark.parametrize(
    ("reach", "shown", "mailed"),
    [
        (Reach(), True, True),
        (Reach(mailed=False), True, False),
        (Reach(shown=False), False, True),
        (Reach(False, False), None, None),
    ],
)
def test_people_are_told_where_they_want(session, salma, rim, place, noon, reach, shown, mailed):
    notices.choose(session, salma, {News.DUE_DATE_CHANGED: reach})
    words = [notices.Word(who, Sentence("Hear.", {}), place) for who in (salma, rim)]

    notices.tell_all(session, News.DUE_DATE_CHANGED, words, now=noon)

    found = {n.person_id: n for n in session.scalars(select(Notice))}
    assert (found[rim.id].shown, found[rim.id].mail_at) == (True, next_digest(noon, ZONE))
    hers = found.get(salma.id)
    assert (hers and hers.shown) == shown
    assert (hers and hers.mail_at is not None) == mailed
    assert (
        len(queries.notices(session, salma)) == queries.unread(session, salma) == int(bool(shown))
    )


def test_another_choice_takes_what_waits_out_of_the_mail(session, tell, salma):
    before = tell(salma, "a")

    notices.choose(session, salma, {News.DUE_DATE_CHANGED: Reach(mailed=False)})

    session.expire_all()
    assert before.mail_at is None
    notices.choose(session, salma, dict.fromkeys(News, Reach()))
    assert tell(salma, "b").mail_at is not None


def test_whoever_wants_no_mail_gets_none_of_any_kind(session, tell, salma, rim):
    before, hers = tell(salma, "a"), tell(rim, "a")

    notices.want_mail(session, salma, wants=False)

    session.expire_all()
    assert (before.mail_at, tell(salma, "b").mail_at) == (None, None)
    assert hers.mail_at is not None


def test_what_was_read_is_not_mailed(session, tell, salma, noon):
    first, second = tell(salma, "a"), tell(salma, "b")

    notices.mark_read(first, now=noon)
    notices.mark_all_read(session, salma, now=noon)

    session.expire_all()
    assert (first.mail_at, second.mail_at) == (None, None)


def test_many_are_told_in_few_statements(session, salma, place, noon):
    words = [notices.Word(salma, Sentence("Hear.", {}), place)] * 1200
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))

    notices.tell_all(session, News.MARKS_READY, words, now=noon)

    assert len([sql for sql in asked if "notice" in sql]) == 6
    assert queries.unread(session, salma) == 1200


def test_what_was_told_of_something_withdrawn_is_taken_back(session, tell, salma, place):
    tell(salma, "a")

    notices.take_back(session, News.MARKS_READY, place)
    kept = words(session, salma)
    notices.take_back(session, News.DUE_DATE_CHANGED, place)

    assert (kept, words(session, salma)) == (["a"], [])


@pytest.mark.parametrize(
    ("now", "place", "expected"),
    [
        ("2026-06-30 05:59", "Africa/Casablanca", "2026-06-30 06:00"),
        ("2026-06-30 06:00", "Africa/Casablanca", "2026-07-01 06:00"),
        ("2026-06-30 23:30", "Africa/Casablanca", "2026-07-01 06:00"),
        ("2026-06-30 12:00", "America/New_York", "2026-07-01 11:00"),
        ("2026-03-28 12:00", "Europe/Paris", "2026-03-29 05:00"),
    ],
)
def test_mail_goes_out_at_seven_on_the_clocks_of_who_gets_it(now, place, expected):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert next_digest(moment, place) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
