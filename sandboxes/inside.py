"""The first program inside the walls: limits itself, then becomes an IPython kernel.

It is laid into the sandbox as a single file and run by the profile's own Python; it
imports nothing of ours. Its sockets were bound outside and arrive as descriptors, so
that no socket path and no connection file exists in here.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, unused-ignore"

import json
import os
import resource
import shutil
import sys
import threading
from typing import Any, ClassVar

import zmq
from ipykernel.control import ControlThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets import Type
from traitlets.config import Config


class Shell(ZMQInteractiveShell):
    """A shell whose ``exit()`` leaves the rest of the notebook to run."""

    def ask_exit(self) -> None:
        """Say so instead of ending the kernel."""
        print("exit() has no effect here: the next cell runs all the same.", file=sys.stderr)


class Kernel(IPythonKernel):
    """IPython's kernel with our shell."""

    shell_class = Type(Shell)


class App(IPKernelApp):
    """An IPython kernel application on sockets that were bound for it."""

    kernel_class = Kernel
    orders: ClassVar[dict[str, Any]]

    def init_connection_file(self) -> None:
        """Take the key from our orders; there is no file."""
        self.session.key = self.orders["key"].encode()

    def write_connection_file(self, **_: Any) -> None:
        """Write none either."""

    def _bind(self, socket: Any, channel: str) -> None:
        socket.setsockopt(zmq.USE_FD, self.orders["sockets"][channel])
        socket.bind(f"ipc://{channel}")

    def _bind_socket(self, s: Any, port: int) -> int:
        names = {id(self.shell_socket): "shell", id(self.stdin_socket): "stdin"}
        self._bind(s, names.get(id(s), "iopub"))
        return port

    def init_control(self, context: Any) -> None:
        """Bind the control channel and start its thread."""
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.router_handover = 1
        self._bind(self.control_socket, "control")
        # Left unconnected: nobody debugs in here, and there is no path to connect to.
        self.debugpy_socket = context.socket(zmq.STREAM)
        self.debug_shell_socket = context.socket(zmq.DEALER)
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_heartbeat(self) -> None:
        """Echo the heartbeat from a thread that never needs the interpreter's lock."""
        heart = zmq.Context().socket(zmq.ROUTER)
        self._bind(heart, "hb")
        threading.Thread(target=zmq.proxy, args=(heart, heart), daemon=True).start()


def main() -> None:
    """Read the orders, say that the walls are behind us, and serve until killed."""
    with os.fdopen(int(sys.argv[1]), "rb") as told:
        orders: dict[str, Any] = json.load(told)
    del sys.argv[1:]
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    resource.setrlimit(resource.RLIMIT_NPROC, (orders["processes"], orders["processes"]))
    if os.path.isdir(orders["warm"]):
        shutil.copytree(orders["warm"], os.environ["XDG_CACHE_HOME"], dirs_exist_ok=True)
    os.write(orders["started"], b"1")
    os.close(orders["started"])
    _quieten()
    _serve(orders)


def _quieten() -> None:
    """From here on nobody reads our own stdout and stderr: cells' output goes by socket."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _serve(orders: dict[str, Any]) -> None:
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.IPKernelApp.parent_handle = 0
    App.orders = orders
    app = App.instance(config=settings)
    app.initialize([])
    app.start()


if __name__ == "__main__":
    main()
