"""JSON from strangers."""

import json

import pytest

from lms.credentials.reading import (
    DEEPEST,
    LARGEST,
    LONGEST_LIST,
    MOST_VALUES,
    Unfit,
    brief,
    examine,
    read,
)


def nested(levels):
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": "\xd8\xb3\xd9\x84\xd9\x85\xd9\x89", "n": [1, 2.5, true, null]}',
        b" " * (LARGEST - 2) + b"{}",
        nested(DEEPEST),
        json.dumps(dict.fromkeys(range(MOST_VALUES - 1))).encode(),
        json.dumps({"a": [1] * LONGEST_LIST}).encode(),
    ],
    ids=[
        "in Arabic",
        "as large as allowed",
        "as deep as allowed",
        "as rich as allowed",
        "a long list",
    ],
)
def test_a_json_object_is_read(content):
    assert read(content) == json.loads(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b" " * (LARGEST - 1) + b"{}", "larger than 256 KB"),
        (nested(DEEPEST + 1), "nested more than 24 levels"),
        (b"[" * 200_000, "nested more than 24 levels"),
        (json.dumps(dict.fromkeys(range(MOST_VALUES))).encode(), "more than 2000 values"),
        (json.dumps({"a": [1] * (LONGEST_LIST + 1)}).encode(), "list longer than 200"),
        (b"", "not JSON: .+ line 1, column 1"),
        (b'{"a": 1,\n "b": }', "not JSON: .+ line 2, column 7"),
        (b"[]", "holds no object"),
        (b'"{}"', "holds no object"),
        (b"\xff\xfe{\0}\0", "not text in UTF-8"),
        (b'{"a": "\xe9"}', "not text in UTF-8"),
        (b'{"a": 1, "b": {"a": 1, "a": 2}}', "says “a” twice"),
        (b'{"a": 1, "\\u0061": 2}', "says “a” twice"),
        (b'{"a": NaN}', "number that cannot be read"),
        (b'{"a": -Infinity}', "number that cannot be read"),
        (b'{"a": 1e999}', "number that cannot be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number that cannot be read"),
        (b'{"a": "\\ud800"}', "cannot be printed"),
        (b'{"a": ["\\u0008"]}', "cannot be printed"),
        (b'{"a\\u001b": 1}', "cannot be printed"),
        (b'{"a": "\\uffff"}', "cannot be printed"),
    ],
)
def test_anything_else_is_refused_with_its_reason(content, sentence):
    with pytest.raises(Unfit, match=sentence):
        read(content)


def test_text_of_several_lines_may_stand():
    examine({"criteria": "first\n\tsecond\r\n"})


def test_what_a_stranger_wrote_is_shown_short_and_printable():
    assert brief("\x1b[2J\u202eevil\n") == "�[2J�evil�"
    assert brief("é" * 121) == "é" * 120 + "…"
    assert brief("سلمى") == "سلمى"
