"""The three ways to a kernel that are compared: bare, behind bubblewrap alone, and ours."""

import json
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from traitlets.config import Config

from sandboxes import Profile, kernelspec, run
from sandboxes.environments import Environment
from sandboxes.selftest import notebook

from .processes import ProcessorTime, descendants, private_bytes

FIRST_CELL = "import numpy, pandas, sklearn, matplotlib.pyplot"

_PATIENCE = 120


@dataclass(frozen=True)
class FirstReply:
    """From the start to the answer to the first cell; memory is what the kernel shares not."""

    seconds: float
    processor_seconds: float
    own_bytes: int | None


class Peer(Protocol):
    """One way to a kernel."""

    def first_reply(self) -> FirstReply:
        """Start a kernel, import in its first cell, and end it."""

    def whole(self, cells: Sequence[str]) -> float:
        """Seconds from before the start of a kernel until these cells are run and it is gone."""


class Jupyter:
    """A kernel spec, as Jupyter's own programs run it."""

    def __init__(self, spec: str, folder: Path, transport: str = "tcp") -> None:
        self._spec = spec
        self._folder = folder
        self._transport = transport
        self._number = 0

    def first_reply(self) -> FirstReply:
        """Ask at once and wait: what jupyter_client adds by waiting is no cost of a kernel."""
        before = descendants()
        processor = ProcessorTime()
        begun = time.perf_counter()
        manager = KernelManager(kernel_name=self._spec, config=self._settings())
        manager.start_kernel()
        client = manager.client()
        client.start_channels(stdin=False, hb=False, control=False)
        asked = client.execute(FIRST_CELL)
        while True:
            answer = client.get_shell_msg(timeout=_PATIENCE)
            if answer["parent_header"].get("msg_id") == asked:
                break
        seconds = time.perf_counter() - begun
        told = FirstReply(seconds, processor.used(), private_bytes(descendants() - before))
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        if answer["content"]["status"] != "ok":
            raise RuntimeError(f"{self._spec}: {answer['content']}")
        return told

    def whole(self, cells: Sequence[str]) -> float:
        """Through nbclient, with its defaults."""
        told = json.loads(notebook(*cells))
        # nbformat is typed but for its functions.
        document = nbformat.from_dict(told)  # type: ignore[no-untyped-call]
        begun = time.perf_counter()
        client = NotebookClient(
            document, kernel_name=self._spec, timeout=_PATIENCE, config=self._settings()
        )
        client.execute()
        return time.perf_counter() - begun

    def _settings(self) -> Config:
        self._number += 1
        settings = Config()
        if self._transport == "ipc":
            place = self._folder / str(self._number)
            settings.KernelManager.transport = "ipc"
            settings.KernelManager.ip = str(place)
            settings.KernelManager.connection_file = f"{place}.json"
        return settings


class Ours(Jupyter):
    """A sandboxed kernel through its provisioner; whole notebooks through our own reader."""

    def __init__(self, profile: Profile, specs: Path) -> None:
        super().__init__(kernelspec.write(profile, specs).name, specs)
        self._profile = profile

    def whole(self, cells: Sequence[str]) -> float:
        """Through ``sandboxes.run``."""
        begun = time.perf_counter()
        ran = run(notebook(*cells), self._profile)
        seconds = time.perf_counter() - begun
        if ran.ending != "finished" or any(cell.error for cell in ran.cells):
            raise RuntimeError(f"ours: {ran.message}")
        return seconds


def peers(profile: Profile, environment: Environment, folder: Path) -> dict[str, Peer]:
    """Those that this host can run, by name; ``folder`` is in JUPYTER_PATH and ours alone."""
    specs = folder / "kernels"
    launcher = [f"{environment.folder}/bin/python", "-m", "ipykernel_launcher"]
    launcher += ["-f", "{connection_file}", "--log-level=ERROR"]
    home = {"HOME": str(folder), "IPYTHONDIR": str(folder), "MPLCONFIGDIR": str(folder / "mpl")}
    # As many threads as a sandboxed kernel starts for numbers, and a font list like its own.
    home |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with suppress(FileNotFoundError):
        shutil.copytree(environment.warm / "matplotlib", folder / "mpl")
    found: dict[str, Peer] = {}
    _write(specs / "bench-cold", launcher, home)
    found["cold"] = Jupyter("bench-cold", folder)
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is not None:
        walls = ["--unshare-all", "--ro-bind", "/", "/", "--tmpfs", "/tmp", "--proc", "/proc"]
        walls += ["--dev", "/dev", "--die-with-parent", "--bind", str(folder), str(folder)]
        # Otherwise the kernel takes the 1 that it sees above itself for its parent's death.
        walls += ["--setenv", "JPY_PARENT_PID", "1"]
        _write(specs / "bench-bubblewrap", [bubblewrap, *walls, *launcher], home)
        found["bubblewrap"] = Jupyter("bench-bubblewrap", folder, "ipc")
    found["ours"] = Ours(profile, specs)
    return found


def _write(place: Path, argv: list[str], variables: dict[str, str]) -> None:
    place.mkdir(parents=True)
    spec = {"argv": argv, "display_name": place.name, "language": "python", "env": variables}
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")
