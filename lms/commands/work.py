"""`lms worker`: mark what is handed in."""

import logging
import signal

import click

from lms.bootstrap import Settings, assemble
from lms.commands.parts import data_option, ready
from lms.worker import Worker


@click.command()
@data_option
@click.option(
    "--at-once", type=click.IntRange(1, 64), help="Notebooks marked at once (JAZARI_WORKERS)."
)
def worker(data: str | None, at_once: int | None) -> None:
    """Mark what learners hand in, until stopped with Ctrl-C or SIGTERM.

    The walls are tested first. While one is wanting, or this host cannot
    sandbox, nothing is run: everything stays queued and the reason is told
    here and in /healthz. Several workers may share one queue.
    """
    work(ready(data).settings, at_once=at_once)


def work(settings: Settings, *, at_once: int | None = None) -> None:
    """Be a worker until stopped by a signal."""
    logging.basicConfig(format="%(asctime)s worker: %(message)s")
    logging.getLogger("lms").setLevel(logging.INFO)
    door = Worker(assemble(settings), capacity=at_once or int(settings.workers))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: door.stop())
    door.run()
