"""Which variables a cell may look up: told from its code, and rather too many than too few."""

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field

# Who asks for all variables may look up any.
_EVERYTHING = frozenset({"globals", "locals", "vars", "dir"})


@dataclass
class Mentions:
    """Names that code loads, and texts in which others may stand, such as what `eval` is given."""

    names: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def add(self, code: types.CodeType) -> None:
        """Add what this code mentions, and the functions and classes in it."""
        self.names.update(code.co_names)
        for constant in _constants(code.co_consts):
            if isinstance(constant, str):
                self.texts.append(constant)
        self.add_later(code)

    def add_later(self, code: types.CodeType) -> None:
        """Add only what the functions and classes in this code mention, which may run later."""
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.add(constant)

    def may_be(self, name: str) -> bool:
        """Whether the variable of this name may be looked up."""
        if name in self.names or not self.names.isdisjoint(_EVERYTHING):
            return True
        word = re.compile(rf"\b{re.escape(name)}\b")
        return any(word.search(text) for text in self.texts)


def _constants(constants: tuple[object, ...]) -> Iterator[object]:
    for one in constants:
        if isinstance(one, tuple):
            yield from _constants(one)
        else:
            yield one
