"""What is made from a master of otter is marked by the examiner as any assignment is."""

from pathlib import Path

import pytest

from lms.catalogue.notebooks import release, write
from lms.catalogue.otter import import_master
from lms.grading.execution import mark_notebook
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import author_record

pytestmark = pytest.mark.kernel

MARKET = Path(__file__).parents[1] / "otter" / "market.ipynb"


def test_the_solution_earns_every_point_sealed_and_what_is_blank_none():
    sandbox = BehindWalls()
    source = import_master(MARKET.read_bytes()).notebook
    record = author_record(source, sandbox, profile="python")

    def scores(work):
        marked = mark_notebook(source, work, sandbox, profile="python", sealing=record)
        return [mark.score for mark in marked.marks]

    assert record.open == {}
    assert len(record.cells) == 3
    assert scores(write(source)) == [0.5, 0.5, 2.0, None]
    assert scores(write(release(source))) == [0, 0, 0, 0]
