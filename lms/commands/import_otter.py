"""`lms import-otter`: make an assignment from a master notebook of otter."""

from pathlib import Path

import click

from lms.catalogue.notebooks import LARGEST_NOTEBOOK, read, source_faults, write
from lms.catalogue.otter import import_master

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


@click.command("import-otter")
@click.argument("master", type=_FILE, metavar="MASTER.ipynb")
@click.argument("out", type=_NEW, metavar="OUT.ipynb")
def import_otter(master: Path, out: Path) -> None:
    """Make an assignment, as nbgrader has it, from a master notebook of otter.

    MASTER is read as otter assign reads it (format 1, Python), with the outputs that are stored
    in it, since tests compare with them. OUT must not exist yet. What is not carried over is
    told, with the number of its cell. Mark OUT against itself afterwards: lms grade OUT OUT.
    """
    with master.open("rb") as file:
        imported = import_master(file.read(LARGEST_NOTEBOOK + 1))
    content = write(imported.notebook)
    try:
        with out.open("xb") as file:
            file.write(content)
    except OSError as fault:
        raise click.ClickException(f"{out} cannot be written: {fault.strerror}.") from None
    for note in imported.notes:
        click.echo(note, err=True)
    for found in source_faults(read(content), str(out)):
        click.echo(str(found), err=True)
    click.echo(f"{out} is written. See that it earns every point: lms grade {out} {out}")
