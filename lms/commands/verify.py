"""`lms verify`: check a credential or a receipt without any network."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from lms.credentials.did import read_documents
from lms.credentials.reading import Json, Unfit
from lms.credentials.receipt import is_receipt
from lms.credentials.receipt_signing import verify as check

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--did",
    "documents",
    multiple=True,
    type=_FILE,
    help="An issuer's did.json, saved from its institute. May be given several times.",
)
@click.option(
    "--work",
    type=_FILE,
    help="The notebook that a receipt is for; says whether it is the one that was handed in.",
)
@click.argument("file", type=_FILE)
def verify(documents: tuple[Path, ...], work: Path | None, file: Path) -> None:
    """Check the credential or receipt in FILE and say in words what was checked.

    Nothing is fetched: the identity documents of the issuers you trust are
    given with --did. Whether the institute has revoked the credential since is
    said only on its public page.

    Exits with 0 when every check holds, 1 when one fails.
    """
    known: dict[str, Json] = {}
    for path in documents:
        try:
            known |= read_documents([path.read_bytes()])
        except Unfit as error:
            raise click.BadParameter(f"{path}: {error}", param_hint="--did") from error
    handed_in = work.read_bytes() if work else None
    verification = check(file.read_bytes(), known, now=datetime.now(UTC), work=handed_in)
    for found in verification.checks:
        sign = "ok  " if found.holds else "FAIL" if found.done else "–   "
        click.echo(f"{sign} {found.sentence}")
    kind = "receipt" if is_receipt(verification.credential or {}) else "credential"
    click.echo(f"The {kind} is valid." if verification.holds else "Do not rely on it.")
    sys.exit(0 if verification.holds else 1)
