"""What pages may say, and what is none of it."""

import json

import pytest

from lms.relay.frames import LONGEST, BadFrame, Execute, Look, parsed


@pytest.mark.parametrize(
    "told",
    [
        {"type": "hello", "ticket": "t"},
        {"type": "execute", "id": "1", "code": "1"},
        {"type": "interrupt"},
        {"type": "restart"},
        {"type": "input", "value": "سلمى"},
        {"type": "complete", "id": "1", "code": "pri", "cursor": 3},
        {"type": "inspect", "id": "1", "code": "print", "cursor": 0},
        {"type": "stay"},
        {"type": "ping"},
    ],
    ids=lambda told: told["type"],
)
def test_every_frame_of_the_contract_is_understood(told):
    kind = type(parsed(json.dumps(told))).__name__.lower()

    assert kind == told["type"] or kind == "look"


def test_a_frame_carries_what_it_says():
    assert parsed('{"type": "execute", "id": "a", "code": "1 + 1"}') == Execute("a", "1 + 1")
    assert parsed('{"type": "inspect", "id": "a", "code": "é", "cursor": 1}') == Look(
        "a", "é", 1, explain=True
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"type": 1}',
        '{"type": "shutdown"}',
        '{"type": "execute", "id": "1"}',
        '{"type": "execute", "id": 1, "code": "1"}',
        '{"type": "execute", "id": "1", "code": "\\ud800"}',
        '{"type": "input", "value": null}',
        '{"type": "complete", "id": "1", "code": "a", "cursor": 2}',
        '{"type": "complete", "id": "1", "code": "a", "cursor": -1}',
        '{"type": "complete", "id": "1", "code": "a", "cursor": true}',
        json.dumps({"type": "execute", "id": "i" * 101, "code": ""}),
        json.dumps({"type": "execute", "id": "1", "code": "c" * (LONGEST + 1)}),
    ],
    ids=range(15),
)
def test_what_no_page_of_ours_says_is_refused(text):
    with pytest.raises(BadFrame):
        parsed(text)
