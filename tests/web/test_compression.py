"""Answers made small: what is packed, how, and that its length tells nothing."""

import gzip
import io
import time
from pathlib import Path

import brotli
import pytest

from lms.web.compression import Shelf

STYLE = "/static/css/site.css"
FONT = "/static/vendor/fonts/noto-sans-latin.woff2"
BOTH = "gzip, deflate, br"


@pytest.fixture
def ask(site):
    client = site.test_client()

    def asked(address, encodings="", **headers):
        return client.get(address, headers={"Accept-Encoding": encodings, **headers})

    return asked


@pytest.mark.parametrize(
    ("encodings", "chosen", "unpack"),
    [
        (BOTH, "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
    ],
)
def test_a_static_file_comes_as_small_as_the_browser_can_take_it(ask, encodings, chosen, unpack):
    plain = ask(STYLE).data

    answer = ask(STYLE, encodings)

    assert answer.headers.get("Content-Encoding") == chosen
    assert unpack(answer.data) == plain
    assert answer.mimetype == "text/css"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert chosen is None or len(answer.data) < len(plain) / 3


def test_a_file_is_packed_as_well_as_it_gets_for_those_who_come_later(tmp_path):
    path = tmp_path / "site.css"
    path.write_text(".star { color: gold; }\n" * 500)
    shelf = Shelf(tmp_path / "packed")

    first = shelf.packed(path, "br")
    deadline = time.monotonic() + 20
    while not isinstance(later := shelf.packed(path, "br"), Path):
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert brotli.decompress(first) == brotli.decompress(later.read_bytes()) == path.read_bytes()
    path.write_text(".star { color: green; }\n")
    assert brotli.decompress(shelf.packed(path, "br")) == path.read_bytes()


def test_a_packed_file_is_not_sent_twice_and_not_taken_for_the_plain_one(ask):
    packed, again = ask(STYLE, BOTH), None
    # Its first answer is packed in haste, and another one follows.
    while again is None or again.status_code != 304:
        packed = again or packed
        again = ask(STYLE, BOTH, **{"If-None-Match": packed.headers["ETag"]})
    other = ask(STYLE, "", **{"If-None-Match": packed.headers["ETag"]})

    assert again.status_code == 304
    assert not again.data
    assert other.status_code == 200


def test_what_is_small_already_or_not_there_is_left_alone(ask):
    font = ask(FONT, BOTH)
    nothing = ask("/static/css/none.css", BOTH)

    assert "Content-Encoding" not in font.headers
    assert nothing.status_code == 404
    assert ask("/static/../pyproject.toml", BOTH).status_code == 404


PACKINGS = pytest.mark.parametrize(
    ("encodings", "chosen", "unpack"),
    [(BOTH, "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)],
)


@PACKINGS
def test_pages_and_refusals_are_packed_and_say_so(ask, encodings, chosen, unpack):
    plain = ask("/account/sign-in")
    packed = ask("/account/sign-in", encodings)
    refusal = ask("/nowhere", encodings)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == chosen
    assert unpack(packed.data).rstrip().endswith(b"</html>")
    assert len(packed.data) == packed.content_length < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert refusal.status_code == 404
    assert b"<html" in unpack(refusal.data)


def test_a_few_words_are_sent_as_they_are(ask):
    answer = ask("/healthz", BOTH)

    assert "Content-Encoding" not in answer.headers


@PACKINGS
def test_the_length_of_a_page_is_one_of_chance(ask, encodings, chosen, unpack):
    answers = [ask("/", encodings) for _ in range(12)]
    lengths = {len(answer.data) for answer in answers}

    assert {answer.headers["Content-Encoding"] for answer in answers} == {chosen}
    assert all(b"</html>" in unpack(answer.data) for answer in answers)

    assert len(lengths) > 4


def test_what_is_packed_can_be_read_by_whoever_keeps_to_the_standard(ask):
    packed = ask("/", "gzip").data

    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as opened:
        assert b"</html>" in opened.read()
