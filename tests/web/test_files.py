"""Files of a course as browsers fetch them: whole, in parts, or not again."""

import shutil
from pathlib import Path

import pytest

from lms.catalogue import queries, service

COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"
VIDEO = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 1024
SIZE = len(VIDEO)


@pytest.fixture
def shown(session, blobs, tmp_path, noon):
    """The course with a video in a lesson."""
    folder = shutil.copytree(COURSE, tmp_path / "first-numbers")
    (folder / "assets" / "talk.mp4").write_bytes(VIDEO)
    (folder / "assets" / "talk.fr.txt").write_text("Un <b>mot</b>.\n\nUn autre.", "utf-8")
    for locale in ("fr", "ar", "en"):
        lesson = folder / f"modules/01-numbers/counting.{locale}.md"
        lesson.write_text(lesson.read_text("utf-8") + "\n![A talk](assets/talk.mp4 'Counting')\n")
        captions = "WEBVTT\n\n00:00.000 --> 00:01.000\n1\n"
        (folder / f"assets/talk.{locale}.vtt").write_text(captions)
    version, _ = service.publish(session, blobs, folder, now=noon)
    session.commit()
    return version


@pytest.fixture
def fetch(visit, shown):
    """Fetches the video with some headers."""
    address = f"/versions/{shown.public_id}/assets/talk.mp4"
    return lambda **headers: visit().get(
        address, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_a_video_comes_whole_with_its_kind_and_may_be_asked_for_in_parts(fetch):
    answer = fetch()

    assert (answer.status_code, answer.data) == (200, VIDEO)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100000-200000", 100000, 200000),
        (f"bytes=5-{SIZE * 2}", 5, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
    ],
)
def test_a_part_is_exactly_the_bytes_that_were_asked_for(fetch, asked, first, last):
    answer = fetch(Range=asked)

    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.data == VIDEO[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}"])
def test_a_part_that_lies_beyond_the_end_is_refused_with_the_size(fetch, asked):
    answer = fetch(Range=asked)

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert answer.data == b""


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-2", "bytes=x-", "x"])
def test_other_wishes_are_answered_with_the_whole(fetch, asked):
    answer = fetch(Range=asked)

    assert (answer.status_code, answer.data) == (200, VIDEO)
    assert "Content-Range" not in answer.headers


def test_a_part_is_given_only_of_the_file_that_the_browser_began_with(fetch):
    tag = fetch().headers["ETag"]

    same = fetch(Range="bytes=4-7", If_Range=tag)
    other = fetch(Range="bytes=4-7", If_Range='"another"')
    weak = fetch(Range="bytes=4-7", If_Range=f"W/{tag}")

    assert (same.status_code, same.data) == (206, b"ftyp")
    assert (other.status_code, other.data) == (200, VIDEO)
    assert weak.status_code == 200


def test_what_the_browser_has_is_not_sent_again(fetch):
    tag = fetch().headers["ETag"]

    assert (fetch(If_None_Match=tag).status_code, fetch(If_None_Match=tag).data) == (304, b"")
    assert fetch(If_None_Match=tag, Range="bytes=0-1").status_code == 304
    assert fetch(If_None_Match='"another"').status_code == 200
    assert fetch(If_None_Match='"another"', Range="bytes=0-1").status_code == 206


def test_a_head_tells_the_size_without_the_bytes(visit, shown):
    answer = visit()._send("HEAD", f"/versions/{shown.public_id}/assets/talk.mp4")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(SIZE)


def test_captions_are_text_of_their_kind(visit, shown):
    answer = visit().get(f"/versions/{shown.public_id}/assets/talk.en.vtt")

    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.text.startswith("WEBVTT")


def test_a_lesson_shows_the_video_with_captions_and_transcript_and_fetches_nothing(session, shown):
    lesson = shown.modules[0].lessons[0]

    html = queries.lesson_text(session, lesson, "fr").html

    place = f"/versions/{shown.public_id}/assets/talk"
    assert '<video controls="" preload="none" aria-label="A talk">' in html
    assert f'<source src="{place}.mp4" type="video/mp4">' in html
    assert html.count('<track kind="captions"') == 3
    assert html.count("default") == 1
    assert f'src="{place}.fr.vtt" srclang="fr" label="Français" default=""' in html
    assert "<figcaption>Counting</figcaption>" in html
    assert "<summary>Transcription</summary>" in html
    assert "<p>Un &lt;b&gt;mot&lt;/b&gt;.</p><p>Un autre.</p>" in html


def test_pages_may_play_what_is_ours_and_nothing_else(visit):
    assert "media-src 'self';" in visit().get("/").headers["Content-Security-Policy"]
