"""A course folder without faults becomes an immutable version."""

import json
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.catalogue import notebooks, queries, service
from lms.catalogue.manifest import FaultyCourse
from lms.catalogue.models import CourseFile, CourseVersion, Lesson, LessonText

COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"


@pytest.fixture
def folder(tmp_path):
    """The course that is published already, to be changed."""
    return shutil.copytree(COURSE, tmp_path / "changed" / "first-numbers")


@pytest.fixture
def publish(session, lms, folder, noon):
    return lambda: service.publish(session, lms.blobs, folder, now=noon)


def change(folder, path, old, new):
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def lesson_html(session, version, slug="counting", locale="en"):
    modules = queries.version(session, version.public_id).modules
    lesson = next(each for module in modules for each in module.lessons if each.slug == slug)
    return queries.lesson_text(session, lesson, locale).html


def test_a_version_holds_what_the_folder_says(session, version):
    assert (version.number, version.hours, version.level) == (1, 2, "beginner")
    assert list(version.titles) == version.languages == ["fr", "ar", "en"]
    assert [[each.slug for each in module.lessons] for module in version.modules] == [
        ["counting"],
        ["because"],
    ]
    assert [module.assignments[0].max_score for module in version.modules] == [4, 5]


def test_every_lesson_is_there_in_every_language(session):
    assert count(session, Lesson) == 2
    assert count(session, LessonText) == 6


def test_the_same_folder_again_is_the_same_version(session, publish, version):
    assert publish() == (version, False)
    assert count(session, CourseVersion) == 1


def test_a_changed_folder_is_the_next_version(session, publish, folder, version):
    change(folder, "course.toml", "Double, then say why.", "Double and say why.")

    changed, is_new = publish()

    assert (changed.number, is_new, changed.course_id) == (2, True, version.course_id)
    assert queries.latest_version(session, "first-numbers") is changed
    assert version.summaries["en"] == "Double, then say why."


def test_files_beside_a_notebook_belong_to_its_version(session, lms, publish, folder, version):
    place = folder / "modules/01-numbers"
    (place / "double/data").mkdir(parents=True)
    (place / "double.ipynb").rename(place / "double/double.ipynb")
    (place / "double/data/marks.csv").write_bytes(b"12,15\n")

    changed, _is_new = publish()

    assignment = changed.modules[0].assignments[0]
    (file,) = assignment.files
    assert (file.path, file.size) == ("data/marks.csv", 6)
    assert lms.blobs.all_of(assignment.digests) == {"data/marks.csv": b"12,15\n"}
    assert version.modules[0].assignments[0].files == []


@pytest.mark.parametrize("schema", [0, 1, 2])
def test_an_older_notebook_is_published_as_it_is_and_released_in_the_newest_schema(
    lms, publish, folder, schema
):
    path = folder / "modules/01-numbers/double.ipynb"
    told = json.loads(path.read_bytes())
    for cell in told["cells"]:
        if duty := cell["metadata"].get("nbgrader"):
            duty.pop("task", None)
            duty |= {"schema_version": schema, "checksum": "0" * 32, "cell_type": "code"}
            if not schema:
                del duty["schema_version"]
                duty |= {"points": str(duty["points"])} if duty.get("grade") else {}
    path.write_text(json.dumps(told))

    changed, _is_new = publish()

    assignment = changed.modules[0].assignments[0]
    content = lms.blobs.get(assignment.notebooks[0].source)
    duties = [c.metadata.get("nbgrader") for c in notebooks.release(notebooks.read(content)).cells]
    assert content == path.read_bytes()
    assert assignment.max_score == 4
    assert {duty["schema_version"] for duty in duties if duty} == {3}


def limits_of(version):
    return [each.limits for module in version.modules for each in module.assignments]


def test_limits_belong_to_a_version_and_never_change_in_it(session, publish, folder, version):
    change(folder, "course.toml", "[title]", "[limits]\ncell_seconds = 5\n[title]")
    change(folder, "course.toml", "attempts = 2", "attempts = 2\nlimits = { processes = 40 }")

    tightened, _is_new = publish()
    session.expire_all()

    assert limits_of(version) == [{}, {}]
    assert {"cell_seconds": 5, "processes": 40} in limits_of(tightened)
    assert all(limits["cell_seconds"] == 5 for limits in limits_of(tightened))


def test_a_folder_changed_back_is_a_version_of_its_own(publish, folder):
    change(folder, "course.toml", "hours = 2", "hours = 3")
    publish()
    change(folder, "course.toml", "hours = 3", "hours = 2")

    assert publish()[0].number == 3


