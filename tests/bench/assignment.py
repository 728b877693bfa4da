"""One data assignment with twenty submissions, in nbgrader's format and in otter's.

Its cells do what a first course on data asks for, with numpy, pandas and scikit-learn. Of the
submissions some are right, some wrong in places, some raise errors, and some are blank.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SUBMISSIONS = 20

#: What every notebook begins with; the data are made in place, the same for everybody.
BEGINNING = """\
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(2026)
rows = 400
rain = pd.DataFrame({
    "station": rng.choice(["Fes", "Ifrane", "Agadir", "Oujda"], rows),
    "month": rng.integers(1, 13, rows),
    "altitude": rng.uniform(0, 1700, rows).round(0),
})
rain["mm"] = (20 + 0.03 * rain["altitude"] + rng.normal(0, 5, rows)).clip(0).round(1)
rain.loc[::37, "mm"] = np.nan"""


@dataclass(frozen=True)
class Question:
    """One thing to write: how it is asked, answered rightly and wrongly, and tested."""

    name: str
    task: str
    right: str
    wrong: str
    visible: tuple[str, ...]
    hidden: tuple[str, ...]


QUESTIONS = (
    Question(
        "standardised",
        "Write `standardised(values)`: the values less their mean, divided by their deviation.",
        "def standardised(values):\n    return (values - values.mean()) / values.std()",
        "def standardised(values):\n    return values / values.std()",
        ("assert abs(standardised(np.array([1.0, 2.0, 3.0])).sum()) < 1e-9",),
        (
            "assert np.allclose(standardised(np.arange(50.0)).std(), 1.0)",
            "assert standardised(np.ones(3) * [1, 2, 4]).shape == (3,)",
        ),
    ),
    Question(
        "complete",
        "Write `complete(table)`: the rows in which nothing is missing, numbered from 0.",
        "def complete(table):\n    return table.dropna().reset_index(drop=True)",
        "def complete(table):\n    return table.dropna()",
        ("assert complete(rain)['mm'].notna().all()",),
        (
            "assert len(complete(rain)) == rain['mm'].count()",
            "assert list(complete(rain).index) == list(range(rain['mm'].count()))",
        ),
    ),
    Question(
        "by_station",
        "Write `by_station(table)`: the mean of `mm` for each station, the wettest first.",
        "def by_station(table):\n"
        "    return table.groupby('station')['mm'].mean().sort_values(ascending=False)",
        "def by_station(table):\n    return table.groupby('station')['mm'].mean()",
        ("assert set(by_station(rain).index) == {'Fes', 'Ifrane', 'Agadir', 'Oujda'}",),
        (
            "wanted = rain.groupby('station')['mm'].mean().sort_values(ascending=False)",
            "pd.testing.assert_series_equal(by_station(rain), wanted)",
        ),
    ),
    Question(
        "pivoted",
        "Write `pivoted(table)`: months down, stations across, the sum of `mm` in each place.",
        "def pivoted(table):\n"
        "    return table.pivot_table(values='mm', index='month', columns='station',"
        " aggfunc='sum')",
        "def pivoted(table):\n"
        "    return table.pivot_table(values='mm', index='station', columns='month',"
        " aggfunc='sum')",
        ("assert pivoted(rain).shape == (12, 4)",),
        ("assert abs(pivoted(rain).to_numpy().sum() - rain['mm'].sum()) < 1e-6",),
    ),
    Question(
        "fitted",
        "Write `fitted(table)`: a linear regression of `mm` on `altitude`, fitted.",
        "def fitted(table):\n"
        "    kept = table.dropna()\n"
        "    return LinearRegression().fit(kept[['altitude']], kept['mm'])",
        "def fitted(table):\n"
        "    kept = table.dropna()\n"
        "    return LinearRegression(fit_intercept=False).fit(kept[['altitude']], kept['mm'])",
        ("assert fitted(rain).predict(pd.DataFrame({'altitude': [0.0]})).shape == (1,)",),
        (
            "told = fitted(rain).predict(pd.DataFrame({'altitude': [0.0, 1000.0]}))",
            "assert abs(told[0] - 20) < 3 and abs(told[1] - 50) < 4",
        ),
    ),
    Question(
        "held_out",
        "Write `held_out(table)`: the mean absolute error on a quarter held out, with seed 0.",
        "def held_out(table):\n"
        "    kept = table.dropna()\n"
        "    train, test = train_test_split(kept, test_size=0.25, random_state=0)\n"
        "    model = LinearRegression().fit(train[['altitude']], train['mm'])\n"
        "    return float(np.abs(model.predict(test[['altitude']]) - test['mm']).mean())",
        "def held_out(table):\n    return 0.0",
        ("assert isinstance(held_out(rain), float)",),
        ("assert 3.0 < held_out(rain) < 5.0",),
    ),
)


def answers(number: int) -> list[str]:
    """What submission ``number`` holds in place of each answer; 0 is all right."""
    written = []
    for place, question in enumerate(QUESTIONS):
        kind = (number * 7 + place * 3) % 10 if number else 0
        if number == SUBMISSIONS - 1:
            written.append("")
        elif kind == 9:
            written.append(question.right.split("\n")[0] + "\n    return undefined_name")
        elif kind in (6, 8):
            written.append(question.wrong)
        else:
            written.append(f"{question.right}\n# {number}")
    return written


def nbgrader_notebook(written: Sequence[str] | None = None) -> bytes:
    """The author's notebook, or with ``written`` a submission: a release with these answers."""
    cells = [_code("beginning", BEGINNING)]
    for place, question in enumerate(QUESTIONS):
        answer = f"### BEGIN SOLUTION\n{question.right}\n### END SOLUTION"
        tests = list(question.visible)
        if written is None:
            tests += ["### BEGIN HIDDEN TESTS", *question.hidden, "### END HIDDEN TESTS"]
        else:
            answer = written[place]
        cells += [
            _text(f"{question.name}-task", question.task),
            _code(question.name, answer, _duty(question.name, solution=True)),
            _code(
                f"{question.name}-tests",
                "\n".join(tests),
                _duty(f"{question.name}-tests", grade=True, locked=True, points=2),
            ),
        ]
    return _notebook(cells)


