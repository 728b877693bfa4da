"""Uploaded notebooks: each is read with a defined meaning or refused in one clear sentence."""

import json
import time

import pytest

from sandboxes.notebook import LARGEST, MOST_CELLS, MOST_CODE, CodeCell, NotANotebook, code_cells

MIB = 2**20
CODE = '{"cell_type": "code", "source": "1"}'


def notebook(*cells: str, before: str = '"nbformat": 4') -> bytes:
    """A notebook with these cells, each as JSON."""
    return f'{{{before}, "cells": [{", ".join(cells)}]}}'.encode()


def code(**told: object) -> str:
    return json.dumps({"cell_type": "code", "source": "1", **told})


def sources(content: bytes) -> list[str]:
    return [cell.source for cell in code_cells(content)]


def ids(content: bytes) -> list[str]:
    return [cell.id for cell in code_cells(content)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(notebook(CODE), id="as it should be"),
        pytest.param(b"\xef\xbb\xbf" + notebook(CODE), id="with a byte order mark"),
        pytest.param(notebook(CODE, before='"nbformat": 4.0'), id="format 4.0 is format 4"),
        pytest.param(notebook(CODE, before='"nbformat": 4, "x": [NaN, -Infinity]'), id="no number"),
        pytest.param(notebook(CODE, before='"nbformat": 4, "x": 1e999'), id="a number too large"),
        pytest.param(notebook(CODE, before='"nbformat": 3, "nbformat": 4'), id="a key twice"),
        pytest.param(
            notebook('{"cell_type": "code", "source": "2", "source": "1"}'), id="a source twice"
        ),
        pytest.param(notebook(code(source=["", "1"])), id="source as a list of lines"),
        pytest.param(
            notebook(CODE, before='"nbformat": 4, "x": "[[[[\\"[[{{"'), id="brackets in text"
        ),
        pytest.param(notebook(CODE, code(cell_type="heading")), id="a kind that does not run"),
        pytest.param(
            notebook(CODE, before='"nbformat": 4, "x": ' + "[" * 90 + "]" * 90), id="deep"
        ),
    ],
)
def test_this_is_run(content):
    assert sources(content) == ["1"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n\xff", "not text in UTF-8", id="a picture"),
        pytest.param(notebook(CODE).decode().encode("utf-16"), "not text in UTF-8", id="UTF-16"),
        pytest.param(
            notebook(CODE).decode().encode("utf-16-le"), "not text in UTF-8", id="UTF-16, unmarked"
        ),
        pytest.param(b'{"x": "\xed\xa0\x80"}', "not text in UTF-8", id="a raw surrogate"),
        pytest.param(b'{"cells": [\n1,\n}', "at line 3", id="broken JSON"),
        pytest.param(b"7", "not a notebook", id="a number"),
        pytest.param(b"{}", "no list of cells", id="an empty object"),
        pytest.param(b'{"nbformat": 4, "cells": {"0": 1}}', "no list of cells", id="cells by name"),
        pytest.param(b'{"nbformat": 4, "cells": "abc"}', "no list of cells", id="cells as text"),
        pytest.param(b'{"nbformat": 4, "cells": null}', "no list of cells", id="cells as null"),
        pytest.param(b'{"cells": []}', "does not say its format", id="no format"),
        pytest.param(
            b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "not in format 4", id="format 3"
        ),
        pytest.param(b'{"nbformat": true, "cells": []}', "not in format 4", id="format true"),
        pytest.param(b'{"nbformat": "4", "cells": []}', "not in format 4", id="format as text"),
        pytest.param(b'{"nbformat": NaN, "cells": []}', "not in format 4", id="format NaN"),
        pytest.param(b'{"nbformat": 5, "cells": []}', "not in format 4", id="format 5"),
        pytest.param(notebook("7"), "Cell 1 of the notebook is not a cell", id="a number as cell"),
        pytest.param(notebook(CODE, '{"source": "1"}'), "Cell 2 of the", id="a cell of no kind"),
        pytest.param(notebook('{"cell_type": ["code"]}'), "is not a cell", id="a list as kind"),
        pytest.param(notebook('{"cell_type": "code"}'), "has no text", id="a cell without text"),
        pytest.param(notebook(code(source=[1, 2])), "has no text", id="a list of numbers"),
        pytest.param(notebook(code(source={"a": 1})), "has no text", id="an object as text"),
        pytest.param(notebook(code(source=["1", None])), "has no text", id="a null as line"),
        pytest.param(
            notebook(CODE, before=f'"nbformat": 4, "x": {"9" * 5000}'), "digits", id="a long number"
        ),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep and open"),
        pytest.param(b"[" * 101 + b"]" * 101, "nested too deeply", id="a little too deep"),
        pytest.param(b'{"a":' * 500 + b"1" + b"}" * 500, "nested too deeply", id="deep objects"),
        pytest.param(b'["\\\\",' + b"[" * 101, "nested too deeply", id="deep after an escape"),
        pytest.param(notebook(*[CODE] * (MOST_CELLS + 1)), "at most 5000", id="too many cells"),
        pytest.param(
            notebook(*[code(source="x" * MIB)] * 4, CODE), "4 MiB of code", id="too much code"
        ),
        pytest.param(b" " * (LARGEST + 1), "larger than 32 MiB", id="a huge file"),
    ],
)
def test_this_is_refused(content, told):
    with pytest.raises(NotANotebook, match=told):
        code_cells(content)


