"""Finds the line of a notebook's file in which a cell, a line of it, or a limit stands."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]')


@dataclass
class _Open:
    """A list or object being read: where it stands in its parent, and where we are in it."""

    is_list: bool
    key: str | int
    place: str | int = 0
    reads_name: bool = True


class CellLines:
    """The lines of a notebook's JSON text; everything counts from 1."""

    def __init__(self, text: str) -> None:
        """Scan ``text``, which must be valid JSON."""
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._cells: dict[int, int] = {}
        self._limits: int | None = None
        self._sources: dict[int, list[tuple[int, int]]] = {}
        self._scan(text)

    def of_cell(self, number: int) -> int | None:
        """The file's line in which cell ``number`` begins."""
        return self._cells.get(number)

    def of_source(self, number: int, line: int) -> int | None:
        """The file's line with line ``line`` of cell ``number``'s text."""
        found = None
        for first, place in self._sources.get(number, []):
            if first <= line:
                found = place
        return found if found is not None else self.of_cell(number)

    def of_limits(self) -> int | None:
        """The file's line in which the author's limits begin, in the notebook's metadata."""
        return self._limits

    def _scan(self, text: str) -> None:
        stack: list[_Open] = []
        for match in _TOKEN.finditer(text):
            token = match[0]
            top = stack[-1] if stack else None
            if token in "[{":
                key = top.place if top is not None else ""
                stack.append(_Open(token == "[", key))
                self._note_place(stack, match.start())
            elif token in "]}":
                stack.pop()
            elif top is None:
                continue
            elif token == ",":
                top.reads_name = True
                if top.is_list and isinstance(top.place, int):
                    top.place += 1
            elif token == ":":
                top.reads_name = False
            elif not top.is_list and top.reads_name:
                top.place = json.loads(token)
            else:
                self._note_text(stack, token, match.start())

    def _note_place(self, stack: list[_Open], start: int) -> None:
        if len(stack) == 3 and stack[1].key == "cells" and isinstance(stack[2].key, int):
            self._cells[stack[2].key + 1] = self._line(start)
        elif [one.key for one in stack[1:]] == ["metadata", "jazari", "limits"]:
            self._limits = self._line(start)

    def _note_text(self, stack: list[_Open], token: str, start: int) -> None:
        path = [one.key for one in stack[1:]] + [stack[-1].place]
        if len(path) < 3 or path[0] != "cells" or path[2] != "source":
            return
        if len(path) > 4 or not isinstance(path[1], int):
            return
        pieces = self._sources.setdefault(path[1] + 1, [])
        # The next piece begins after as many lines as this one ends.
        first = pieces.pop()[0] if pieces else 1
        pieces += [(first, self._line(start))]
        pieces += [(first + json.loads(token).count("\n"), self._line(start))]

    def _line(self, start: int) -> int:
        return bisect_right(self._ends, start) + 1
