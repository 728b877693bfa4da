"""The executed notebook that is kept of a marking: what a learner may see of it, and no more.

What learners' code puts out after hidden tests may tell of them (see `hiding`). So none of that
is taken from the run that was marked; it comes from a second one, in which nothing is hidden
because it is not there, or it is withheld.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lms.catalogue.notebook_format import NBFORMAT, NBFORMAT_MINOR
from lms.catalogue.notebooks import Cell, Json, Notebook
from lms.grading.hiding import after_hidden, hiding, readable
from lms.grading.laying_in import LaidIn
from lms.grading.runs import CellRun, Ending, Run

#: The most that is kept of all outputs of a notebook together, in bytes of JSON.
MOST_OUTPUT = 4 * 1024 * 1024
#: The longest text of one output; pictures may be as large as there is room.
MOST_TEXT = 200_000

#: Why outputs of a cell are lacking, as its metadata say (``jazari.outputs``).
CUT, WITHHELD = "cut", "withheld"

_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml")
#: Pictures that every browser shows, and that nothing can run in.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

# Any: an output is one of nbformat's own JSON objects, which a stranger's process has sent.
Output = dict[str, Any]


@dataclass(frozen=True)
class Executed:
    """A notebook that was executed to be marked, with what came of it.

    ``again`` is what came of a second run, of the same notebook as `without_hidden` has it.
    """

    source: Notebook
    laid_in: LaidIn
    run: Run
    again: Run | None = None

    @property
    def lacks_outputs(self) -> bool:
        """Whether cells put something out after a hidden test, and there was no second run."""
        if self.again is not None or self.run.ending is not Ending.FINISHED:
            return False
        return any(cell.outputs for cell in self._runs(after=True).values())

    def without_hidden(self) -> tuple[Notebook, LaidIn]:
        """The author's notebook and what was laid into it, without anything that is hidden."""
        shown = readable(self.laid_in.notebook, self.laid_in.learners)
        return readable(self.source), replace(self.laid_in, notebook=shown)

    def kept(self) -> bytes:
        """The notebook to keep, with outputs: from the second run where hidden tests had run.

        Of hidden tests, solutions and mark schemes it holds neither text nor outputs, and of
        metadata only what says which cell is which. Outputs beyond MOST_OUTPUT are cut.
        """
        before, after = self._runs(after=False), self._runs(after=True)
        repeated = {cell.id: cell for cell in self.again.cells} if self.again else {}
        room = MOST_OUTPUT
        cells: list[Json] = []
        for cell in self.without_hidden()[1].notebook.cells:
            told = _document(cell)
            if cell.kind == "code":
                ran = repeated.get(cell.id) if cell.id in after else before.get(cell.id)
                outputs, lacking = _bounded(ran, room, is_test=_is_test(cell))
                room -= sum(map(_size, outputs))
                if cell.id in after and after[cell.id].outputs and not _has_run(ran):
                    lacking = WITHHELD
                told |= {"execution_count": None, "outputs": outputs}
                told["metadata"] |= {"jazari": {"outputs": lacking}} if lacking else {}
            cells.append(told)
        language: Json = {"name": self.source.language}
        document = {
            "cells": cells,
            "metadata": {"language_info": language},
            "nbformat": NBFORMAT,
            "nbformat_minor": NBFORMAT_MINOR,
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()

    def _runs(self, *, after: bool) -> Mapping[str, CellRun]:
        """The cells that were marked before anything hidden ran, or those ``after`` it.

        Neither holds a cell in which something is hidden, nor a test after it.
        """
        later, hides = after_hidden(self.laid_in, self.run), hiding(self.laid_in)
        tests = {cell.id for cell in self.laid_in.notebook.cells if _is_test(cell)}
        return {
            cell.id: cell
            for cell in self.run.cells
            if (cell.id in later) is after
            and cell.id not in hides
            and not (after and cell.id in tests)
        }


def _is_test(cell: Cell) -> bool:
    return cell.duty is not None and cell.duty.grade and not cell.duty.solution


def _has_run(ran: CellRun | None) -> bool:
    return ran is not None and ran.status != "skipped"


def _document(cell: Cell) -> dict[str, Any]:
    told: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": {"nbgrader": {"grade_id": cell.grade_id}} if cell.duty else {},
        "source": cell.source,
    }
    if cell.attachments:
        told["attachments"] = dict(cell.attachments)
    return told


def _bounded(ran: CellRun | None, room: int, *, is_test: bool) -> tuple[list[Output], str | None]:
    """The outputs of a cell for which there is room, and CUT where there was none for some."""
    kept: list[Output] = []
    lacking: str | None = None
    for output in ran.outputs if ran else ():
        if is_test and output.get("output_type") == "error":
            continue  # The mark says why a test did not pass, in words for the learner.
        plain, was_cut = _sound(output)
        if plain is not None and _size(plain) > room:
            plain, was_cut = None, True
        if plain is not None:
            room -= _size(plain)
            kept.append(plain)
        lacking = CUT if was_cut else lacking
    return kept, lacking


def _size(output: Output) -> int:
    return len(json.dumps(output, ensure_ascii=False).encode())


def _sound(output: Mapping[str, Any]) -> tuple[Output | None, bool]:
    """``output`` reduced to what can be shown, or None; and whether some of it was cut."""
    kind = output.get("output_type")
    if kind == "stream":
        text, was_cut = _shortened(_joined(output.get("text")))
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": text}, was_cut
    if kind == "error":
        told, was_cut = _shortened(_joined(output.get("traceback"), between="\n"))
        named = {key: _joined(output.get(key))[:1000] for key in ("ename", "evalue")}
        return {"output_type": "error", **named, "traceback": told.split("\n")}, was_cut
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, Mapping):
        return None, False
    shown: dict[str, str] = {}
    was_cut = False
    for media in _TEXTS:
        text = _joined(data.get(media))
        if len(text) <= MOST_TEXT:
            shown |= {media: text} if text else {}
        elif media == "text/plain":  # A piece of markup is no markup.
            shown[media], was_cut = text[:MOST_TEXT], True
        else:
            was_cut = True
    shown |= {media: text for media in PICTURES if (text := _picture(data.get(media)))}
    if not shown:
        return None, was_cut
    # Whether it was displayed or is the last value makes no difference to whoever looks at it.
    return {"output_type": "display_data", "data": shown, "metadata": {}}, was_cut


def _shortened(text: str) -> tuple[str, bool]:
    return text[:MOST_TEXT], len(text) > MOST_TEXT


def _joined(told: Any, *, between: str = "") -> str:
    if isinstance(told, list | tuple):
        return between.join(line for line in told if isinstance(line, str))
    return told if isinstance(told, str) else ""


def _picture(told: Any) -> str:
    text = "".join(_joined(told).split())
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return text
