"""Where each key of a TOML file stands, so that a fault can name its line."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

#: The road from the top of a file to a value: keys, and places in arrays counted from 0.
KeyPath = tuple[str | int, ...]

_TOML = Language(tree_sitter_toml.language())
_KEYS = ("bare_key", "quoted_key", "dotted_key")


@dataclass(frozen=True)
class TomlLines:
    """The line on which each table, key and array element of a file begins."""

    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """The line of ``path``, or of the nearest thing around it; counts from 1."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def toml_lines(content: bytes) -> TomlLines:
    """The lines of everything in ``content``, which tomllib has already accepted."""
    lines: dict[KeyPath, int] = {}
    elements: dict[KeyPath, int] = {}
    for node in Parser(_TOML).parse(content).root_node.named_children:
        if node.type == "pair":
            lines.update(_of_pair(node, ()))
        elif node.type in ("table", "table_array_element"):
            lines.update(_of_table(node, elements))
    return TomlLines(lines)


def _of_table(node: Node, elements: dict[KeyPath, int]) -> Iterator[tuple[KeyPath, int]]:
    """The lines of a ``[table]`` or ``[[array]]``; ``elements`` counts each array's so far."""
    written = _keys(node)
    path: KeyPath = ()
    for key in written[:-1]:
        path = _last_element((*path, key), elements)
    path = (*path, written[-1])
    if node.type == "table_array_element":
        elements[path] = elements.get(path, -1) + 1
    yield (path := _last_element(path, elements)), node.start_point.row + 1
    for child in node.named_children:
        if child.type == "pair":
            yield from _of_pair(child, path)


def _last_element(path: KeyPath, elements: Mapping[KeyPath, int]) -> KeyPath:
    return (*path, elements[path]) if path in elements else path


def _of_pair(node: Node, above: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    line = node.start_point.row + 1
    path = above
    for key in _keys(node):
        path = (*path, key)
        yield path, line
    yield from _of_value(node.named_children[-1], path)


def _of_value(node: Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    if node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                yield from _of_pair(child, path)
    elif node.type == "array":
        values = [child for child in node.named_children if child.type != "comment"]
        for place, value in enumerate(values):
            yield (*path, place), value.start_point.row + 1
            yield from _of_value(value, (*path, place))


def _keys(node: Node) -> list[str]:
    """The keys that head a pair or a table, one for each dot between them."""
    written = next(child for child in node.named_children if child.type in _KEYS)
    return [_unquoted(key) for key in _single_keys(written)]


def _single_keys(node: Node) -> Iterator[Node]:
    if node.type != "dotted_key":
        yield node
        return
    for child in node.named_children:
        yield from _single_keys(child)


def _unquoted(node: Node) -> str:
    text = (node.text or b"").decode("utf-8", "replace")
    if node.type == "bare_key":
        return text
    try:
        return str(tomllib.loads(f"key = {text}")["key"])
    except tomllib.TOMLDecodeError:  # tree-sitter is a little more lenient than tomllib
        return text.strip("\"'")
