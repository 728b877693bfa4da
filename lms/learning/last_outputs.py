"""What the cells of a draft put out last: kept to be shown again, and never to be marked."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from lms.core.errors import Refused
from lms.core.i18n import N_

#: Outputs by the id of their cell, as nbformat has them; "omitted" stands for one too large.
Outputs: TypeAlias = Mapping[str, list[dict[str, object]]]

#: How many bytes the outputs of a draft may have together, as JSON.
MOST_BYTES = 500_000
MOST_CELLS = 500
MOST_EACH = 200
LONGEST_ID = 64

_KINDS = frozenset({"stream", "display_data", "execute_result", "error", "omitted"})


class FaultyOutputs(Refused):
    """What came are no outputs of cells."""

    message = N_("These outputs cannot be kept. Run the cells again.")


def laid_over(before: Outputs, told: object) -> Outputs:
    """``before`` with what a page told of the cells that ran since: JSON from anybody.

    A cell that is told without outputs has none any longer. Where all together would be more
    than is kept, those go first that were told first. Raises FaultyOutputs.
    """
    if not isinstance(told, dict) or len(told) > MOST_CELLS:
        raise FaultyOutputs
    after = {cell: outputs for cell, outputs in before.items() if cell not in told}
    for cell, outputs in told.items():
        if not _are_outputs(cell, outputs):
            raise FaultyOutputs
        if outputs:
            after[cell] = outputs
    return _bounded(after)


def _are_outputs(cell: object, outputs: object) -> bool:
    return (
        isinstance(cell, str)
        and 0 < len(cell) <= LONGEST_ID
        and isinstance(outputs, list)
        and len(outputs) <= MOST_EACH
        and all(isinstance(one, dict) and one.get("output_type") in _KINDS for one in outputs)
    )


def _bounded(outputs: Outputs) -> Outputs:
    left, kept = MOST_BYTES, []
    for cell, one in reversed(list(outputs.items())[-MOST_CELLS:]):
        left -= len(json.dumps({cell: one}))
        if left < 0:
            break
        kept.append((cell, one))
    return dict(reversed(kept))
