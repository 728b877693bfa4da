"""Kernels behind true walls, with environments built once per session."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from sandboxes import Profile, Run, available, load_profile, run
from sandboxes.environments import build
from sandboxes.selftest import notebook

RunCells = Callable[..., Run]


def _ready(name: str) -> Profile:
    profile = load_profile(name)
    build(profile)
    lacking = available(profile)
    if lacking is not None:
        told = f"{lacking.found} {lacking.mend}"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return profile


@pytest.fixture(scope="session")
def python() -> Profile:
    return _ready("python")


@pytest.fixture(scope="session")
def jupyter_python(python: Profile) -> Path:
    """A Python with Jupyter's kernel, to run without walls what must fire there."""
    return build(python).folder / "bin" / "python"


@pytest.fixture(scope="session")
def python_ml() -> Profile:
    return _ready("python-ml")


@pytest.fixture
def run_cells(python: Profile) -> RunCells:
    """Runs cells with the standard library; limits are tightened by name."""

    def run_them(*cells: str, files: Mapping[str, bytes] | None = None, **limits: float) -> Run:
        return run(notebook(*cells), python.tightened(**limits), files=files or {})

    return run_them


@pytest.fixture
def honest(run_cells: RunCells) -> Callable[[], bool]:
    """Whether an honest notebook runs as it should, as after every attack it must."""

    def runs_well() -> bool:
        ran = run_cells("sum(range(5))")
        return ran.ending == "finished" and text_of(ran, 0) == "10"

    return runs_well


@pytest.fixture
def listener() -> Iterator[tuple[str, int]]:
    """A server out here that answers whoever connects."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()


def text_of(ran: Run, place: int) -> str:
    """What a cell printed, or the text of its result."""
    pieces = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in ran.cells[place].outputs
    ]
    return "".join(pieces)


def results_of(ran: Run) -> list[str]:
    """What each cell came to, none of them an error."""
    assert [cell.error for cell in ran.cells] == [None] * len(ran.cells)
    return [text_of(ran, place) for place in range(len(ran.cells))]


def processes_with(text: str) -> list[int]:
    """The host's processes whose command line holds this text."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in line:
                found.append(int(folder.name))
    return found
