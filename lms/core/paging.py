"""Long lists, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Window:
    """Which part of ``total`` things a page shows: page ``number`` of ``pages``, from 1."""

    number: int
    pages: int
    total: int
    size: int

    @property
    def offset(self) -> int:
        """How many come before."""
        return (self.number - 1) * self.size


@dataclass(frozen=True)
class Page(Generic[Item]):
    """The things on one page of a long list."""

    items: Sequence[Item]
    window: Window


def window(total: int, wanted: int, size: int) -> Window:
    """The page that comes nearest to ``wanted``; a list of nothing has one empty page."""
    pages = max(1, -(-total // size))
    return Window(min(max(1, wanted), pages), pages, total, size)
