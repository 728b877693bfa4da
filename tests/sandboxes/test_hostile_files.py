"""Files that only look like notebooks: each ends as is stated, with a sentence that helps.

The control is how notebooks are read where nobody expects harm: nbformat and the code of
each cell. There every one of these is swallowed without a word, or ends as an exception
that says nothing to the person who sent it.
"""

import json
import time

import nbformat
import pytest

from sandboxes import run

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]

MIB = 2**20
SWALLOWED, CHOKES = "swallowed", "chokes"
CODE = {"cell_type": "code", "id": "a", "source": "print(1)", "metadata": {}, "outputs": []}
CODE["execution_count"] = None


def written(*cells: object, **told: object) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | told)


def code(**told: object) -> dict:
    return CODE | told


MANY = [code(id=f"a{place}") for place in range(6000)]


def with_metadata(text: str) -> bytes:
    """A good notebook with this text, as it is, in a place that nobody reads."""
    return written(CODE, metadata={"x": "HERE"}).replace('"HERE"', text).encode()


def naive_sources(content: bytes) -> list[bytes]:
    """The code cells of a notebook, read as notebooks are read everywhere."""
    cells = nbformat.reads(content, as_version=4)["cells"]
    return [cell["source"].encode() for cell in cells if cell["cell_type"] == "code"]


# The content, a part of the sentence, and what the control does with it.
REFUSED = {
    "nothing": (b"", "not JSON", CHOKES),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", "UTF-8", CHOKES),
    "a number": (b"7", "not a notebook", CHOKES),
    "null": (b"null", "not a notebook", CHOKES),
    "an empty object": (b"{}", "list of cells", CHOKES),
    "broken JSON": (b'{"cells": [\n1,\n}', "at line 3", CHOKES),
    "deep nesting": (b"[" * 100_000, "nested too deeply", CHOKES),
    "deep nesting where nobody reads": (
        with_metadata("[" * 20_000 + "]" * 20_000),
        "nested too deeply",
        CHOKES,
    ),
    "deep nesting of objects": (
        with_metadata('{"a":' * 20_000 + "1" + "}" * 20_000),
        "nested too deeply",
        CHOKES,
    ),
    "another encoding": (written(CODE).encode("utf-16"), "UTF-8", SWALLOWED),
    "half a character, as bytes": (
        with_metadata('"HALF"').replace(b"HALF", b"\xed\xa0\x80"),
        "UTF-8",
        SWALLOWED,
    ),
    "an old format": (
        json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}).encode(),
        "format 4",
        SWALLOWED,
    ),
    "a format to come": (written(CODE, nbformat=5).encode(), "format 4", CHOKES),
    "a format that is no number": (
        written(CODE, nbformat="4").encode(),
        "format 4",
        CHOKES,
    ),
    "a format without end": (
        written(CODE, nbformat="HERE").replace('"HERE"', "1e999").encode(),
        "format 4",
        CHOKES,
    ),
    "no format": (b'{"cells": []}', "format", SWALLOWED),
    "cells that are an object": (written(cells={"0": CODE}).encode(), "list of cells", CHOKES),
    "cells that are a text": (written(cells="print(1)").encode(), "list of cells", CHOKES),
    "a cell that is none": (written(7).encode(), "not a cell", CHOKES),
    "a cell of no kind": (written({"source": "print(1)"}).encode(), "not a cell", CHOKES),
    "a source that is a number": (written(code(source=7)).encode(), "no text", CHOKES),
    "a source of numbers": (written(code(source=[1, 2])).encode(), "no text", CHOKES),
    "a source of lists": (written(code(source=[["print(1)"]])).encode(), "no text", CHOKES),
    "a source in lists in lists": (
        written(code(source="HERE")).replace('"HERE"', "[" * 90 + "]" * 90).encode(),
        "no text",
        CHOKES,
    ),
    "a source that is an object": (
        written(code(source={"a": 1})).encode(),
        "no text",
        CHOKES,
    ),
    "a number with too many digits": (with_metadata("9" * 5000), "too many digits", CHOKES),
    "too many cells": (
        written(*MANY).encode(),
        "at most 5000",
        SWALLOWED,
    ),
    "too much code": (written(code(source="#" * 6 * MIB)).encode(), "MiB of code", SWALLOWED),
    "too many parts": (
        with_metadata("[" + "[]," * 2_100_000 + "[]]"),
        "too many parts",
        SWALLOWED,
    ),
    "too large": (with_metadata('"' + "x" * 33 * MIB + '"'), "32 MiB", SWALLOWED),
}

# Odd, but with a meaning that is defined; the control shows what is odd about it.
FINISHED = {
    "a mark of the byte order": (b"\xef\xbb\xbf" + written(CODE).encode(), SWALLOWED),
    "no number": (with_metadata("NaN"), SWALLOWED),
    "a number too large": (with_metadata("[1e999, -Infinity]"), SWALLOWED),
    "a key twice": (
        written(CODE).replace('"nbformat": 4', '"nbformat": 3, "nbformat": 4').encode(),
        SWALLOWED,
    ),
    "half a character, where nobody reads": (with_metadata('"\\ud800"'), SWALLOWED),
    "an id that is none": (written(code(id=[1])).encode(), CHOKES),
    "an id that is taken": (written(CODE, CODE).encode(), SWALLOWED),
    "outputs that are none": (written(code(outputs=7)).encode(), CHOKES),
}


def control(content: bytes) -> str:
    """What reading it comes to where nobody expects harm."""
    try:
        naive_sources(content)
    except Exception:
        return CHOKES
    return SWALLOWED


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_a_sentence(python, name):
    content, told, _ = REFUSED[name]
    begun = time.monotonic()

    ran = run(content, python)

    assert ran.ending == "refused"
    assert told in ran.message
    assert ran.message.endswith(".")
    assert ran.cells == ()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("name", REFUSED)
def test_elsewhere_it_is_swallowed_or_chokes_the_reader(name):
    content, _, naive = REFUSED[name]

    assert control(content) == naive


@pytest.mark.parametrize("name", FINISHED)
def test_it_is_run_all_the_same(python, name):
    content, _ = FINISHED[name]

    ran = run(content, python)

    assert ran.ending == "finished"
    assert {cell.outputs[0]["text"] for cell in ran.cells} == {"1\n"}
    assert len({cell.id for cell in ran.cells}) == len(ran.cells)


@pytest.mark.parametrize("name", FINISHED)
def test_elsewhere_it_is_read_like_this(name):
    content, naive = FINISHED[name]

    assert control(content) == naive


def test_of_two_sources_the_last_is_run(python):
    content = written(CODE).replace('"source":', '"source": "print(2)", "source":').encode()

    ran = run(content, python)

    assert ran.cells[0].outputs[0]["text"] == "1\n"


def test_half_a_character_in_a_cell_is_replaced(python):
    content = written(code(source="print('\ud800', 1)")).encode()

    ran = run(content, python)

    assert control(content) == CHOKES
    assert ran.cells[0].outputs[0]["text"] == "? 1\n"


def test_a_cell_of_one_huge_line_is_run(python):
    ran = run(written(code(source="x = '" + "x" * 3 * MIB + "'\nprint(len(x))")).encode(), python)

    assert ran.ending == "finished"
    assert ran.cells[0].outputs[0]["text"] == f"{3 * MIB}\n"


def test_an_honest_run_follows(honest):
    assert honest()
