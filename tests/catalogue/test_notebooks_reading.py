"""Reading notebooks that anybody may have sent."""

import json
from contextlib import suppress

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalogue.notebook_reading import MOST_CELLS
from lms.catalogue.notebook_refusals import (
    BrokenCell,
    BrokenMetadata,
    BrokenText,
    EmptyFile,
    NotANotebook,
    NotJson,
    NotText,
    NumberTooLong,
    RepeatedName,
    TooDeep,
    TooLarge,
    TooManyCells,
    TooNew,
    TooOld,
)
from lms.catalogue.notebooks import LARGEST_NOTEBOOK, UnreadableNotebook, read, write


def code(source="x = 1", **more):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    } | more


def file(*cells, **more):
    told = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told | more).encode()


def test_a_notebook_reads_as_its_cells():
    content = file(
        code(["a = 1\n", "b = 2"], id="first"), {"cell_type": "markdown", "source": "Hi"}
    )

    notebook = read(content)

    assert [(cell.kind, cell.source) for cell in notebook.cells] == [
        ("code", "a = 1\nb = 2"),
        ("markdown", "Hi"),
    ]
    assert notebook.cells[0].id == "first"
    assert notebook.own_ids == {"first"}


def test_outputs_are_dropped_however_odd_they_are():
    odd = {"outputs": [{"data": float("nan"), "text": "\ud800"}], "execution_count": "seven"}

    notebook = read(file(code(**odd)))

    assert b"seven" not in write(notebook)
    assert json.loads(write(notebook))["cells"][0]["outputs"] == []


def test_cells_without_an_id_or_with_anothers_get_their_own():
    cells = [code(id="a"), code(id="a"), code(), code(id="not an id"), code(id="cell-3")]

    ids = [cell.id for cell in read(file(*cells)).cells]

    assert ids[0] == "a"
    assert ids[4] == "cell-3"
    assert len(set(ids)) == 5


def test_what_is_written_is_a_valid_notebook_of_version_4_5():
    notebook = read(file(code(), {"cell_type": "markdown", "source": "a\nb"}, nbformat_minor=2))

    written = nbformat.reads(write(notebook).decode(), as_version=nbformat.NO_CONVERT)

    nbformat.validate(written)
    assert (written.nbformat, written.nbformat_minor) == (4, 5)


def test_what_is_written_reads_as_the_same_again():
    notebook = read(file(code("print('é')\n", metadata={"tags": ["ⵣ"]}), metadata={"a": [1.5]}))

    again = read(write(notebook))

    assert (again.cells, again.metadata) == (notebook.cells, notebook.metadata)
    assert write(again) == write(notebook)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_become_single_newlines(ends):
    notebook = read(file(code(f"a = 1{ends}b = 2")))

    assert notebook.cells[0].source == "a = 1\nb = 2"


def test_a_byte_order_mark_does_no_harm():
    assert len(read(b"\xef\xbb\xbf" + file(code())).cells) == 1


def test_nan_and_infinity_in_metadata_read_as_nothing():
    notebook = read(file(code(), metadata={"a": float("nan"), "b": float("-inf"), "c": 2.5}))

    assert notebook.metadata == {"a": None, "b": None, "c": 2.5}


def test_the_largest_size_is_accepted_and_one_byte_more_is_not():
    content = file(code())
    largest = content + b" " * (LARGEST_NOTEBOOK - len(content))

    assert read(largest).cells

    with pytest.raises(TooLarge):
        read(largest + b" ")


def test_the_most_cells_are_accepted_and_one_more_is_not():
    assert len(read(file(*[code()] * MOST_CELLS)).cells) == MOST_CELLS

    with pytest.raises(TooManyCells):
        read(file(*[code()] * (MOST_CELLS + 1)))


