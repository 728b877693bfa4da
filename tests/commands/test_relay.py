"""`lms relay`: what the settings tell it."""

import socket

import pytest

from lms.bootstrap import Settings, relay_key
from lms.commands.relay import orders, origins
from lms.relay.orders import fitting_kernels

MIB = 2**20


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://learn.example.org", ("https://learn.example.org",)),
        ("https://learn.example.org:443/lms", ("https://learn.example.org",)),
        ("http://lan.example:8000", ("http://lan.example:8000",)),
    ],
)
def test_only_the_site_s_own_pages_may_connect(site, expected):
    assert origins(site) == expected


def test_a_site_on_this_machine_has_the_names_that_browsers_on_it_use():
    assert set(origins("http://127.0.0.1:8000")) == {
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
    }


def test_the_relay_is_told_what_is_set_and_no_secret_but_the_key_of_tickets(tmp_path):
    settings = Settings(
        data=str(tmp_path), secret="the site's", kernels="7", kernels_each="2", kernel_minutes="5"
    )

    told = orders(settings, "127.0.0.1", 8001)

    assert (told.kernels, told.kernels_each, told.idle_seconds) == (7, 2, 300)
    assert told.key == relay_key(settings)
    assert told.blobs == str(tmp_path / "blobs")
    assert "the site's" not in told.as_text()


def test_how_many_kernels_fit_follows_from_the_memory_unless_it_is_set():
    assert orders(Settings(secret="s"), "127.0.0.1", 1).kernels >= 1
    assert fitting_kernels(4096 * MIB) == 8
    assert fitting_kernels(64 * MIB) == 1


def test_without_a_session_key_it_is_told_what_to_do(run, tmp_path):
    done = run("relay", "--data", tmp_path)

    assert done.exit_code == 1
    assert "Run: lms init" in done.stderr


def test_a_busy_port_is_told(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("relay", "--port", taken.getsockname()[1], "--data", tmp_path)

    assert done.exit_code == 1
    assert "choose another with --port" in done.stderr
