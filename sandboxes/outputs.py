"""Turns what a kernel publishes into a cell's outputs, in nbformat's shape."""

from dataclasses import dataclass, field
from typing import Any

from sandboxes.outcome import CellError
from sandboxes.wire import BrokenMessage, Message

# An output is one of nbformat's own JSON objects.
Output = dict[str, Any]


@dataclass
class Outputs:
    """The outputs of a run, collected cell by cell; a display may be updated later."""

    current: list[Output] = field(default_factory=list)
    _displays: dict[str, list[Output]] = field(default_factory=dict)
    _clear_next: bool = False

    def next_cell(self) -> list[Output]:
        """Begin a cell; what is published from now on lands in the list returned."""
        self.current = []
        self._clear_next = False
        return self.current

    def take(self, message: Message) -> None:
        """Keep what the message shows; BrokenMessage if it is not as Jupyter writes it."""
        content = message.content
        match message.kind:
            case "stream":
                self._stream(_text(content, "name"), _text(content, "text"))
            case "display_data" | "execute_result":
                self._display(message.kind, content)
            case "update_display_data":
                self._update(content)
            case "error":
                told = error(content)
                lines = list(told.traceback)
                self._add(output_type="error", ename=told.name, evalue=told.value, traceback=lines)
            case "clear_output":
                self._clear_next = True
                if not content.get("wait"):
                    self._clear()

    def _add(self, **output: Any) -> None:
        self._clear()
        self.current.append(output)

    def _clear(self) -> None:
        if self._clear_next:
            self.current.clear()
            self._clear_next = False

    def _stream(self, name: str, text: str) -> None:
        self._clear()
        last = self.current[-1] if self.current else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        elif name in ("stdout", "stderr"):
            self._add(output_type="stream", name=name, text=text)
        else:
            raise BrokenMessage("a stream that is neither stdout nor stderr")

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        shown: Output = {
            "output_type": kind,
            "data": _bundle(content, "data"),
            "metadata": _bundle(content, "metadata"),
        }
        if kind == "execute_result":
            count = content.get("execution_count")
            shown["execution_count"] = count if isinstance(count, int) else None
        self._clear()
        self.current.append(shown)
        name = _display_id(content)
        if name is not None:
            self._displays.setdefault(name, []).append(shown)

    def _update(self, content: dict[str, Any]) -> None:
        for shown in self._displays.get(_display_id(content) or "", ()):
            shown["data"] = _bundle(content, "data")
            shown["metadata"] = _bundle(content, "metadata")


def error(content: dict[str, Any]) -> CellError:
    """The exception that a message tells of."""
    lines = content.get("traceback", [])
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise BrokenMessage("an error without a traceback")
    traceback = tuple(_sound(line) for line in lines)
    return CellError(_text(content, "ename"), _text(content, "evalue"), traceback)


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise BrokenMessage(f"a message without its {name}")
    return _sound(value)


def _bundle(content: dict[str, Any], name: str) -> dict[str, Any]:
    value = content.get(name, {})
    if not isinstance(value, dict):
        raise BrokenMessage(f"a message without its {name}")
    return {_sound(key): clean(one) for key, one in value.items()}


def _display_id(content: dict[str, Any]) -> str | None:
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name if isinstance(name, str) else None


# Any: what is JSON, and stays what it was.
def clean(value: Any) -> Any:
    """The value with texts that files and databases take."""
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, list):
        return [clean(one) for one in value]
    if isinstance(value, dict):
        return {_sound(key): clean(one) for key, one in value.items()}
    return value


def _sound(text: str) -> str:
    """The text without lone halves of surrogate pairs, which no file or database takes."""
    return text.encode("utf-8", "replace").decode()
