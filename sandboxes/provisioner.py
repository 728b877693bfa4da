"""A kernel behind walls for whatever speaks Jupyter: nbclient, nbconvert, jupyter-server."""

import asyncio
import os
import select
import signal
from contextlib import ExitStack, suppress
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Unicode

from sandboxes import kernel, servers
from sandboxes.ground import Ground, taken
from sandboxes.kernel import Connection, Kernel
from sandboxes.profiles import load_profile


class SandboxProvisioner(KernelProvisionerBase):
    """Starts a profile's kernel in a sandbox; ``profile`` is set in the kernel spec.

    The spec's command line is not used: a sandbox runs its profile's own kernel. Memory,
    processes, processor time and files are bounded; how long a cell may take and how much
    it may write is for the program that reads the kernel to say.
    """

    profile: Any = Unicode("python", config=True, help="The sandbox profile of the kernel.")

    _kernel: Kernel | None = None
    _ground: Ground | None = None
    _held: ExitStack | None = None
    _connection: Connection | None = None
    _exit_status = 0

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet cleaned up."""
        return self._kernel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Leave the spec's command as it is; it is needed for the record only."""
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=list(self.kernel_spec.argv), **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; SandboxUnavailable when this host cannot hold one."""
        # In another thread: a fork server that is not warm yet takes seconds to start.
        self._kernel = await asyncio.to_thread(self._started)
        self._connection = self._kernel.connection
        self.connection_info = _information(self._connection)
        # The manager takes over these addresses in place of the ones it had in mind.
        return self.connection_info

    def _started(self) -> Kernel:
        profile = load_profile(self.profile)
        server = servers.kernels(profile)
        if self._ground is None:
            self._held = ExitStack()
            self._ground = self._held.enter_context(taken(profile.limits, server.pid))
        # A kernel that starts again keeps its addresses and key, because its clients do.
        return kernel.start(server, profile.limits, self._ground, {}, connection=self._connection)

    async def poll(self) -> int | None:
        """None while the kernel runs, then its exit status, negative after a signal."""
        if self._kernel is None:
            return self._exit_status
        if not select.select([self._kernel.pidfd], [], [], 0)[0]:
            return None
        told = kernel.status(self._kernel.control)
        self._exit_status = -signal.SIGKILL if told is None else os.waitstatus_to_exitcode(told)
        self._end()
        return self._exit_status

    async def wait(self) -> int | None:
        """The exit status, once the kernel has ended."""
        while (status := await self.poll()) is None:
            await asyncio.sleep(0.01)
        return status

    async def send_signal(self, signum: int) -> None:
        """End the kernel for any signal that means so; interrupts go by message instead."""
        if signum in (signal.SIGKILL, signal.SIGTERM):
            self._end()

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and everything it started."""
        self._end()

    async def terminate(self, restart: bool = False) -> None:
        """The same: nothing in there is worth a warning."""
        self._end()

    async def cleanup(self, restart: bool = False) -> None:
        """Give the host back its folder, control group and user number, unless to go on."""
        self._end()
        if not restart:
            self._release()

    def _end(self) -> None:
        if self._kernel is not None:
            self._kernel.stop()
            self._kernel.close()
            self._kernel = None

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = self._ground = self._connection = None

    def __del__(self) -> None:
        with suppress(Exception):  # The interpreter may be half gone.
            self._end()
            self._release()


def _information(connection: Connection) -> KernelConnectionInfo:
    # The manager compares the key with bytes, whatever the type of the mapping says.
    key: Any = connection.key.encode()
    return {
        "transport": "ipc",
        "ip": connection.prefix,
        "key": key,
        "signature_scheme": "hmac-sha256",
        "shell_port": connection.port("shell"),
        "iopub_port": connection.port("iopub"),
        "stdin_port": connection.port("stdin"),
        "hb_port": connection.port("hb"),
        "control_port": connection.port("control"),
    }