@pytest.mark.parametrize(
    ("content", "refusal", "told"),
    [
        pytest.param(b"", EmptyFile, "empty", id="no bytes"),
        pytest.param(b" \n", EmptyFile, "empty", id="only spaces"),
        pytest.param(b"PK\x03\x04\xff\xfe", NotText, "UTF-8", id="an archive"),
        pytest.param("é".encode("utf-16"), NotText, "UTF-8", id="another encoding"),
        pytest.param(b"<html></html>", NotJson, "line 1, column 1", id="a web page"),
        pytest.param(b'{"cells": [\n {"source":', NotJson, "line 2", id="cut off"),
        pytest.param(b"[" * 100_000, TooDeep, "deeply", id="a tower of lists"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", NumberTooLong, "number", id="endless number"),
        pytest.param(b'{"cells": [], "cells": []}', RepeatedName, '"cells"', id="a name twice"),
        pytest.param(b"[1, 2]", NotANotebook, "not a Jupyter notebook", id="a list"),
        pytest.param(b"null", NotANotebook, "not a Jupyter notebook", id="null"),
        pytest.param(b'{"cells": []}', NotANotebook, "version", id="no version"),
        pytest.param(b'{"nbformat": 4}', NotANotebook, "cells", id="no cells"),
        pytest.param(
            b'{"nbformat": true, "cells": []}', NotANotebook, "version", id="version true"
        ),
        pytest.param(b'{"nbformat": 4, "cells": {}}', NotANotebook, "cells", id="cells no list"),
        pytest.param(
            b'{"nbformat": 3, "worksheets": []}', TooOld, "jupyter nbconvert", id="nbformat 3"
        ),
        pytest.param(b'{"nbformat": 5, "cells": []}', TooNew, "nbformat 5", id="nbformat 5"),
        pytest.param(file(7), BrokenCell, "Cell 1", id="a cell that is a number"),
        pytest.param(file(code(), code(source=1)), BrokenCell, "Cell 2", id="text that is none"),
        pytest.param(file(code(source=["a", 1])), BrokenCell, "Cell 1", id="lines that are none"),
        pytest.param(file(code(cell_type="heading")), BrokenCell, "Cell 1", id="unknown type"),
        pytest.param(file(code(cell_type=["code"])), BrokenCell, "Cell 1", id="type is a list"),
        pytest.param(file(code(metadata=[])), BrokenCell, "Cell 1", id="cell metadata a list"),
        pytest.param(file(code(attachments=[1])), BrokenCell, "Cell 1", id="attachments a list"),
        pytest.param(file(code(source="\ud800")), BrokenText, "Cell 1", id="half a character"),
        pytest.param(
            file(code(metadata={"\udfff": 1})),
            BrokenText,
            "Cell 1",
            id="half a character in a name",
        ),
        pytest.param(file(metadata=[]), BrokenMetadata, "metadata", id="metadata a list"),
        pytest.param(
            file(metadata={"a": json.loads("[" * 60 + "]" * 60)}),
            BrokenMetadata,
            "metadata",
            id="deep metadata",
        ),
    ],
)
def test_a_file_that_is_no_notebook_is_refused_by_the_name_of_what_is_wrong(content, refusal, told):
    with pytest.raises(UnreadableNotebook) as caught:
        read(content)

    assert type(caught.value) is refusal
    assert told in str(caught.value)


def test_a_refusal_can_always_be_printed():
    with pytest.raises(RepeatedName) as caught:
        read(b'{"\\ud800": 1, "\\ud800": 2}')

    assert str(caught.value).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
cell_like = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | json_values,
        "source": st.text() | st.lists(st.text()) | json_values,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": json_values}) | json_values,
        "id": st.text(max_size=70) | json_values,
        "attachments": json_values,
        "outputs": json_values,
    },
)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_read_or_are_refused(content):
    with suppress(UnreadableNotebook):
        assert write(read(content))


@settings(deadline=None)
@given(st.lists(cell_like, max_size=5), json_values)
def test_any_cells_are_read_and_written_unchanged_or_refused(cells, metadata):
    content = file(*cells, metadata=metadata)
    try:
        notebook = read(content)
    except UnreadableNotebook:
        return

    written = write(notebook)

    assert read(written).cells == notebook.cells
    assert len({cell.id for cell in notebook.cells}) == len(cells)
