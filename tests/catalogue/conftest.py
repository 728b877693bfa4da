"""A small course folder that has no faults, for tests to break."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.catalogue.manifest import CourseManifest, FaultyCourse, read_course

COURSE = """\
schema = 1
languages = ["fr", "en"]
hours = 3
level = "beginner"
licence = "CC-BY-4.0"
profile = "python-ml"
authors = ["Idris"]

[title]
fr = "Tenseurs"
en = "Tensors"
[summary]
fr = "Des nombres en tableaux."
en = "Numbers in arrays."

[[outcomes]]
fr = "Lire la forme d’un tableau."
en = "Read the shape of an array."

[[skills]]
uri = "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d"
framework = "ESCO"
[skills.name]
fr = "Python"
en = "Python"

[[modules]]
folder = "01-arrays"
[modules.title]
fr = "Tableaux"
en = "Arrays"
[[modules.items]]
lesson = "shapes"
minutes = 10
[[modules.items]]
lesson = "axes"
minutes = 12
[[modules.items]]
assignment = "sums"
attempts = 5
due_after_days = 14
late = { loss_per_day = 0.1, floor = 0.5 }
minutes = 60
[modules.items.title]
fr = "Sommes"
en = "Sums"

[credential]
minimum_score = 0.6
[credential.name]
fr = "Tenseurs"
en = "Tensors"
[credential.description]
fr = "Sait lire des tableaux."
en = "Can read arrays."
[credential.criteria]
fr = "A réussi chaque devoir."
en = "Has passed every assignment."
"""

LESSON = """\
# {title}

::: outcome
You can read a shape.
:::

## Why shapes

See [axes](axes#why-shapes).

![Two boxes](assets/boxes.svg "A shape")

::: check
How many?

::: answer
Two.
:::
:::
"""

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><path d="M0 0"/></svg>\n'


def notebook(*, points: float = 2, lang: tuple[str, ...] = ()) -> bytes:
    """A source notebook with an answer and its tests."""
    told = {"schema_version": 3, "task": False}
    answer = {"grade": False, "solution": True, "locked": False, "grade_id": "answer", **told}
    tests = {
        "grade": True, "solution": False, "locked": True, "grade_id": "test", "points": points,
        **told,
    }  # fmt: skip
    spoken = [
        {
            "cell_type": "markdown",
            "id": f"say-{one}",
            "metadata": {"jazari": {"lang": one}},
            "source": one,
        }
        for one in lang
    ]
    code = [
        {
            "cell_type": "code",
            "id": each["grade_id"],
            "metadata": {"nbgrader": each},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for each, source in (
            (answer, "### BEGIN SOLUTION\ntotal = 3\n### END SOLUTION"),
            (tests, "assert total == 3"),
        )
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {
            "cells": [*spoken, *code],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    ).encode()


class CourseFolder:
    """A course on disk, which a test changes before it is read."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def write(self, path: str, content: str | bytes) -> None:
        """Put a file into the folder, in place of the one that was there."""
        file = self.place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def change(self, path: str, old: str, new: str) -> None:
        """Put ``new`` where ``old`` first stands in a file, which must hold it."""
        text = (self.place / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def remove(self, path: str) -> None:
        """Take a file out of the folder."""
        (self.place / path).unlink()

    def read(self) -> CourseManifest:
        """The course, which must be without faults."""
        return read_course(self.place)

    def faults(self) -> list[str]:
        """What is wrong with the course, one line each; it must be faulty."""
        with pytest.raises(FaultyCourse) as caught:
            read_course(self.place)
        return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def source_notebook() -> Callable[..., bytes]:
    """Makes the bytes of a source notebook."""
    return notebook


@pytest.fixture
def course(tmp_path: Path) -> CourseFolder:
    """A course folder without faults."""
    folder = CourseFolder(tmp_path / "tensors")
    folder.write("course.toml", COURSE)
    folder.write("modules/01-arrays/sums.ipynb", notebook())
    folder.write("assets/boxes.svg", PICTURE)
    for slug in ("shapes", "axes"):
        for locale in ("fr", "en"):
            path = f"modules/01-arrays/{slug}.{locale}.md"
            folder.write(path, LESSON.format(title=f"{slug.title()} ({locale})"))
    return folder
