"""The live notebooks' one door to the sandboxes: kernels behind walls, for the relay."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import sandboxes
from lms.core.blobs import Blobs
from lms.core.errors import LmsError
from lms.learning.tickets import Ticket
from lms.relay.kernels import Hear, Kernel, NoKernel
from lms.relay.messages import Said
from sandboxes import servers
from sandboxes.kernel import UnfitFiles
from sandboxes.live import LiveKernel
from sandboxes.outcome import Ending
from sandboxes.wire import Message

log = logging.getLogger("lms.relay")

#: What stays free of the machine's memory, for the site and for marking, in bytes.
RESERVE = 512 * 1024 * 1024
#: What a kernel that begins is counted for, in bytes.
FIRST_NEED = 256 * 1024 * 1024

_REASONS = {Ending.memory: "memory", Ending.timeout: "time"}


class Walled:
    """One kernel behind walls; see `Kernel`."""

    def __init__(self, kernel: LiveKernel) -> None:
        self._kernel = kernel
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        kernel.ended.add_done_callback(self._tell)

    def ask(self, kind: str, content: Mapping[str, Any], channel: str = "shell") -> str:
        """See `Kernel.ask`."""
        return self._kernel.ask(kind, dict(content), channel)

    def interrupt(self) -> None:
        """See `Kernel.interrupt`."""
        self._kernel.interrupt()

    async def stop(self) -> None:
        """See `Kernel.stop`."""
        await self._kernel.stop()

    def _tell(self, ended: "asyncio.Future[Ending]") -> None:
        if not self.ended.done():
            self.ended.set_result(_REASONS.get(ended.result(), "crashed"))


class BehindWalls:
    """Kernels of the sandboxes' profiles, with files from ``blobs``; see `Kernels`."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def start(self, ticket: Ticket, hear: Hear) -> Kernel:
        """See `Kernels.start`."""

        async def translated(channel: str, message: Message | None, size: int) -> None:
            said = None
            if message is not None:
                said = Said(message.kind, message.parent, message.content, message.buffers)
            await hear(channel, said, size)

        profile = _profile(ticket)
        try:
            files = await asyncio.to_thread(self._files, ticket)
            return Walled(await LiveKernel.start(profile, files, translated))
        except (LmsError, UnfitFiles) as fault:
            log.error("files of assignment %s: %s", ticket.assignment, fault)
            raise NoKernel("files") from None
        except (sandboxes.SandboxUnavailable, OSError) as missing:
            log.error("no kernel of profile %s: %s", ticket.profile, missing)
            raise NoKernel("unavailable") from None

    def output_bytes(self, ticket: Ticket) -> int:
        """See `Kernels.output_bytes`."""
        return _profile(ticket).limits.cell_output_bytes

    def has_room(self) -> bool:
        """See `Kernels.has_room`."""
        return _available_bytes() > RESERVE + FIRST_NEED

    def warm(self, profile: str) -> None:
        """Load the profile's packages once, so that no kernel has to, or log why it cannot be."""
        try:
            servers.live_kernels(sandboxes.load_profile(profile))
        except (sandboxes.BadProfile, sandboxes.SandboxUnavailable) as fault:
            log.error("live notebooks of profile %s have no kernel: %s", profile, fault)

    def _files(self, ticket: Ticket) -> dict[str, bytes]:
        return self._blobs.all_of(ticket.files)


def _profile(ticket: Ticket) -> sandboxes.Profile:
    try:
        return sandboxes.load_profile(ticket.profile).tightened(**ticket.limits)
    except (ValueError, TypeError, AttributeError) as fault:  # The author's limits may not fit.
        log.error("assignment %s: %s", ticket.assignment, fault)
        raise NoKernel("unavailable") from None


def _available_bytes() -> int:
    """What the host could still give to a program."""
    with open("/proc/meminfo", encoding="ascii") as told:
        for line in told:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0
