"""What came from the learner's kernel and may not be: harmless as long as nobody looks at it.

Much is returned that no test looks at, as when a method returns its own object, or that goes into
the next call. Whatever else a test does with such a thing is refused, and that fails the cell.
"""

from collections.abc import Callable
from typing import Any, NoReturn

_MOMENTS = (
    # Of every object.
    "bool str format hash dir sizeof reduce reduce_ex getstate eq ne lt le gt ge call"
    # Of numbers.
    " add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift"
    " neg pos abs invert int float complex index round floor ceil trunc"
    # Of containers, and of what is opened or awaited.
    " len length_hint iter next reversed contains getitem setitem delitem missing"
    " enter exit await aiter anext aenter aexit get set delete"
    # Of libraries.
    " bytes buffer fspath copy deepcopy instancecheck subclasscheck array array_ufunc"
    " array_function"
).split()
_BINARY = "add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift".split()


def _refusing(self: Any, *_: Any, **__: Any) -> NoReturn:
    raise object.__getattribute__(self, "_refuse")()


class Barred:
    """Stands for something that may not come by its path.

    ``refuse`` notes that it was used and gives what to raise; ``shows`` says whether it is not
    the tests that want a text of it. ``handle`` is its number in the kernel, if it has one.
    """

    __slots__ = ("_handle", "_refuse", "_shows")

    def __init__(
        self, refuse: Callable[[], Exception], shows: Callable[[], bool], handle: int | None
    ) -> None:
        object.__setattr__(self, "_refuse", refuse)
        object.__setattr__(self, "_shows", shows)
        object.__setattr__(self, "_handle", handle)

    def __repr__(self) -> str:
        """A text for the verdict; tests get none."""
        if object.__getattribute__(self, "_shows")():
            return "<…>"
        _refusing(self)


def handle_of(barred: Barred) -> int | None:
    """Its number in the learner's kernel, to which it may go back."""
    found: int | None = object.__getattribute__(barred, "_handle")
    return found


for _name in (*_MOMENTS, *(f"{way}{name}" for way in "ri" for name in _BINARY)):
    setattr(Barred, f"__{_name}__", _refusing)
for _name in ("getattribute", "setattr", "delattr"):
    setattr(Barred, f"__{_name}__", _refusing)