def test_runs_under_way_keep_their_version(session, publish, folder, offered, enrolled, salma):
    place = enrolled(salma)
    began = place.run.version
    change(folder, "course.toml", "hours = 2", "hours = 3")

    publish()
    session.expire_all()

    assert place.run.version is began
    assert place.run.version.hours == 2


def test_a_faulty_folder_tells_every_fault_and_publishes_nothing(session, publish, folder, version):
    change(folder, "course.toml", 'level = "beginner"', 'level = "easy"')
    change(folder, "modules/01-numbers/counting.ar.md", "assets/two.svg", "assets/three.svg")
    (folder / "modules/02-reasons/why.ipynb").write_text("{")
    before = [count(session, table) for table in (CourseVersion, Lesson, CourseFile)]

    with pytest.raises(FaultyCourse) as caught:
        publish()

    assert {fault.path for fault in caught.value.faults} == {
        "course.toml",
        "modules/01-numbers/counting.ar.md",
        "modules/02-reasons/why.ipynb",
    }
    assert [count(session, table) for table in (CourseVersion, Lesson, CourseFile)] == before
    assert queries.latest_version(session, "first-numbers") is version


def test_a_first_course_with_a_fault_does_not_even_appear(session, publish, folder):
    other = folder.rename(folder.with_name("other-numbers"))
    change(other, "course.toml", 'level = "beginner"', 'level = "easy"')

    with pytest.raises(FaultyCourse):
        service.publish(session, None, other, now=None)

    assert queries.course(session, "other-numbers") is None


def test_links_of_a_lesson_lead_to_its_neighbours(session, version):
    links = re.findall(r'<a [^>]*href="([^"#]+)"', lesson_html(session, version))

    assert links == ["because", "../assignments/double"]


def test_a_link_to_nowhere_is_not_published(publish, folder):
    change(folder, "modules/01-numbers/counting.en.md", "(double)", "(treble)")

    with pytest.raises(FaultyCourse) as caught:
        publish()

    assert ["treble" in str(fault) for fault in caught.value.faults] == [True]


def test_figures_of_a_lesson_are_files_of_its_version(session, lms, version):
    (address,) = re.findall(r'<img [^>]*src="([^"]+)"', lesson_html(session, version))

    _empty, versions, public_id, path = address.split("/", 3)
    file = queries.course_file(session, version, path)
    assert (versions, public_id, path) == ("versions", version.public_id, "assets/two.svg")
    assert lms.blobs.get(file.content) == (COURSE / path).read_bytes()
    assert file.media_type == "image/svg+xml"


def test_figures_of_the_next_version_are_its_own(session, publish, folder, version):
    change(folder, "assets/two.svg", "h10v10", "h20v20")

    changed, _is_new = publish()

    assert f"/versions/{changed.public_id}/" in lesson_html(session, changed)
    assert f"/versions/{version.public_id}/" in lesson_html(session, version)


def test_a_lesson_in_an_unknown_language_comes_in_the_original(session, version):
    assert lesson_html(session, version, locale="zgh") == lesson_html(session, version, locale="fr")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="nothing"),
        pytest.param("numbers", id="a word"),
        pytest.param("ENTÊTÉS", id="case and accents"),
        pytest.param("entetes", id="without accents"),
        pytest.param("numbers  python", id="two words"),
        pytest.param("الأعداد", id="arabic"),
        pytest.param("الأَعْدَاد", id="arabic with vowels"),
        pytest.param("compter", id="the title of a lesson"),
    ],
)
def test_search_finds_a_course_by_all_its_words(session, version, words):
    assert queries.search(session, words) == [version]


@pytest.mark.parametrize("words", ["letters", "numbers letters", "%", "_", "%numbers"])
def test_search_does_not_find_what_is_not_there(session, version, words):
    assert queries.search(session, words) == []


@pytest.mark.parametrize(
    ("language", "level", "found"),
    [("ar", "", True), ("zgh", "", False), ("", "beginner", True), ("", "advanced", False)],
)
def test_search_may_ask_for_language_and_level(session, version, language, level, found):
    assert bool(queries.search(session, "", language=language, level=level)) is found


def test_search_finds_only_the_latest_version(session, publish, folder):
    change(folder, "course.toml", "First numbers", "Last numbers")
    changed, _is_new = publish()

    assert queries.search(session, "last numbers") == [changed]
    assert queries.search(session, "") == [changed]
