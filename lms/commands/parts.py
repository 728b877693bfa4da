"""What commands share: the data folder option and the parts built from it."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click

from lms.bootstrap import Lms, Settings, assemble
from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.grading.sandbox import Sandbox
from lms.grading.sealing import Record
from lms.grading.unsealed import to_seal
from lms.schema import Shape, migrate, shape

#: Every command that touches the site's data takes its folder.
data_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--data",
    metavar="FOLDER",
    help="Data folder (default: JAZARI_DATA, or ./data).",
)


@dataclass(frozen=True)
class GivenSandbox:
    """The sandbox that commands are to use; as the context's ``obj`` it replaces the true one."""

    sandbox: Sandbox


class NotPrepared(Unavailable):
    """The database lacks tables that this release needs."""

    message = N_(
        "The database in {folder} is not ready for this release. Run: lms init --data {folder}"
    )


class PortBusy(Unavailable):
    """Something listens there already."""

    message = N_(
        "Port {port} is in use. Stop what uses it, or choose another with --port "
        "(make serve PORT=…)."
    )


def opened(data: str | None, **given: str | None) -> Lms:
    """The parts of the settings in the environment, with what the command line gave."""
    return assemble(Settings.from_environment(os.environ, data=data, **given))


def ready(data: str | None) -> Lms:
    """The same, for commands that need a migrated database. Raises NotPrepared, DatabaseNewer."""
    lms = opened(data)
    is_new = lms.database.engine.name == "sqlite" and not lms.settings.folder.is_dir()
    found = Shape.EMPTY if is_new else shape(lms.database)
    if found is Shape.NEWER:
        migrate(lms.database)
    if found is not Shape.CURRENT:
        raise NotPrepared(folder=str(lms.settings.folder))
    return lms


def record_lines(record: Record) -> Iterator[str]:
    """A line for each test cell that the examiner cannot run, and each file that is no data."""
    for grade_id, why in record.open_cells.items():
        yield f"{grade_id}: open, it runs beside the learner's code: {why.rstrip('.')}."
        yield f"  {to_seal(why)}"
    for name in record.products:
        yield f"{name}: the author's own solution writes it, so it is left out. Remove the file."


def require_free(host: str, port: int) -> None:
    """Raise PortBusy where something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do; otherwise connections that are closing keep the port for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortBusy(port=port) from None
