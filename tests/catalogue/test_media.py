"""Video and sound in a course: their kinds, what must stand beside them, and how they are shown."""

import pytest

from lms.catalogue import media_files
from lms.catalogue.media import caption_faults, kind_fault

MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8
MP3 = b"ID3\x04\x00" + bytes(200)
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:04.000\nBonjour\n"
SHAPES = "modules/01-arrays/shapes.{}.md"


@pytest.mark.parametrize(
    ("path", "head", "fits"),
    [
        ("a.mp4", MP4, True),
        ("a.m4a", MP4, True),
        ("a.webm", b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", True),
        ("a.webm", b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", False),
        ("a.ogg", b"OggS\x00", True),
        ("a.mp3", MP3, True),
        ("a.mp3", b"\xff\xfb\x90\x64", True),
        ("a.mp3", b"\xff\x1b\x90\x64", False),
        ("a.mp4", b"<!doctype html><script>", False),
        ("a.ogg", MP4, False),
        ("a.mp4", b"", False),
    ],
)
def test_what_a_file_begins_with_tells_its_kind(path, head, fits):
    assert (kind_fault(path, head) is None) is fits


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "begin with WEBVTT"),
        ("00:01.000 --> 00:04.000\nx\n", 1, "begin with WEBVTT"),
        ("WEBVTTX\n", 1, "begin with WEBVTT"),
        ("WEBVTT\n\nx\n", 1, "no caption"),
        ("WEBVTT\n\n00:01,000 --> 00:04,000\nx\n", 3, "Write the times"),
        ("WEBVTT\n\n1\n00:01.000 --> 00:64.000\nx\n", 4, "Write the times"),
    ],
)
def test_captions_that_no_browser_shows_are_faults(content, line, words):
    (fault,) = caption_faults("a.fr.vtt", content.encode())

    assert fault.line == line
    assert words in str(fault)


@pytest.mark.parametrize(
    "content",
    [
        CAPTIONS,
        "\ufeffWEBVTT - Title\r\n\r\n01:00:01.000 --> 01:00:04.000 line:0 align:start\r\nx\r\n",
    ],
)
def test_captions_as_browsers_read_them_have_no_faults(content):
    assert caption_faults("a.fr.vtt", content.encode()) == ()


@pytest.fixture
def shows(course):
    """Shows a video in both languages of the course, with captions in both."""

    def show(path="talk.mp4", content=MP4, line='\n![A talk](assets/{} "Two minutes")\n'):
        (course.place / "assets" / path).write_bytes(content)
        for locale in ("fr", "en"):
            text = (course.place / SHAPES.format(locale)).read_text("utf-8")
            course.write(SHAPES.format(locale), text + line.format(path))
            stem = path.rpartition(".")[0]
            course.write(f"assets/{stem}.{locale}.vtt", CAPTIONS)
        return course

    return show


def test_a_video_brings_its_captions_its_words_and_its_poster(shows):
    course = shows()
    course.write("assets/talk.en.txt", "Hello.\n\nGoodbye.\n")
    course.write("assets/talk.svg", (course.place / "assets/boxes.svg").read_text())

    read = course.read()

    player = read.players["assets/talk.mp4"]
    assert player.captions == {"fr": "assets/talk.fr.vtt", "en": "assets/talk.en.vtt"}
    assert player.transcripts == {"en": "Hello.\n\nGoodbye."}
    assert player.poster == "assets/talk.svg"
    assert read.assets["assets/talk.mp4"].media.size == len(MP4)
    assert read.assets["assets/talk.fr.vtt"].media_type == "text/vtt"


def test_a_video_without_captions_in_a_lessons_language_is_a_fault_of_its_line(shows):
    course = shows()
    course.remove("assets/talk.en.vtt")

    (fault,) = course.faults()

    lines = (course.place / SHAPES.format("en")).read_text("utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "talk.mp4" in text)
    assert fault.startswith(f"{SHAPES.format('en')}:{line}: This video has no captions")
    assert "assets/talk.en.vtt" in fault


def test_a_sound_without_its_words_is_a_fault(shows):
    course = shows("talk.mp3", MP3)
    for locale in ("fr", "en"):
        course.remove(f"assets/talk.{locale}.vtt")
    course.write("assets/talk.fr.txt", "Bonjour.")

    (fault,) = course.faults()

    assert "This sound has no transcript" in fault
    assert "assets/talk.en.txt" in fault


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"content": b"<html>" * 20}, "no mp4 file, whatever its name says"),
        ({"line": "\nSee ![A talk](assets/{}) here.\n"}, "stands alone in its paragraph"),
        ({"line": "\n![](assets/{})\n"}, "has no description"),
    ],
)
def test_a_video_that_is_none_or_stands_wrong_is_a_fault(shows, more, words):
    assert any(words in fault for fault in shows(**more).faults())


def test_what_is_too_large_is_said_once(shows, monkeypatch):
    monkeypatch.setattr(media_files, "LARGEST_PLAYED", len(MP4) - 1)

    (fault,) = shows().faults()

    assert fault.startswith("assets/talk.mp4: A video or a sound may have at most")


def test_a_video_that_is_a_link_to_another_place_is_refused(shows, tmp_path):
    course = shows()
    course.remove("assets/talk.mp4")
    (tmp_path / "secret").write_bytes(MP4)
    (course.place / "assets" / "talk.mp4").symlink_to(tmp_path / "secret")

    assert any("This is a link to another place" in fault for fault in course.faults())


def test_a_changed_video_is_another_course(shows):
    course = shows()
    before = course.read().digest
    (course.place / "assets" / "talk.mp4").write_bytes(MP4 + b"more")

    assert course.read().digest != before


def test_a_video_that_no_lesson_shows_is_an_orphan(course):
    (course.place / "assets" / "talk.mp4").write_bytes(MP4)

    (fault,) = course.faults()

    assert fault.startswith("assets/talk.mp4: Nothing refers to this file")
