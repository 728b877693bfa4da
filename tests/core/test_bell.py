"""The bell that wakes a worker."""

import threading
import time

import pytest

from lms.core.bell import Bell


@pytest.fixture
def bell(tmp_path):
    bell = Bell(tmp_path / "bell")
    yield bell
    bell.close()


def test_a_ring_ends_the_wait_of_another_process_or_thread(bell, tmp_path):
    bell.wait(0)
    threading.Timer(0.05, Bell(tmp_path / "bell").ring).start()
    began = time.monotonic()

    assert bell.wait(30)
    assert time.monotonic() - began < 10


def test_without_a_ring_the_wait_ends_by_itself(bell):
    assert not bell.wait(0.01)


def test_what_rang_while_nobody_waited_is_heard_once(bell):
    bell.wait(0)
    for _ in range(3):
        bell.ring()

    assert [bell.wait(0), bell.wait(0)] == [True, False]


def test_a_ring_that_nobody_listens_to_is_nothing(bell, tmp_path):
    bell.ring()

    assert not (tmp_path / "bell").exists()


def test_a_ring_never_waits_although_nobody_takes_any_away(bell):
    bell.wait(0)
    for _ in range(70_000):
        bell.ring()

    assert bell.wait(0)


def test_where_no_pipe_can_be_made_the_wait_is_a_pause(tmp_path):
    bell = Bell(tmp_path / "no folder" / "bell")
    bell.ring()

    assert not bell.wait(0.01)


def test_only_its_owner_may_ring_it(bell, tmp_path):
    bell.wait(0)

    assert (tmp_path / "bell").stat().st_mode & 0o777 == 0o600


def test_a_ring_wakes_one_of_two_workers_at_least(bell, tmp_path):
    other = Bell(tmp_path / "bell")
    bell.wait(0), other.wait(0)
    bell.ring()

    assert bell.wait(0) or other.wait(0)
    other.close()
