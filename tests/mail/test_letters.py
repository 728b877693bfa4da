"""Letters: written once a day of what is new, posted once, in the reader's language."""

from datetime import datetime, timedelta

import pytest

from lms.core.i18n import Sentence, When
from lms.core.zones import zone
from lms.institutes import notices
from lms.institutes import queries as institutes
from lms.institutes.models import Notice
from lms.institutes.rules import News, Reach, next_digest
from lms.mail import queries, service
from lms.mail.digest import MOST
from lms.mail.models import Fate
from lms.mail.posting import NotTaken
from lms.mail.rules import LEASE, LETTERS_KEPT, TRIES

HOUSE = service.House("https://learn.example", "jazari@learn.example", "key")
DAY = timedelta(days=1)


@pytest.fixture
def morning(noon):
    """When the mail of the next day goes out."""
    return next_digest(noon, "Africa/Casablanca")


@pytest.fixture
def tell(session, salma, place, noon):
    """Tells Salma a word at ``at``."""

    def tell(word="new", at=noon, kind=News.MARKS_READY):
        told = Sentence("Hear this: {word}.", {"word": word})
        notices.tell(session, salma, kind, told, place, now=at)

    return tell


@pytest.fixture
def write(session, salma):
    return lambda at: service.write_digest(session, salma, HOUSE, now=at)


def test_nothing_is_written_before_the_morning_and_nothing_without_news(
    session, write, tell, noon, morning
):
    assert write(morning) is None
    tell()

    assert queries.readers(session, morning - timedelta(seconds=1), 9) == []
    assert write(noon) is None


def test_what_is_new_comes_in_one_letter_with_addresses_of_the_site(
    session, write, tell, morning, salma, place
):
    tell("one"), tell("two")

    (reader,) = queries.readers(session, morning, 9)
    letter = write(morning)

    assert reader is salma
    assert letter.text.index("Hear this: one.") < letter.text.index("Hear this: two.")
    assert f"https://learn.example/submissions/{place.public_id}" in letter.text
    assert letter.subject == "Jazari: 2 pieces of news for you"
    assert 'lang="en" dir="ltr"' in letter.html
    assert institutes.unread(session, salma) == 2
    assert queries.readers(session, morning, 9) == []


def test_a_second_letter_of_a_day_waits_for_the_next(session, write, tell, morning, salma):
    tell("one")
    write(morning)
    tell("two", at=morning - timedelta(minutes=1))

    assert write(morning + timedelta(hours=1)) is None

    letter = write(morning + DAY)
    assert "two" in letter.text
    assert "one" not in letter.text


def test_a_letter_speaks_the_reader_s_language_and_escapes_what_people_wrote(
    write, tell, morning, salma
):
    salma.locale, salma.name = "ar", "<b>سلمى</b>"
    tell("<script>alert(1)</script>")

    letter = write(morning)

    assert 'lang="ar" dir="rtl"' in letter.html
    assert "Good morning" not in letter.text
    assert "<script>" not in letter.html
    assert "<b>" not in letter.html
    assert "<b>سلمى</b>" in letter.text


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("ar", "7 يوليوز 2026، 23:59"),
        ("fr", "7 juillet 2026, 23:59"),
        ("zgh", "7 ⵢⵓⵍⵢⵓⵣ 2026 23:59"),
        ("zgh-Latn", "7 yulyuz 2026 23:59"),
        ("en", "7 July 2026, 23:59"),
    ],
)
def test_a_moment_told_before_the_reader_changed_their_language_comes_in_the_new_one(
    write, tell, morning, salma, locale, written
):
    salma.locale = "zgh" if locale != "zgh" else "fr"
    due = datetime(2026, 7, 7, 23, 59, 59, tzinfo=zone("Africa/Casablanca"))
    tell(When(due, "Africa/Casablanca"))
    salma.locale = locale

    letter = write(morning)

    assert f"Hear this: {written}." in letter.text
    assert written in letter.html


def test_the_plain_text_of_a_french_letter_has_no_colon_without_its_space(
    write, tell, morning, salma
):
    salma.locale = "fr"
    tell()

    letter = write(morning)

    assert "Voir tous les avis\nhttps://learn.example/notices/" in letter.text
    assert ":\n" not in letter.text.replace("\N{NO-BREAK SPACE}:", "")


