"""Notebooks as files to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from lms.web import access

if TYPE_CHECKING:
    from lms.grading.models import Submission


def notebook(content: bytes, name: str) -> Response:
    """``content`` as a file called ``name``, which only holds what file names of courses may."""
    return Response(
        content,
        mimetype="application/x-ipynb+json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def submitted(work: Submission, name: str) -> Response:
    """A notebook of ``work`` as it was handed in, its first without a name."""
    found = access.submitted(work, name)
    called = "-".join(filter(None, (work.public_id, found.name)))
    return notebook(access.lms().blobs.get(found.content), f"{called}.ipynb")
