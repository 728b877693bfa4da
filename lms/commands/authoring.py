"""What the commands share that work with an author's notebook and no site."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from lms.catalogue.notebooks import (
    LARGEST_NOTEBOOK,
    Notebook,
    UnreadableNotebook,
    read,
    source_cautions,
    source_faults,
)
from lms.commands.parts import record_lines
from lms.grading.cautions import cautions
from lms.grading.offline import files_beside
from lms.grading.offline_folders import notebooks_in
from lms.grading.sandbox import DEFAULT_PROFILE, Sandbox, UnknownProfile
from lms.grading.sealing import Record, author_record, open_record

FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)

#: Any: a decorator takes and gives whatever click makes a command of.
profile_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--profile",
    metavar="NAME",
    help="The sandbox profile: packages and limits. Default: metadata.jazari.profile of the "
    f"source, or else {DEFAULT_PROFILE}.",
)
files_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--files/--no-files",
    "with_files",
    default=True,
    show_default=True,
    help="Whether the code may read copies of the files beside SOURCE.",
)


def sealing_told(
    author: Notebook,
    sandbox: Sandbox,
    profile: str,
    files: Mapping[str, bytes],
    *,
    is_sealed: bool = True,
) -> Record:
    """The author's record, made now, or one that leaves all open; what it leaves out is told.

    Raises NoWalls.
    """
    make = author_record if is_sealed else open_record
    record = make(author, sandbox, profile=profile, limits=author.limits, files=files)
    for line in record_lines(record):
        click.echo(line, err=True)
    return record


def author_notebook(path: Path) -> Notebook:
    """The author's notebook at ``path``; what to look at again is told.

    Raises a usage error that names every fault.
    """
    try:
        with path.open("rb") as file:
            author = read(file.read(LARGEST_NOTEBOOK + 1))
    except UnreadableNotebook as refusal:
        raise click.BadParameter(str(refusal), param_hint=f"'{path}'") from None
    if faults := source_faults(author, str(path)):
        listed = "\n".join(str(fault) for fault in faults)
        raise click.UsageError(f"The source cannot be used before this is mended:\n{listed}")
    for caution in source_cautions(author, str(path)):
        click.echo(str(caution), err=True)
    return author


def author_notebooks(source: Path) -> dict[str, Notebook]:
    """The author's notebooks at ``source``, a file or a folder, by name; an only one has none.

    What to look at again is told. Raises a usage error that names every fault of a notebook.
    """
    paths = list(notebooks_in(source).values()) if source.is_dir() else [source]
    if not paths:
        raise click.BadParameter("There is no notebook in this folder.", param_hint="'SOURCE'")
    return {path.stem if len(paths) > 1 else "": author_notebook(path) for path in paths}


def files_told(source: Path, leave_out: Sequence[Path] = ()) -> dict[str, bytes]:
    """The files beside ``source``, or in it, for its code to read; those left out are counted."""
    beside = source / "any" if source.is_dir() else source
    files, beyond = files_beside(beside, leave_out)
    if beyond:
        click.echo(f"{beyond} files beside {source} are too many or too large: left out.", err=True)
    return files


def cautions_told(author: Notebook) -> None:
    """Tell what deserves a second look in the tests of ``author``."""
    for caution in cautions(author):
        click.echo(str(caution.sentence), err=True)


def require_walls(sandbox: Sandbox, profile: str) -> None:
    """Raises ClickException where ``profile`` is unknown or nothing can be run safely."""
    try:
        walls = sandbox.check(profile)
    except UnknownProfile as unknown:
        raise click.BadParameter(str(unknown), param_hint="'--profile'") from None
    if not walls.stand:
        mend = f"\nTo mend it: {walls.mend}" if walls.mend else ""
        raise click.ClickException(
            f"Learners' code is never run without walls, and here they do not stand: "
            f"{walls.found}{mend}"
        )