def test_what_was_read_or_is_unwanted_is_not_mailed(session, write, tell, morning, salma, noon):
    tell("read")
    notices.mark_all_read(session, salma, now=noon)
    tell("unwanted", kind=News.MARKS_CHANGED)
    notices.choose(session, salma, {News.MARKS_CHANGED: Reach(mailed=False)})

    assert write(morning) is None


def test_news_by_mail_alone_is_in_the_letter_and_never_in_the_product(
    session, write, tell, morning, salma
):
    notices.choose(session, salma, {News.MARKS_READY: Reach(shown=False)})
    tell("quiet")

    assert "quiet" in write(morning).text
    assert institutes.notices(session, salma) == []
    assert session.query(Notice).one().read == morning


def test_a_letter_has_a_length(write, tell, morning):
    for number in range(MOST + 2):
        tell(f"word {number}")

    letter = write(morning)

    assert letter.text.count("Hear this") == MOST
    assert "2 more wait on the site." in letter.text
    assert "word 1." not in letter.text


def test_the_headers_let_a_mail_program_stop_it_in_one_click(write, tell, morning, salma):
    tell()

    message = service.as_message(write(morning), HOUSE)

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{HOUSE.stopping(salma)}>\r\n".encode() in message.as_bytes()
    address = message["List-Unsubscribe"].strip("<>")
    assert address == HOUSE.stopping(salma)
    assert address.startswith(f"https://learn.example/mail/{salma.public_id}.")
    assert (message["To"], message["From"]) == (
        "Salma <salma@fez.example>",
        "Jazari <jazari@learn.example>",
    )
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Salma", "a@b.example\r\nBcc: rim@rabat.example"),
        ("Salma", "a,b@c.example"),
        ("Salma", "nobody"),
        ("Salma", ""),
    ],
)
def test_an_address_that_is_none_is_refused(write, tell, morning, salma, name, email):
    tell()
    letter = write(morning)
    salma.name, salma.email = name, email

    with pytest.raises(NotTaken):
        service.as_message(letter, HOUSE)


def test_a_name_adds_no_header(write, tell, morning, salma):
    tell()
    letter = write(morning)
    salma.name = "Salma\r\nBcc: rim@rabat.example"

    message = service.as_message(letter, HOUSE)

    assert message["Bcc"] is None
    assert b"\nBcc:" not in message.as_bytes()


def test_a_letter_is_claimed_by_one(session, write, tell, morning):
    tell()
    letter = write(morning)

    assert service.claim(session, now=morning) is letter
    assert service.claim(session, now=morning) is None


def test_one_whose_posting_was_interrupted_is_not_posted_again(session, write, tell, morning):
    tell()
    letter = write(morning)
    service.claim(session, now=morning)

    assert service.claim(session, now=morning + LEASE * 2) is None
    assert (letter.fate, letter.settled) == (Fate.FAILED, morning + LEASE * 2)


def test_a_letter_is_tried_again_later_and_not_for_ever(session, write, tell, morning):
    tell()
    letter, now, waits = write(morning), morning, []

    while service.claim(session, now=now):
        service.put_off(letter, "away", now=now)
        waits.append(letter.not_before - now)
        assert letter.fate is Fate.FAILED or service.claim(session, now=now) is None
        now = letter.not_before

    assert (letter.fate, letter.tries, letter.fault) == (Fate.FAILED, TRIES, "away")
    assert waits[:3] == [timedelta(minutes=minutes) for minutes in (5, 10, 20)]


def test_whoever_stops_mail_gets_none_that_is_written_already(session, write, tell, morning, salma):
    tell()
    letter = write(morning)
    notices.want_mail(session, salma, wants=False)

    assert service.claim(session, now=morning) is None
    assert letter.fate is Fate.UNWANTED


def test_letters_are_forgotten_after_a_month(session, write, tell, morning, salma):
    tell()
    service.sent(write(morning), now=morning)

    service.forget(session, now=morning + LETTERS_KEPT)
    kept = queries.counts(session)
    service.forget(session, now=morning + LETTERS_KEPT + DAY)

    assert (kept, queries.counts(session)) == ({Fate.SENT: 1}, {})
