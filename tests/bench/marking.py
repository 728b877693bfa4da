"""The second table: what marking twenty submissions costs us, others, and the floors."""

import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from lms.grading.offline import usual_jobs
from sandboxes import Profile
from sandboxes.environments import Environment

from . import assignment, sealing
from .markers import AT_ONCE, Floor, Marker, markers
from .processes import Account, descendants, shared_bytes

#: Others take a minute a round; what we compare differs by far more than rounds do.
ROUNDS = 3

_PEERS, _FLOOR = ("nbgrader", "two nbgraders"), "after a fork"
_GLANCE = 0.1


def measure(profile: Profile, environment: Environment, rounds: int) -> None:
    """Measure and print; medians of at most `ROUNDS` rounds, and memory in one of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name, Account() as account:
        print("making the others ready", end="\r", file=sys.stderr, flush=True)
        compared = markers(profile, environment, Path(name))
        seconds, processor = _measured(compared, min(rounds, ROUNDS), account)
        memory = {name: _most_memory(marker) for name, marker in compared.items()}
        print(
            f"\nmarking {assignment.SUBMISSIONS} submissions of one data assignment, "
            f"{AT_ONCE} at a time, by ours {usual_jobs()} as is usual there (nbgrader has no such "
            "choice); for each submission\n"
        )
        _print_table(compared, seconds, processor, memory)
        _print_agreement(compared)
    sealing.measure(profile)


def _measured(
    compared: Mapping[str, Marker], rounds: int, account: Account
) -> tuple[Mapping[str, float], Mapping[str, float | None]]:
    """Seconds and processor seconds for each submission; the first round only warms up."""
    seconds: dict[str, list[float]] = defaultdict(list)
    processor: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, marker in compared.items():
            print(f"round {number} of {rounds}: {name:<20}", end="\r", file=sys.stderr, flush=True)
            _make_ready(marker)
            used, begun = account.seconds(), time.perf_counter()
            marker.mark()
            if number:
                seconds[name].append(time.perf_counter() - begun)
                after = account.seconds()
                if used is not None and after is not None:
                    processor[name].append(after - used)
    count = assignment.SUBMISSIONS
    return (
        {name: median(seconds[name]) / count for name in compared},
        {name: median(processor[name]) / count if processor[name] else None for name in compared},
    )


def _make_ready(marker: Marker) -> None:
    if isinstance(marker, Floor):
        marker.ready()


def _most_memory(marker: Marker) -> int:
    """The most memory that everything beneath us had while it marked, shared pages once."""
    _make_ready(marker)
    with _watching(lambda: shared_bytes(descendants())) as most:
        marker.mark()
    return max(most)


@contextmanager
def _watching(look: Callable[[], int]) -> Iterator[list[int]]:
    found, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(_GLANCE):
            found.append(look())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        ended.set()
        watcher.join()


def _print_table(
    compared: Mapping[str, Marker],
    seconds: Mapping[str, float],
    processor: Mapping[str, float | None],
    memory: Mapping[str, int],
) -> None:
    print(f"{'':<16}{'wall':>9}{'processor':>12}{'memory':>11}{'per second':>13}", end="")
    print("".join(f"{'to ' + peer:>18}" for peer in _PEERS), end="")
    print(f"{'processor to floor':>21}")
    floor = processor[_FLOOR]
    for name in compared:
        used = processor[name]
        told = "-" if used is None else f"{used * 1000:.0f} ms"
        ratio = "-" if used is None or not floor else f"{used / floor:.1f}"
        print(
            f"{name:<16}{seconds[name] * 1000:>6.0f} ms{told:>12}"
            f"{memory[name] / 2**20:>7.0f} MiB{1 / seconds[name]:>13.2f}"
            + "".join(f"{seconds[peer] / seconds[name]:>18.1f}" for peer in _PEERS)
            + f"{ratio:>21}"
        )
    print("aims: ours, sealed, 30 times the submissions of nbgrader, 3 times the floor's processor")


def _print_agreement(compared: Mapping[str, Marker]) -> None:
    """Whether all came to the same points: to be quick and wrong is nothing."""
    ours = compared["ours, sealed"].scores()
    for name in ("ours, open", *_PEERS):
        theirs = compared[name].scores()
        same = sum(a == b for a, b in zip(ours or [], theirs or [], strict=True))
        print(f"the same points as {name}: {same} of {assignment.SUBMISSIONS}")
