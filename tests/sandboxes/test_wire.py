"""Messages from a kernel are believed only when shaped as they should be, and live ones signed."""

import pytest

from sandboxes.outcome import CellError
from sandboxes.outputs import Outputs
from sandboxes.transfer import BadResult, run_from_json
from sandboxes.wire import BrokenMessage, Message, opened, parsed, request

KEY = "key"


def test_a_signed_message_is_opened():
    number, frames = request("execute_request", {"code": "1"}, KEY)

    message = opened([b"topic", *frames], KEY)

    assert message == Message("execute_request", "", {"code": "1"})
    assert opened([*frames, b"\0", b"1"], KEY).buffers == (b"\0", b"1")
    assert len(number) == 32


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda frames: frames[1:], id="no delimiter"),
        pytest.param(lambda frames: frames[:-1], id="a part too few"),
        pytest.param(lambda frames: [*frames[:-1], b'{"code": "2"}'], id="another content"),
        pytest.param(lambda frames: [frames[0], b"", *frames[2:]], id="no signature"),
        pytest.param(lambda frames: [], id="nothing"),
    ],
)
def test_a_message_that_was_changed_is_not_believed(spoil):
    _, frames = request("execute_request", {"code": "1"}, KEY)

    with pytest.raises(BrokenMessage):
        opened(spoil(frames), KEY)


def test_what_a_run_s_kernel_says_is_one_object():
    told = b'{"kind": "status", "parent": "7", "content": {"execution_state": "idle"}}'

    assert parsed(told) == Message("status", "7", {"execution_state": "idle"})


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b'{"kind": "status", "parent": "7"}',
        b'{"kind": ["status"], "parent": "7", "content": {}}',
        b'{"kind": "status", "content": {}}',
        b'{"kind": "status", "parent": "7", "content": {"a": NaN}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_such_object_is_not_believed(told):
    with pytest.raises(BrokenMessage):
        parsed(told)


@pytest.mark.parametrize(
    "content",
    [
        {"name": "stdout"},
        {"name": "stdlog", "text": ""},
        {"name": ["stdout"], "text": ""},
    ],
)
def test_a_stream_of_another_shape_is_broken(content):
    with pytest.raises(BrokenMessage):
        Outputs().take(Message("stream", "", content))


def test_streams_join_and_clearing_waits_for_what_comes_next():
    outputs = Outputs()
    shown = outputs.next_cell()

    for text in ("a", "b"):
        outputs.take(Message("stream", "", {"name": "stdout", "text": text}))
    outputs.take(Message("clear_output", "", {"wait": True}))
    waiting = [dict(one) for one in shown]
    outputs.take(Message("stream", "", {"name": "stdout", "text": "c"}))

    assert waiting == [{"output_type": "stream", "name": "stdout", "text": "ab"}]
    assert shown == [{"output_type": "stream", "name": "stdout", "text": "c"}]


def test_half_a_surrogate_pair_becomes_text_that_can_be_stored():
    outputs = Outputs()
    shown = outputs.next_cell()

    outputs.take(Message("stream", "", {"name": "stdout", "text": "\ud800"}))
    outputs.take(Message("display_data", "", {"data": {"\udfff": ["\ud800"]}, "metadata": {}}))

    assert [one for one in shown if not str(one).isascii()] == []


@pytest.mark.parametrize("answer", [b"", b"{}", b"[1]", b'{"ending": "well"}', b"[" * 100_000])
def test_an_answer_that_is_no_result_is_not_believed(answer):
    with pytest.raises(BadResult):
        run_from_json(answer)


def test_a_result_comes_back_as_it_was():
    told = (
        b'{"ending": "finished", "seconds": 1.5, "message": "m", "cell": null, "cells": ['
        b'{"id": "a", "status": "error", "outputs": [], "seconds": 1, "error":'
        b'{"name": "E", "value": "v", "traceback": ["l"]}, "stopped": true, "doubts": ["d"]}]}'
    )

    ran = run_from_json(told)

    assert ran.ending == "finished"
    assert ran.cells[0].error == CellError("E", "v", ("l",))
    assert ran.cells[0].stopped
    assert ran.cells[0].doubts == ("d",)
