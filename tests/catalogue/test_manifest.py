"""A course folder is read whole, or all its faults are told with file and line."""

import re
from pathlib import Path

import pytest

from lms.catalogue.code_colours import LANGUAGES
from lms.catalogue.manifest import LICENCES, Level
from lms.catalogue.quiz_values import QuestionKind

AUTHORING = Path(__file__).resolve().parents[2] / "docs" / "authoring.md"

TOML = "course.toml"
SHAPES = "modules/01-arrays/shapes.fr.md"
SUMS = "modules/01-arrays/sums.ipynb"


def test_a_good_course_becomes_a_value(course):
    read = course.read()

    assert (read.slug, read.languages, read.hours, read.level) == (
        "tensors",
        ("fr", "en"),
        3,
        Level.beginner,
    )
    assert list(read.titles.items()) == [("fr", "Tenseurs"), ("en", "Tensors")]
    assert [lesson.titles["en"] for lesson in read.lessons] == ["Shapes (en)", "Axes (en)"]
    assert read.lessons[0].texts["fr"].outcome == "You can read a shape."
    assert read.skills[0].framework == "ESCO"
    assert read.credential.minimum_score == 0.6


def test_the_course_that_the_documentation_shows_is_without_faults(course):
    shown = AUTHORING.read_text(encoding="utf-8")
    manifest, quiz = re.findall(r"^```toml\n(.*?)^```", shown, re.MULTILINE | re.DOTALL)
    (lesson,) = re.findall(r"^````markdown\n(.*?)^````", shown, re.MULTILINE | re.DOTALL)
    course.write(TOML, manifest)
    course.write("modules/01-arrays/shapes-check.quiz.toml", quiz)
    for locale in ("fr", "en"):
        course.write(f"modules/01-arrays/shapes.{locale}.md", lesson)
        course.remove(f"modules/01-arrays/axes.{locale}.md")

    read = course.read()

    assert read.lessons[0].titles["en"] == "The shape of an array"
    assert {each.kind for each in read.quizzes[0].content.questions} == set(QuestionKind)
    assert [each for each in LICENCES if each not in shown] == []
    assert [each for each in LANGUAGES if f"`{each}`" not in shown and each] == []


def test_an_assignment_brings_its_notebook_points_and_policy(course, source_notebook):
    (assignment,) = course.read().assignments

    assert [(each.name, each.content) for each in assignment.notebooks] == [("", source_notebook())]
    assert (assignment.max_score, assignment.attempts, assignment.due_after_days) == (2.0, 5, 14)
    assert (assignment.late.loss_per_day, assignment.late.floor) == (0.1, 0.5)


@pytest.mark.parametrize("counts", ["best", "last", "first"])
def test_an_assignment_says_which_attempt_counts_and_how_long_the_grace_is(course, counts):
    course.change(TOML, "attempts = 5", f'attempts = 5\ncounts = "{counts}"')
    course.change(TOML, "floor = 0.5 }", "floor = 0.5, grace_minutes = 30 }")

    (assignment,) = course.read().assignments

    assert (assignment.counts, assignment.late.grace_minutes) == (counts, 30)


def test_unless_an_assignment_says_otherwise_the_best_counts_and_there_is_no_grace(course):
    (assignment,) = course.read().assignments

    assert (assignment.counts, assignment.late.grace_minutes) == ("best", 0)


@pytest.mark.parametrize(("key", "demand"), [("tests", "sealed"), ("quality", "sound")])
def test_a_course_may_demand_something_of_its_tests_or_nothing(course, key, demand):
    told = []
    for line in ("", f'{key} = "any"\n', f'{key} = "{demand}"\n'):
        course.change(TOML, "hours = 3\n", f"hours = 3\n{line}")
        read = course.read()
        told.append({"tests": read.demands_sealed, "quality": read.demands_sound}[key])
        course.change(TOML, f"hours = 3\n{line}", "hours = 3\n")

    assert told == [False, False, True]


def test_without_a_late_policy_late_work_loses_nothing(course):
    course.change(TOML, "late = { loss_per_day = 0.1, floor = 0.5 }\n", "")
    course.change(TOML, "due_after_days = 14\n", "")

    (assignment,) = course.read().assignments

    assert assignment.due_after_days is None
    assert (assignment.late.loss_per_day, assignment.late.floor) == (0.0, 1.0)


def test_a_figure_brings_its_size(course):
    read = course.read()

    assert read.assets["assets/boxes.svg"].media_type == "image/svg+xml"
    assert (read.pictures["assets/boxes.svg"].width, read.pictures["assets/boxes.svg"].height) == (
        320,
        200,
    )


