"""What a kernel says, in the words of the page: Jupyter's messages become our frames.

Whatever the kernel writes is a learner's code's to choose; what does not have Jupyter's shape is
no output, and the page gets nothing of it.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A frame for the page, as it becomes JSON.
Told = dict[str, Any]

_MOST_MATCHES = 500
_LONGEST_NAME = 1000
_WIDGETS = "jupyter.widget"


@dataclass(frozen=True)
class Said:
    """One message of a kernel: its ``kind``, the number of the request that it belongs to.

    ``buffers`` are the bytes that came with it: those of a widget's picture, say.
    """

    kind: str
    parent: str
    content: Mapping[str, Any]
    buffers: tuple[bytes, ...] = ()


def encoded(frame: Told) -> str | None:
    """The frame as JSON that every browser reads; None for what JSON cannot say."""
    try:
        return json.dumps(frame, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None


def published(run: str, said: Said) -> Told | None:
    """The frame for what a run publishes; None for what does not concern the page."""
    content = said.content
    match said.kind:
        case "stream":
            return _output(run, _stream(content))
        case "display_data":
            return _output(run, _display("display_data", content), _display_id(content))
        case "execute_result":
            shown = _display("execute_result", content)
            if shown is not None:
                shown["execution_count"] = _count(content)
            return _output(run, shown, _display_id(content))
        case "error":
            return _output(run, _error(content))
        case "update_display_data":
            shown, name = _display("display_data", content), _display_id(content)
            if shown is None or name is None:
                return None
            return {"type": "update", "display_id": name, "output": shown}
        case "clear_output":
            return {"type": "clear", "id": run, "wait": bool(content.get("wait"))}
        case "comm_open" if content.get("target_name") == _WIDGETS:
            return _comm(run, said)
        case "comm_msg" | "comm_close":
            return _comm(run, said)
    return None


def done(run: str, content: Mapping[str, Any] | None) -> Told:
    """The end of a run, as the kernel's answer tells it; one without an answer is ``error``."""
    told = {} if content is None else content
    status = told.get("status")
    if status not in ("ok", "error", "aborted"):
        status = "error"
    return {"type": "done", "id": run, "status": status, "count": _count(told)}


def aborted(run: str) -> Told:
    """The end of a run that did not have its turn."""
    return {"type": "done", "id": run, "status": "aborted", "count": None}


def lost(run: str) -> Told:
    """The end of a run whose kernel went while it was at it."""
    return {**aborted(run), "lost": True}


def unserved(run: str) -> Told:
    """The end of a run that found no kernel."""
    return {**aborted(run), "unserved": True}


def cut(run: str, reason: str, most: float) -> Told:
    """Word that nothing more of the run is shown: see the contract's reasons."""
    return {"type": "cut", "id": run, "reason": reason, "most": most}


def asked(run: str, content: Mapping[str, Any]) -> Told:
    """What the code asks its reader."""
    prompt = content.get("prompt")
    return {
        "type": "input_request",
        "id": run,
        "prompt": prompt if isinstance(prompt, str) else "",
        "password": content.get("password") is True,
    }


def completion(look: str, content: Mapping[str, Any]) -> Told:
    """What could stand at the cursor; the places are code points."""
    matches = content.get("matches")
    named = matches if isinstance(matches, list) else []
    fit = [one for one in named if isinstance(one, str) and len(one) <= _LONGEST_NAME]
    return {
        "type": "completion",
        "id": look,
        "matches": fit[:_MOST_MATCHES],
        "start": _place(content.get("cursor_start")),
        "end": _place(content.get("cursor_end")),
    }


def inspection(look: str, content: Mapping[str, Any]) -> Told:
    """What stands at the cursor, by media type."""
    data = _bundle(content.get("data"))
    found = content.get("found") is True and bool(data)
    return {"type": "inspection", "id": look, "found": found, "data": data or {}}


def kernel(
    state: str,
    *,
    place: int | None = None,
    seconds: int | None = None,
    reason: str | None = None,
) -> Told:
    """How the kernel is."""
    return {"type": "kernel", "state": state, "place": place, "seconds": seconds, "reason": reason}


def refused(reason: str) -> Told:
    """Why the page is sent away."""
    return {"type": "refused", "reason": reason}


def _output(run: str, output: Told | None, display_id: str | None = None) -> Told | None:
    if output is None:
        return None
    return {"type": "output", "id": run, "output": output, "display_id": display_id}


def _comm(run: str, said: Said) -> Told | None:
    comm, data = said.content.get("comm_id"), said.content.get("data")
    if not isinstance(comm, str) or len(comm) > _LONGEST_NAME or not isinstance(data, dict):
        return None
    buffers = [b64encode(one).decode() for one in said.buffers]
    return {"type": said.kind, "id": run, "comm": comm, "data": data, "buffers": buffers}


def _stream(content: Mapping[str, Any]) -> Told | None:
    name, text = content.get("name"), content.get("text")
    if name not in ("stdout", "stderr") or not isinstance(text, str):
        return None
    return {"output_type": "stream", "name": name, "text": text}


def _display(kind: str, content: Mapping[str, Any]) -> Told | None:
    data = _bundle(content.get("data"))
    if data is None:
        return None
    metadata = content.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    return {"output_type": kind, "data": data, "metadata": told}


def _error(content: Mapping[str, Any]) -> Told | None:
    name, value, lines = (content.get(key) for key in ("ename", "evalue", "traceback"))
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(lines, list):
        return None
    if not all(isinstance(line, str) for line in lines):
        return None
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _bundle(data: object) -> dict[str, Any] | None:
    if not isinstance(data, dict):
        return None
    return {key: value for key, value in data.items() if "/" in key}


def _display_id(content: Mapping[str, Any]) -> str | None:
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name if isinstance(name, str) and len(name) <= _LONGEST_NAME else None


def _count(content: Mapping[str, Any]) -> int | None:
    count = content.get("execution_count")
    return count if type(count) is int else None


def _place(value: object) -> int:
    return value if type(value) is int and value >= 0 else 0
