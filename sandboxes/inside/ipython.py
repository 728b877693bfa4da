"""An IPython kernel that somebody is connected to already: no connection file, no socket path.

A live one has Jupyter's sockets, which were bound outside and arrive as descriptors
(``ZMQ_USE_FD``), and the key that signs messages. One that runs a notebook has a line to its
reader.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, unused-ignore"

import importlib
import logging
import os
import random
import resource
import socket
import sys
import threading
from contextlib import suppress
from typing import Any, ClassVar

import zmq
from ipykernel.control import ControlThread
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.application import BaseIPythonApplication
from IPython.core.error import StdinNotImplementedError
from jupyter_client.session import new_id
from traitlets import Type
from traitlets.config import Config
from zmq.eventloop.zmqstream import ZMQStream

from . import rehearsing
from .exam.answering import Answering
from .exam.channel import Channel
from .guarding import Guard
from .line import Line, Session
from .streams import Publisher, RunStream, Stream

_HERE = "/opt/sandbox"


class Shell(ZMQInteractiveShell):
    """A shell whose ``exit()`` leaves the rest of the notebook to run."""

    def ask_exit(self) -> None:
        """Say so instead of ending the kernel."""
        print("exit() has no effect here: the next cell runs all the same.", file=sys.stderr)


class Kernel(IPythonKernel):
    """IPython's kernel with our shell, and with a word to whoever asks where nobody answers."""

    shell_class = Type(Shell)
    # ipykernel waits after each cell for its last words; here they are sent in their order.
    _execute_sleep = 0.0

    def raw_input(self, prompt: str = "") -> str:
        """Ask the reader of the notebook, if there is one."""
        self._must_have_reader("input()")
        return str(super().raw_input(prompt))

    def getpass(self, prompt: str = "", stream: Any = None) -> str:
        """Ask the reader of the notebook for a secret, if there is one."""
        self._must_have_reader("getpass()")
        return str(super().getpass(prompt, stream))

    def guard(self) -> None:
        """Keep in mind how all is now that tests rest on."""
        self._guard = Guard(self.shell)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        *given: Any,
        **named: Any,
    ) -> dict[str, Any]:
        """Run a cell.

        Where proof is asked for that it ran to its end, ``doubts`` in the reply name what tests
        rest on and was found changed before it, or after.
        """
        doubts = dict.fromkeys(self._guard.doubts() if user_expressions else ())
        reply: dict[str, Any] = await super().do_execute(
            code, silent, store_history, user_expressions, *given, **named
        )
        doubts |= dict.fromkeys(self._guard.doubts() if user_expressions else ())
        return {**reply, "doubts": [*doubts]} if doubts else reply

    def answer_on(self, bridge: int) -> None:
        """Answer an examiner on this descriptor whenever its turn has come."""
        end = socket.socket(fileno=bridge)
        self._answering = Answering(Channel(end), self.shell.user_ns)
        self.shell_handlers["examine_request"] = self.examine_request

    def examine_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """The examiner has its turn; a broken word from it, or to it, is for it to notice."""
        with suppress(Exception):
            self._answering.serve()

    @property
    def _supports_kernel_subshells(self) -> bool:  # By ipykernel's name.
        return bool(self.shell_channel_thread)

    def _must_have_reader(self, asking: str) -> None:
        if not self._allow_stdin:
            raise StdinNotImplementedError(
                f"Nobody can answer {asking} here. Write the value into the cell instead."
            )


