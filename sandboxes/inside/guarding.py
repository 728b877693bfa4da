"""Looks whether what tests rest on is still as it was before the learner's first cell.

It lives in the process that learners' code shares, and so it can be deceived; what it finds makes
a result doubtful, and what it does not find proves nothing. Sealed tests need none of it.
"""

import builtins
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_BUILTINS = (
    "abs all any bool bytes callable complex dict divmod enumerate eval exec filter float "
    "frozenset getattr hasattr hash id int isinstance issubclass iter len list map max min "
    "next object pow range repr reversed round set setattr slice sorted str sum super "
    "tuple type vars zip __build_class__ __import__ "
    "AssertionError BaseException Exception KeyError TypeError ValueError"
).split()
#: What of libraries tests call, where the library was loaded before the first cell.
_LIBRARIES = {
    "math": "isclose isnan fsum",
    "numpy": "all allclose any array_equal asarray isclose isnan ndarray",
    "numpy.testing": "assert_ assert_allclose assert_almost_equal assert_array_almost_equal "
    "assert_array_equal assert_equal assert_raises",
    "pandas.testing": "assert_frame_equal assert_index_equal assert_series_equal",
}
_OF_TEST_CASES = "assertAlmostEqual assertEqual assertIn assertRaises assertTrue fail".split()
_OF_SHELLS = (
    "run_cell run_cell_async run_code run_ast_nodes transform_cell showtraceback "
    "showsyntaxerror user_expressions should_run_async"
).split()
_MOST = 10


@dataclass(frozen=True)
class _Kept:
    """One thing as it was, and for a function the code that it had."""

    label: str
    space: dict[str, Any]
    name: str
    thing: Any
    code: Any

    def has_changed(self) -> bool:
        found = self.space.get(self.name)
        return found is not self.thing or getattr(found, "__code__", None) is not self.code


class Guard:
    """Remembers how things are now in the process of ``shell``, and tells what has changed."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._kept = tuple(self._things())
        self._transformers = self._transforming()
        self._finder = sys.meta_path[0]

    def doubts(self) -> list[str]:
        """A short text for each thing that is not as it was."""
        found = [kept.label for kept in self._kept if kept.has_changed()]
        found += [f"{name} of the shell" for name in _OF_SHELLS if name in vars(self._shell)]
        if self._transforming() != self._transformers:
            found.append("what is made of a cell's text")
        if self._shell.custom_exceptions:
            found.append("how the shell shows exceptions")
        if sys.gettrace() is not None or sys.getprofile() is not None:
            found.append("a tracing function")
        if not sys.meta_path or sys.meta_path[0] is not self._finder:
            found.append("how modules are found")
        return found[:_MOST]

    def _things(self) -> Iterator[_Kept]:
        yield from _named("builtins", vars(builtins), _BUILTINS)
        for module, names in _LIBRARIES.items():
            if module in sys.modules:
                yield from _named(module, vars(sys.modules[module]), names.split())
                yield from _named("sys.modules", sys.modules, [module])
        if "unittest.case" in sys.modules:
            space = _space(sys.modules["unittest.case"].TestCase)
            yield from _named("unittest.TestCase", space, _OF_TEST_CASES)
        for kind in type(self._shell).__mro__[:-1]:
            # What a class does not have it may be given, before the one that has it.
            yield from _named(kind.__name__, _space(kind), _OF_SHELLS, even_absent=True)

    def _transforming(self) -> tuple[Any, ...]:
        shell = self._shell
        manager = shell.input_transformer_manager
        lists = (
            *(shell.ast_transformers, shell.input_transformers_post),
            *(manager.cleanup_transforms, manager.line_transforms, manager.token_transformers),
        )
        return manager, *(tuple(map(id, found)) for found in lists)


def _space(kind: type) -> Any:
    return kind.__dict__  # A view of it: what is changed later is seen.


def _named(
    label: str, space: Any, names: Iterable[str], *, even_absent: bool = False
) -> Iterator[_Kept]:
    for name in names:
        thing = space.get(name)
        if thing is not None or even_absent:
            yield _Kept(f"{label}.{name}", space, name, thing, getattr(thing, "__code__", None))
