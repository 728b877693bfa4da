"""What tests are worth, tried in a sandbox that does as it is told, and once in a true one."""

import itertools
import json
from dataclasses import dataclass

import pytest

from lms.catalogue.notebooks import read
from lms.grading.execution import NoWalls
from lms.grading.quality import RUNS, Quality
from lms.grading.runs import CellError, CellRun, Ending, Run
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import author_record
from lms.grading.trying import Conditions, try_tests

WRONG = CellError("AssertionError", "")


@dataclass
class Judging:
    """Runs nothing: the tests pass as ``passes`` says of the text of the answer."""

    passes: object
    seconds: float = 0.5
    limits: list = None

    def run(self, notebook, profile, *, limits=(), files=(), paper=None):
        self.limits = [*(self.limits or []), dict(limits)]
        cells = {cell.grade_id: cell for cell in read(notebook).cells if cell.kind == "code"}
        told = self.passes(cells["double"].source)
        if isinstance(told, Ending):
            return Run(told, (), self.seconds, "as told", cells["double-tests"].id)
        ran = [CellRun(c.id, "ok") for name, c in cells.items() if name != "double-tests"]
        error = None if told else WRONG
        ran.append(CellRun(cells["double-tests"].id, "ok" if told else "error", error=error))
        return Run(Ending.FINISHED, tuple(ran), self.seconds)


def is_right(answer):
    return "return 2 * n" in answer


@pytest.fixture
def tried(source):
    def run(passes, **more):
        return try_tests(source, Conditions(Judging(passes), "python"), **more)

    return run


def test_good_tests_are_sound_and_notice_every_mistake(tried):
    found = tried(is_right, jobs=2)

    assert found.is_sound
    assert (found.short, found.given, found.flaky, found.idle) == ((), (), (), ())
    assert found.share == 1.0
    assert {one.after for one in found.tried} == {
        "return 2 / n",
        "return 3 * n",
        "return 1 * n",
        "return None",
    }
    assert {one.by for one in found.tried} == {"double-tests"}


def test_a_solution_that_falls_short_is_named_with_the_reason(tried):
    found = tried(lambda answer: False)

    (short,) = found.short
    assert (short.grade_id, short.score, short.max_score) == ("double-tests", 0.0, 2.0)
    assert str(short.message)
    assert not found.is_sound
    assert found.faulty == ("double-tests",)


def test_each_point_that_a_blank_notebook_earns_is_named(tried):
    found = tried(lambda answer: "NotImplementedError" in answer or is_right(answer))

    (given,) = found.given
    assert (given.grade_id, given.score) == ("double-tests", 2.0)
    assert not found.is_sound


def test_tests_that_say_something_else_another_time_are_named(tried):
    turn = itertools.count()
    found = tried(lambda answer: is_right(answer) and next(turn) != 2, most=0)

    (flaky,) = found.flaky
    assert flaky.grade_id == "double-tests"
    assert sorted(flaky.scores) == [0.0, 2.0, 2.0, 2.0, 2.0]
    assert not found.is_sound


def test_mistakes_that_cost_no_points_are_listed_with_line_and_change(tried):
    found = tried(lambda answer: is_right(answer) or "3 * n" in answer)

    (survivor,) = found.survivors
    assert (survivor.grade_id, survivor.line) == ("double", 3)
    assert (survivor.before, survivor.after) == ("return 2 * n", "return 3 * n")
    assert (found.noticed, len(found.tried), found.there) == (3, 4, 4)
    assert found.cells == (("double", 3, 4),)
    assert found.is_sound


def test_a_mistake_without_end_is_stopped_soon_and_noticed(source):
    sandbox = Judging(lambda answer: is_right(answer) or Ending.TIMEOUT, seconds=2.0)
    found = try_tests(source, Conditions(sandbox, "python", {"cell_seconds": 3}))

    assert found.share == 1.0
    assert {one.ending for one in found.tried} == {"timeout"}
    hurried = [each for each in sandbox.limits if "cpu_seconds" in each]
    assert hurried == [{"cell_seconds": 3, "cpu_seconds": 10.0}] * len(found.tried)


def test_no_more_mistakes_are_tried_than_fit_into_the_time_there_is(tried):
    found = tried(is_right, within=1.0)

    assert (len(found.tried), found.there) == (2, 4)


def test_where_nothing_can_be_run_nothing_is_said_of_the_tests(tried):
    with pytest.raises(NoWalls):
        tried(lambda answer: Ending.UNAVAILABLE)


def test_a_notebook_that_is_refused_earns_nothing(tried):
    found = tried(lambda answer: Ending.REFUSED)

    assert [one.grade_id for one in found.short] == ["double-tests"]


def test_what_was_found_is_the_same_after_it_was_stored(tried):
    turn = itertools.count()
    found = tried(lambda answer: next(turn) % 2)

    assert all((found.short, found.flaky, found.tried))
    assert Quality.from_json(json.loads(json.dumps(found.as_json()))) == found


@pytest.mark.kernel
def test_in_a_true_sandbox_loose_tests_a_random_one_and_an_endless_mistake_come_out(make):
    source = make.notebook(
        make.answer("def count(n):\n    while n > 0:\n        n -= 1\n    return n + 0.0", "count"),
        make.checks("assert count(3) == 0", "counted"),
        make.checks("assert True", "loose", points=1),
        make.checks("import random\nrandom.random()", "drawn", points=1),
    )
    sandbox = BehindWalls()
    record = author_record(source, sandbox, profile="python")

    conditions = Conditions(sandbox, "python", {"cpu_seconds": 1.0}, sealing=record)
    found = try_tests(source, conditions, jobs=2, most=8)

    assert {one.grade_id for one in found.given} >= {"loose"}
    assert "counted" not in {one.grade_id for one in (*found.short, *found.given, *found.flaky)}
    assert [one.grade_id for one in found.flaky] == ["drawn"]
    assert len(found.flaky[0].scores) == RUNS
    by_change = {one.after: one for one in found.tried}
    assert (by_change["n += 1"].ending, by_change["n += 1"].by) == ("timeout", "counted")
    assert by_change["return None"].by == "counted"


def test_where_a_person_marks_everything_no_mistakes_are_tried(make):
    source = make.notebook(
        make.answer("double = 2"), make.answer("x = 7", "why", grade=True, points=1)
    )

    class Quiet:
        def run(self, notebook, profile, **more):
            cells = [cell for cell in read(notebook).cells if cell.kind == "code"]
            return Run(Ending.FINISHED, tuple(CellRun(cell.id, "ok") for cell in cells), 0.5)

    found = try_tests(source, Conditions(Quiet(), "python"))

    assert (found.there, found.share, found.is_sound) == (0, None, True)