class NoThread:
    """In the place of the thread that sorts requests: the main one takes them as they come."""

    def __init__(self) -> None:
        self.parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class App(IPKernelApp):
    """An IPython kernel application in two halves: before it is forked, and after.

    Before comes all that takes time and holds neither a socket nor a thread; it is the same
    work as in ``IPKernelApp.initialize``, in the same order where order matters.
    """

    kernel_class = Kernel
    channels: ClassVar[dict[str, int]]

    def _session_default(self) -> Session:
        return Session(parent=self)

    def prepare(self) -> None:
        """Read the settings, make the shell and its kernel."""
        BaseIPythonApplication.initialize(self, [])
        self.init_pdb()
        self.init_blackhole()
        self.kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.init_path()
        self.init_shell()
        self.init_extensions()
        self.init_code()
        self.configure_tornado_logger()

    def serve(self, key: bytes, sockets: dict[str, int]) -> None:
        """Be live on these descriptors of sockets, by their channel's name."""
        self.session.key = key
        self.session.session = new_id()
        self.channels = sockets
        self.init_sockets()
        self.init_heartbeat()
        self._connect()

    def serve_run(self, end: socket.socket) -> None:
        """Run what comes from the other end, and say there what comes of it."""
        self.session.line = line = Line(end)
        self.kernel.shell_stream = self.iopub_socket = line
        self.iopub_thread = Publisher(line, self.session)
        self.outstream_class = f"{RunStream.__module__}.{RunStream.__name__}"
        self._connect()

    def _connect(self) -> None:
        os.makedirs(self.profile_dir.startup_dir)
        self.session.pid = os.getpid()
        self.init_io()
        self.init_signal()
        self.init_kernel()
        self.init_gui_pylab()
        sys.stdout.flush()
        sys.stderr.flush()

    def _bind(self, socket: Any, channel: str) -> None:
        socket.setsockopt(zmq.USE_FD, self.channels[channel])
        socket.bind(f"ipc://{channel}")

    def init_sockets(self) -> None:
        """Make and bind the sockets of our channels."""
        self.context = zmq.Context()
        self.shell_socket = self._router("shell")
        self.stdin_socket = self._router("stdin")
        self.init_control(self.context)
        self.init_iopub(self.context)

    def _router(self, channel: str) -> Any:
        made = self.context.socket(zmq.ROUTER)
        made.linger = 1000
        made.router_handover = 1
        self._bind(made, channel)
        return made

    def init_control(self, context: Any) -> None:
        """Bind the control channel, for somebody who interrupts; nobody debugs in here."""
        self.control_socket = self._router("control")
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_iopub(self, context: Any) -> None:
        """Bind the channel of outputs."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self._bind(self.iopub_socket, "iopub")
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=True, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_heartbeat(self) -> None:
        """Echo the heartbeat from a thread that never needs the interpreter's lock."""
        heart = zmq.Context().socket(zmq.ROUTER)
        self._bind(heart, "hb")
        threading.Thread(target=zmq.proxy, args=(heart, heart), daemon=True).start()

    def init_kernel(self) -> None:
        """Give the kernel, which is there already, its streams."""
        kernel, channel = self.kernel, self.shell_channel_thread
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel.stdin_socket = self.stdin_socket
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        for publisher in (kernel.shell.displayhook, kernel.shell.display_pub):
            publisher.session, publisher.pub_socket = self.session, self.iopub_socket
        if channel is not None:
            kernel.shell_stream = ZMQStream(self.shell_socket, channel.io_loop)
            kernel.shell_channel_thread, channel.shell_stream = channel, kernel.shell_stream
            kernel.control_thread = self.control_thread
            kernel.control_stream = ZMQStream(self.control_socket, self.control_thread.io_loop)
            self.control_thread.start()
            channel.start()
        self.displayhook.get_execution_count = lambda: kernel.execution_count


def prepare() -> App:
    """Load and make, before anything is forked, what every kernel would make for itself."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.IPKernelApp.parent_handle = 0
    settings.IPKernelApp.transport = "ipc"
    settings.IPKernelApp.outstream_class = f"{Stream.__module__}.{Stream.__name__}"
    app: App = App.instance(config=settings)
    app.prepare()
    app.log.setLevel(logging.WARNING)  # What nobody reads need not be put into words.
    if "matplotlib" in sys.modules:
        importlib.import_module("matplotlib_inline.backend_inline")
    app.kernel.shell_channel_thread = NoThread()
    rehearsing.cells(app.kernel)
    app.kernel.guard()
    sys.path[:] = [place for place in sys.path if place != _HERE]
    return app


def become_single(orders: dict[str, Any]) -> None:
    """Be unlike every other fork of the same server, and within the orders' limits."""
    limit = orders["limits"]["processes"]
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
    _draw_anew()


def run(orders: dict[str, Any], descriptors: list[int], app: App) -> None:
    """Serve as a kernel until killed.

    The descriptors are a run's line, or the sockets of the channels that the orders name, and a
    bridge, if an examiner is to be answered there.
    """
    given = iter(descriptors)
    if orders["line"]:
        app.serve_run(socket.socket(fileno=next(given)))
    else:
        app.serve(orders["key"].encode(), dict(zip(orders["channels"], given, strict=False)))
    _show_figures(app.shell)
    if orders["bridge"]:
        app.kernel.answer_on(next(given))
    app.start()


def _show_figures(shell: Any) -> None:
    """Have figures shown below their cells: loaded early, the library found no shell to ask."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline.configure_inline_support(shell, "inline")


def _draw_anew() -> None:
    """Draw other random numbers than every other fork of the same server."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
