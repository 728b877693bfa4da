"""Practice on the device: the files of the release that the operator supplied, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.practice import LOCK, Pyodide
from lms.web import access, compression, templating
from lms.web.policy import practice_headers
from lms.web.templating import page

pages = Blueprint("practice", __name__)

#: What tells a page which files a program needs.
CONTENTS = "contents.json"

#: Packed once and for good; packages are archives and get no smaller.
_WORTH_PACKING = frozenset({"text/javascript", "application/wasm"})

_YEAR = 365 * 24 * 3600


@pages.get("/practice/frame")
def frame() -> Response:
    """The document in which Python runs on a device: the same for everybody, and nobody's."""
    if access.lms().practice.pyodide is None:
        raise NotFound
    script, worker, block = (
        templating.static(f"js/practice/{name}") for name in ("frame.js", "worker.js", "block.py")
    )
    html = page("practice/frame.html", script=script, worker=worker, block=block)
    return Response(html, headers=practice_headers(str(script)))


def frames() -> str:
    """What a page that runs code may frame: its outputs, and where there is one, the device's."""
    names = ("notebook.frame", *(("practice.frame",) if access.lms().practice.pyodide else ()))
    return " ".join(url_for(name, _external=True) for name in names)


def offer() -> dict[str, Any] | None:
    """Where a page finds what practice needs, and how much that is in bytes; None without it."""
    pyodide = access.lms().practice.pyodide
    if pyodide is None:
        return None
    home = url_for("practice.file", digest=pyodide.digest, name=CONTENTS).removesuffix(CONTENTS)
    return {"home": home, "frame": url_for("practice.frame"), "bytes": pyodide.size}


def kept(texts: Iterable[str]) -> dict[str, Any] | None:
    """What a device keeps to run the programs in ``texts`` without a link, if it can."""
    pyodide = access.lms().practice.pyodide
    if pyodide is None:
        return None
    digest, names = pyodide.digest, pyodide.needed(texts)
    sizes = (len(pyodide.lock) if name == LOCK else pyodide.files[name].size for name in names)
    return {
        "page": url_for("practice.frame"),
        "files": [url_for("practice.file", digest=digest, name=n) for n in (CONTENTS, *names)],
        "bytes": sum(sizes),
    }


@pages.get("/practice/<digest>/<name>")
def file(digest: str, name: str) -> ResponseReturnValue:
    """A file of the release as it was when it was checked; the same for everybody."""
    pyodide = access.lms().practice.pyodide
    if pyodide is None or digest != pyodide.digest:
        raise NotFound
    answer = _file(pyodide, name)
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return answer


def _file(pyodide: Pyodide, name: str) -> Response:
    if name == CONTENTS:
        return jsonify(pyodide.contents)
    if name == LOCK:
        return Response(pyodide.lock, mimetype="application/json")
    found = pyodide.files.get(name)
    if found is None or not found.is_as_checked:
        raise NotFound
    if found.media_type in _WORTH_PACKING:
        return compression.sent(found.path, found.media_type, _YEAR)
    return send_file(found.path, mimetype=found.media_type, max_age=_YEAR)