def test_as_much_code_and_as_many_cells_as_may_be_are_run():
    fitting = notebook(code(source="x" * MOST_CODE))
    many = notebook(*[CODE] * MOST_CELLS)

    assert len(sources(fitting)[0]) == MOST_CODE
    assert len(sources(many)) == MOST_CELLS


def test_half_a_surrogate_pair_is_run_as_a_question_mark_and_a_whole_one_as_itself():
    halves = notebook('{"cell_type": "code", "source": "\'\\ud800\' \'\\ud83d\\ude00\'"}')

    assert sources(halves) == ["'?' '😀'"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(7, id="a number"),
        pytest.param(None, id="null"),
        pytest.param(["a"], id="a list"),
        pytest.param("", id="empty"),
        pytest.param("a" * 65, id="too long"),
        pytest.param("a" * 10 * MIB, id="ten megabytes long"),
        pytest.param("a\n", id="a line break"),
        pytest.param("a\x1b[2J", id="control characters"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param("../a", id="a path"),
    ],
)
def test_a_cell_with_an_unfit_id_is_named_for_its_place(name):
    assert ids(notebook(code(id="proper"), code(id=name))) == ["proper", "cell-2"]


def test_of_two_cells_with_one_id_the_second_is_named_for_its_place():
    content = notebook(code(id="a"), code(id="a"), code(), code(id="cell-3"))

    assert ids(content) == ["a", "cell-2", "cell-3-again", "cell-3"]


def test_only_code_is_run_and_text_keeps_its_place():
    text = '{"cell_type": "markdown", "source": 7}'

    assert code_cells(notebook(text, CODE)) == (CodeCell("cell-2", "1"),)


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"[],", id="lists"),
        pytest.param(b'"",', id="strings"),
        pytest.param(b'""[[', id="strings and brackets"),
        pytest.param(b'"\\\\', id="quotes and escapes"),
        pytest.param(b"\\", id="escapes"),
        pytest.param(b'{"a":1},', id="objects"),
        pytest.param(b"[" * 50 + b"]" * 50 + b",", id="half as deep as may be"),
    ],
)
def test_a_file_as_large_as_may_be_is_refused_in_a_moment(piece):
    start = b'{"nbformat": 4, "cells": [], "x": ['
    content = start + piece * ((LARGEST - len(start)) // len(piece))
    begun = time.process_time()

    with pytest.raises(NotANotebook):
        code_cells(content)

    assert time.process_time() - begun < 3  # A tenth of it on an idle machine.


@pytest.mark.parametrize(
    ("metadata", "seconds"),
    [
        pytest.param({"sandbox": {"seconds": 2.5}}, 2.5, id="a number"),
        pytest.param({}, None, id="nothing"),
        pytest.param({"sandbox": {"seconds": 0}}, None, id="no time at all"),
        pytest.param({"sandbox": {"seconds": -1}}, None, id="less than none"),
        pytest.param({"sandbox": {"seconds": True}}, None, id="true"),
        pytest.param({"sandbox": {"seconds": "9"}}, None, id="a text"),
        pytest.param({"sandbox": {"seconds": 10**400}}, None, id="beyond every number"),
        pytest.param({"sandbox": {"seconds": float("nan")}}, None, id="no number"),
        pytest.param({"sandbox": [2]}, None, id="a list"),
        pytest.param("sandbox", None, id="metadata that are a text"),
    ],
)
def test_a_cell_may_ask_for_less_time(metadata, seconds):
    (cell,) = code_cells(notebook(code(metadata=metadata)))

    assert cell.seconds == seconds
