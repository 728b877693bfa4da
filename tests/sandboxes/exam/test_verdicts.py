"""What is believed of the examiner's verdicts, whose texts are partly learners'."""

import json
import os
import stat

import pytest

from sandboxes.examining import Desk, Exam, Item, judged
from sandboxes.outcome import CellRun, Ending, Run

EXAM = Exam((Item("tests", "test", "assert f() == 1"),))
SAID = {"id": "tests", "status": "ok", "result": None, "out": "", "seconds": 0.1, "refused": []}


def read(line):
    desk = Desk.laid(EXAM)
    try:
        os.write(desk.verdicts, line)
        return desk.read()
    finally:
        desk.clear()


def cell(told):
    run = Run(Ending.finished, (CellRun("tests", "ok", (), None, 0.1),), 1.0, "", None)
    return judged(run, EXAM, told).cells[0]


def test_half_of_a_character_is_none_where_files_and_databases_hold_texts():
    error = {"name": "Odd\ud800", "value": "\udfff"}
    told = {**SAID, "out": "\ud800 Salam", "refused": ["`\ud800`"], "error": error}

    found = cell(read(json.dumps(told).encode() + b"\n"))

    assert found.outputs[0]["text"] == "? Salam"
    assert (found.error.name, found.error.value, found.refused) == ("Odd?", "?", "`?`")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]\n",
        b'"tests"\n',
        b'{"id": ["tests"]}\n',
        b'{"id": "tests"}\n',
        b'{"id": "tests", "status": "ok"}\n',
        json.dumps({**SAID, "refused": 3}).encode() + b"\n",
        json.dumps({**SAID, "places": [[1]]}).encode() + b"\n",
    ],
)
def test_a_verdict_that_is_none_passes_no_cell(line):
    assert cell(read(line)).status == "error"


def test_what_verdicts_are_written_to_cannot_be_opened_again_by_its_name():
    desk = Desk.laid(EXAM)
    try:
        assert stat.S_IMODE(os.fstat(desk.verdicts).st_mode) == 0
    finally:
        desk.clear()