def otter_notebook() -> bytes:
    """The author's notebook in the format that ``otter assign`` reads."""
    cells = [
        _raw("config", "# ASSIGNMENT CONFIG\ngenerate:\n  pdf: false\nexport_cell: false"),
        _code("beginning", BEGINNING),
    ]
    for question in QUESTIONS:
        name = question.name
        cells += [
            _raw(f"{name}-0", f"# BEGIN QUESTION\nname: {name}\npoints: 2"),
            _text(f"{name}-1", question.task),
            _raw(f"{name}-2", "# BEGIN SOLUTION"),
            _code(f"{name}-3", f"# BEGIN SOLUTION\n{question.right}\n# END SOLUTION"),
            _raw(f"{name}-4", "# END SOLUTION"),
            _raw(f"{name}-5", "# BEGIN TESTS"),
            _code(f"{name}-6", "\n".join(question.visible)),
            _code(f"{name}-7", "\n".join(("# HIDDEN", *question.hidden))),
            _raw(f"{name}-8", "# END TESTS"),
            _raw(f"{name}-9", "# END QUESTION"),
        ]
    return _notebook(cells)


# Any: an object of nbformat.
def filled(student: bytes, written: Sequence[str]) -> bytes:
    """Otter's notebook for students with these answers in the places left for them."""
    told = json.loads(student)
    places = iter(written)
    for cell in told["cells"]:
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip() == "...":
            cell["source"] = next(places)
    if next(places, None) is not None:
        raise ValueError("Otter's notebook has fewer places for answers than there are answers.")
    return json.dumps(told).encode()


def _duty(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        "schema_version": 3,
        "cell_type": "code",
    }
    return told if points is None else {**told, "points": points}


def _cell(kind: str, name: str, source: str, **more: object) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source, **more}


def _code(name: str, source: str, duty: Mapping[str, Any] | None = None) -> dict[str, Any]:
    cell = _cell("code", name, source, outputs=[], execution_count=None)
    return cell if duty is None else {**cell, "metadata": {"nbgrader": dict(duty)}}


def _text(name: str, source: str) -> dict[str, Any]:
    return _cell("markdown", name, source)


def _raw(name: str, source: str) -> dict[str, Any]:
    return _cell("raw", name, source)


def _notebook(cells: Sequence[Mapping[str, Any]]) -> bytes:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    told = {
        "cells": list(cells),
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(told, indent=1).encode()
