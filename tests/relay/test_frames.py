"""What pages may say, and what is none of it."""

import json

import pytest

from lms.relay.frames import LONGEST, LONGEST_TOLD, BadFrame, Execute, Look, parsed


@pytest.mark.parametrize(
    "told",
    [
        {"type": "hello", "ticket": "t"},
        {"type": "execute", "id": "1", "code": "1"},
        {"type": "comm_msg", "id": "1", "comm": "c", "data": {"method": "update", "state": {}}},
        {"type": "comm_msg", "id": "1", "comm": "c", "data": {"method": "custom", "content": 1}},
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

    assert kind in (told["type"], {"comm_msg": "tell"}.get(told["type"], "look"))


def test_a_frame_carries_what_it_says():
    assert parsed('{"type": "execute", "id": "a", "code": "1 + 1"}') == Execute("a", "1 + 1")
    assert parsed('{"type": "inspect", "id": "a", "code": "é", "cursor": 1}') == Look(
        "a", "é", 1, explain=True
    )


@pytest.mark.parametrize("state", ["س" * 60_000, [0] * 30_000], ids=["a text", "numbers"])
def test_a_widget_may_say_as_much_in_arabic_and_in_numbers(state):
    data = {"method": "update", "state": {"value": state}}

    assert (
        parsed(json.dumps({"type": "comm_msg", "id": "1", "comm": "c", "data": data})).data == data
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
        '{"type": "comm_open", "id": "1", "comm": "c", "data": {}}',
        '{"type": "comm_close", "id": "1", "comm": "c", "data": {}}',
        '{"type": "comm_info_request", "id": "1"}',
        '{"type": "comm_msg", "id": "1", "comm": "c"}',
        '{"type": "comm_msg", "id": "1", "comm": "c", "data": []}',
        '{"type": "comm_msg", "id": "1", "comm": "c", "data": {"method": "request_states"}}',
        '{"type": "comm_msg", "id": "1", "comm": "c", "data": {"method": "custom", "a": NaN}}',
        '{"type": "comm_msg", "id": "1", "comm": 1, "data": {"method": "update"}}',
        json.dumps(
            {
                **{"type": "comm_msg", "id": "1", "comm": "c"},
                "data": {"method": "update", "state": "s" * LONGEST_TOLD},
            }
        ),
        json.dumps({"type": "execute", "id": "i" * 101, "code": ""}),
        json.dumps({"type": "execute", "id": "1", "code": "c" * (LONGEST + 1)}),
    ],
    ids=range(24),
)
def test_what_no_page_of_ours_says_is_refused(text):
    with pytest.raises(BadFrame):
        parsed(text)
