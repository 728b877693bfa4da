"""Jupyter's messages in the words of the page, whatever a learner's code writes into them."""

import json
import math

import pytest

from lms.relay import messages
from lms.relay.messages import Said


def published(kind, **content):
    return messages.published("run", Said(kind, "number", content))


def test_what_a_cell_prints_is_an_output_of_nbformat():
    assert published("stream", name="stdout", text="2\n") == {
        "type": "output",
        "id": "run",
        "output": {"output_type": "stream", "name": "stdout", "text": "2\n"},
        "display_id": None,
    }


def test_a_result_and_a_display_keep_their_media_types():
    shown = published(
        "execute_result", data={"text/plain": "2", "application/json": {"a": 1}}, metadata={},
        execution_count=3,
    )["output"]  # fmt: skip

    assert shown["output_type"] == "execute_result"
    assert shown["execution_count"] == 3
    assert shown["data"] == {"text/plain": "2", "application/json": {"a": 1}}


def test_a_display_can_be_updated_by_its_name():
    first = published("display_data", data={"text/plain": "1"}, transient={"display_id": "bar"})
    later = published(
        "update_display_data", data={"text/plain": "2"}, transient={"display_id": "bar"}
    )

    assert first["display_id"] == "bar"
    assert (later["type"], later["display_id"]) == ("update", "bar")
    assert later["output"]["data"] == {"text/plain": "2"}


def test_an_error_is_an_output_and_a_clearing_is_told():
    error = published("error", ename="NameError", evalue="x", traceback=["line"])

    assert error["output"]["ename"] == "NameError"
    assert published("clear_output", wait=True) == {"type": "clear", "id": "run", "wait": True}


def test_what_widgets_say_is_told_with_the_bytes_beside_it():
    data = {"state": {"width": 3}, "buffer_paths": [["value"]]}
    content = {"comm_id": "c", "target_name": "jupyter.widget", "data": data}
    opened = messages.published("run", Said("comm_open", "number", content, (b"\0\xff",)))

    assert opened == {
        **{"type": "comm_open", "id": "run", "comm": "c"},
        **{"data": data, "buffers": ["AP8="]},
    }
    assert published("comm_msg", comm_id="c", data={"method": "update"})["type"] == "comm_msg"
    assert published("comm_close", comm_id="c", data={})["type"] == "comm_close"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("comm_open", {"data": {}}),
        ("comm_open", {"comm_id": "c", "data": {}, "target_name": "somebody's"}),
        ("comm_msg", {"comm_id": 7, "data": {}}),
        ("comm_msg", {"comm_id": "c" * 2000, "data": {}}),
        ("comm_msg", {"comm_id": "c", "data": "text"}),
        ("comm_info_reply", {"comms": {}}),
        ("stream", {"name": "stdlog", "text": ""}),
        ("stream", {"name": "stdout", "text": ["a"]}),
        ("display_data", {"data": "text"}),
        ("error", {"ename": "E", "evalue": "", "traceback": [1]}),
        ("update_display_data", {"data": {}}),
        ("update_display_data", {"data": {}, "transient": {"display_id": 7}}),
    ],
)
def test_what_is_not_as_jupyter_writes_it_is_no_output(kind, content):
    assert published(kind, **content) is None


def test_odd_counts_places_and_matches_become_harmless():
    assert messages.done("run", {"status": "done", "execution_count": True}) == {
        "type": "done", "id": "run", "status": "error", "count": None,
    }  # fmt: skip
    told = messages.completion("look", {"matches": ["a", 1, "b" * 2000], "cursor_start": -1})
    assert (told["matches"], told["start"], told["end"]) == (["a"], 0, 0)
    assert messages.inspection("look", {"found": True, "data": None})["found"] is False
    assert messages.asked("run", {"prompt": 1, "password": 1})["prompt"] == ""


def test_a_frame_is_json_that_every_browser_reads():
    assert json.loads(messages.encoded({"text": "سلمى \ud800"}))["text"] == "سلمى \ud800"
    assert messages.encoded({"number": math.inf}) is None


def test_a_frame_that_nests_too_deep_is_none():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    assert messages.encoded({"deep": deep}) is None