def test_texts_keep_the_order_of_the_languages_of_the_course(course):
    course.change(TOML, '["fr", "en"]', '["en", "fr"]')

    assert list(course.read().titles) == ["en", "fr"]


def test_the_digest_stays_while_nothing_changes_and_moves_when_anything_does(course):
    before = course.read()

    course.write("README.md", "For authors.")
    after = course.read()

    assert course.read().digest == after.digest != before.digest
    assert set(after.files) - set(before.files) == {"README.md"}


def test_five_faults_in_five_places_are_five_faults(course):
    course.change(TOML, "hours = 3", "hours = 0")
    course.change(TOML, "attempts = 5", "attempts = 0")
    course.change(SHAPES, "# Shapes (fr)", "Shapes")
    course.change("modules/01-arrays/axes.en.md", "](axes#", "](axis#")
    course.remove(SUMS)

    assert [fault.split(": ")[0] for fault in course.faults()] == [
        "course.toml:3",
        "course.toml:39",
        "course.toml:40",
        "modules/01-arrays/axes.en.md:9",
        "modules/01-arrays/shapes.fr.md:1",
    ]


def test_the_refusal_names_the_course_and_counts_its_faults(course):
    course.change(TOML, "hours = 3", "hours = 0")

    from_the_folder = course.faults()

    assert from_the_folder == ["course.toml:3: hours must be between 1 and 2000."]


ACROSS_FILES = {
    "a link to no lesson": ("](axes#", "](axis#", 9, "no lesson axis. Did you mean axes?"),
    "a link to no heading": ("#why-shapes", "#why-shape", 9, "Did you mean #why-shapes?"),
    "a figure that is missing": ("boxes.svg", "boxs.svg", 11, "Did you mean assets/boxes.svg?"),
    "a figure of no kind": ("boxes.svg", "boxes.csv", 11, "must be one of these kinds: .svg, .png"),
    "a lesson without title": ("# Shapes (fr)", "Shapes", 1, "A lesson begins with its title"),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "told"), ACROSS_FILES.values(), ids=ACROSS_FILES.keys()
)
def test_a_fault_in_a_lesson_is_told_with_its_line(course, old, new, line, told):
    course.write("assets/boxes.csv", "1")
    course.change("modules/01-arrays/axes.en.md", "See [", "See [data](assets/boxes.csv), [")
    assert course.read()

    course.change(SHAPES, old, new)

    assert [
        fault
        for fault in course.faults()
        if fault.startswith(f"{SHAPES}:{line}: ") and told in fault
    ]


def test_a_lesson_may_lead_to_an_assignment_but_not_into_it(course):
    course.change(SHAPES, "](axes#why-shapes)", "](sums)")
    assert course.read()

    course.change(SHAPES, "](sums)", "](sums#answer)")

    assert course.faults() == [f"{SHAPES}:9: There is no lesson sums in this course."]


def test_a_lesson_missing_in_one_language_is_a_fault_where_it_is_listed(course):
    course.remove("modules/01-arrays/axes.en.md")

    assert course.faults() == [
        "course.toml:36: The file modules/01-arrays/axes.en.md is missing.",
    ]


def test_a_file_that_nothing_refers_to_is_a_fault(course):
    course.write("modules/01-arrays/shapes.ar.md", "# x")
    course.write("assets/unused.svg", "<svg/>")

    assert [fault.split(": ")[0] for fault in course.faults()] == [
        "assets/unused.svg",
        "modules/01-arrays/shapes.ar.md",
    ]


def test_a_notebook_that_is_none_tells_where_it_breaks_off(course):
    course.write(SUMS, '{\n "cells": [\n')

    (fault,) = course.faults()

    assert fault.startswith(f"{SUMS}:3: This file is not a notebook")


def test_a_fault_in_a_source_notebook_is_told_with_its_line(course, source_notebook):
    course.write(SUMS, source_notebook().replace(b"### END SOLUTION", b""))

    (fault,) = course.faults()

    path, line, _ = fault.split(":", 2)
    assert path == SUMS
    assert int(line) > 1


def test_a_notebook_without_points_is_a_fault(course, source_notebook):
    course.write(SUMS, source_notebook(points=0))

    assert course.faults() == [
        f"{SUMS}:1: This assignment gives no points: no cell of it is graded."
    ]


def test_a_notebook_speaks_all_languages_or_none(course, source_notebook):
    course.write(SUMS, source_notebook(lang=("fr", "en")))
    assert course.read()

    course.write(SUMS, source_notebook(lang=("fr",)))

    assert course.faults() == [
        f"{SUMS}:1: Some cells of this notebook are marked for a language, but none for: en."
    ]
