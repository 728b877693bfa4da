"""What the relay needs of kernels: the true ones stand behind walls, tests bring their own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from lms.learning.tickets import Ticket
from lms.relay.messages import Said

#: Is told each message with its channel and its bytes; None for one too large to be read.
Hear = Callable[[str, Said | None, int], Awaitable[None]]


class NoKernel(Exception):
    """No kernel could be started; ``reason`` is a word of the contract's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kernel(Protocol):
    """One kernel, started and answering."""

    @property
    def ended(self) -> asyncio.Future[str]:
        """Done when the kernel is dead, with the contract's word for why."""

    def ask(self, kind: str, content: Mapping[str, Any], channel: str = "shell") -> str:
        """Send a request and return its number."""

    def interrupt(self) -> None:
        """Have whatever runs raise KeyboardInterrupt."""

    async def stop(self) -> None:
        """End it; returns when nothing of it is left."""


class Kernels(Protocol):
    """Where kernels come from."""

    async def start(self, ticket: Ticket, hear: Hear) -> Kernel:
        """A kernel for the ticket, with its files and limits. Raises NoKernel."""

    def output_bytes(self, ticket: Ticket) -> int:
        """How many bytes one run may make a kernel say. Raises NoKernel."""

    def has_room(self) -> bool:
        """Whether the machine has memory for one more."""
