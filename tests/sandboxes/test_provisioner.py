"""Jupyter's own programs run a sandboxed kernel through a kernel spec."""

import os
from importlib.metadata import EntryPoint
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from sandboxes import kernelspec
from sandboxes.selftest import notebook

pytestmark = pytest.mark.kernel

LOOK = "import os\nprint(os.getcwd(), os.path.exists('/etc/shadow'), os.getuid())"


@pytest.fixture
def spec(python, tmp_path, monkeypatch) -> str:
    """The name of a kernel spec that is found during the test."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    known = KernelProvisionerFactory.instance().provisioners
    # Told here as the project's metadata tells it, so that a checkout need not be installed.
    known["sandboxed"] = EntryPoint(
        "sandboxed",
        "sandboxes.provisioner:SandboxProvisioner",
        "jupyter_client.kernel_provisioners",
    )
    return kernelspec.write(python, tmp_path / "kernels").name


def test_nbclient_runs_a_notebook_behind_the_walls(spec):
    document = nbformat.reads(notebook(LOOK).decode(), as_version=4)

    NotebookClient(document, kernel_name=spec, timeout=20).execute()

    assert document.cells[0].outputs[0].text == "/scratch/work False 1000\n"


def test_nbclient_hears_of_an_error_in_a_cell(spec):
    document = nbformat.reads(notebook("open('/etc/shadow')").decode(), as_version=4)

    with pytest.raises(CellExecutionError, match="FileNotFoundError"):
        NotebookClient(document, kernel_name=spec, timeout=20).execute()


def test_a_kernel_starts_again_and_is_gone_after_its_shutdown(spec):
    manager = KernelManager(kernel_name=spec)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=20)
    client.execute_interactive("kept = 1", timeout=20)
    folder = Path(manager.ip).parent

    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=20)
    answer = client.execute_interactive("kept", timeout=20)
    client.stop_channels()
    manager.shutdown_kernel(now=True)

    assert answer["content"]["ename"] == "NameError"
    assert not os.path.exists(folder)
    assert not manager.is_alive()
