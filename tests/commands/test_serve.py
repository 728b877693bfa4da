"""`lms serve`: what keeps it from starting is one clear sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port(free_port):
    """A port for a site that nobody uses."""
    return free_port()


@pytest.fixture
def serve():
    """The true command in a process group of its own, which ends with the test."""
    begun = []

    def begin(*arguments):
        command = [sys.executable, "-m", "lms.cli", "serve", *map(str, arguments)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_busy_port_is_told_before_anything_is_touched(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", taken.getsockname()[1], "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "is in use. Stop what uses it, or choose another with --port" in done.stderr
    assert not (tmp_path / "new").exists()


def test_an_unwritable_folder_is_told(run, tmp_path, port):
    (tmp_path / "file").touch()

    done = run("serve", "--port", port, "--data", tmp_path / "file" / "data")

    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_a_newer_database_is_told_and_left_alone(run, session, folder, port):
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    done = run("serve", "--port", port, "--data", folder)

    assert done.exit_code == 1
    assert "newer release of Jazari (revision 9999)" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_wrong_usage(run, tmp_path, port):
    assert run("serve", "--port", port, "--data", tmp_path / "new").exit_code == 2


def answers(port):
    """Whether a site answers there, well or not."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def relay_answers(port, within=5.0):
    """Whether a relay of kernels answers there, or does so in a few seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/kernels/health", timeout=5).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def members(group):
    """The commands of the processes that live in a process group."""
    living = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                living.append((process / "cmdline").read_bytes())
        except OSError:
            continue
    return living


def test_the_site_is_served_until_ctrl_c_which_ends_every_part_cleanly(serve, folder, lms, port):
    lms.database.engine.dispose()
    process = serve("--port", port, "--data", folder)
    ready = next(line for line in process.stdout if "is ready" in line)
    parts = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

    assert f"http://127.0.0.1:{port} " in ready
    assert answers(port)
    assert len(parts) == 3
    assert relay_answers(port + 1)

    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(timeout=30) == 0
    assert not answers(port)
    assert not relay_answers(port + 1, within=0.1)
    assert members(process.pid) == []


def test_a_relay_that_ends_by_itself_is_started_again_and_the_site_goes_on(
    serve, folder, lms, port
):
    lms.database.engine.dispose()
    process = serve("--port", port, "--data", folder)
    next(line for line in process.stdout if "is ready" in line)
    assert relay_answers(port + 1)
    relay = next(
        int(part)
        for part in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if b"lms.relay" in Path(f"/proc/{part}/cmdline").read_bytes()
    )

    os.kill(relay, signal.SIGKILL)

    assert "starting it again" in process.stderr.readline()
    assert answers(port)
    assert relay_answers(port + 1)


def test_when_a_part_ends_by_itself_the_others_are_stopped_and_that_is_told(
    serve, folder, lms, port
):
    lms.database.engine.dispose()
    process = serve("--port", port, "--data", folder)
    next(line for line in process.stdout if "is ready" in line)
    parts = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

    os.kill(int(parts[-1]), signal.SIGKILL)

    assert process.wait(timeout=30) == 1
    assert "A part of Jazari has ended" in process.stderr.read()
    deadline = time.monotonic() + 5
    while answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(port)
