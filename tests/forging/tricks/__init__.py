"""Every trick there is, by its family, and those that are tried every day."""

import os

from ..trick import Trick
from . import (
    arguments,
    arrays,
    authors,
    courtyards,
    derived,
    ending,
    examining,
    flooding,
    frames,
    handed_over,
    importing,
    interpreter,
    leaving,
    lying,
    messages,
    notebook,
    stealing,
    testing,
    waiting,
)

FAMILIES: dict[str, tuple[Trick, ...]] = {
    "patched interpreter": interpreter.TRICKS,
    "lying values": lying.TRICKS,
    "lying arrays and frames": arrays.TRICKS,
    "testing libraries": testing.TRICKS,
    "imports": importing.TRICKS,
    "frames": frames.TRICKS,
    "waiting": waiting.TRICKS,
    "leaving": leaving.TRICKS,
    "forged messages": messages.TRICKS,
    "edited notebook": notebook.TRICKS,
    "stealing": stealing.TRICKS,
    "arguments": arguments.TRICKS,
    "examiner": examining.TRICKS,
    "floods": flooding.TRICKS,
    "things handed over": handed_over.TRICKS,
    "derived values": derived.TRICKS,
    "ends of others": ending.TRICKS,
    "the author's classes": authors.TRICKS,
    "classes and contexts": courtyards.TRICKS,
}

#: So many of each family are tried every day; with EVERY_TRICK=1 in the environment, all.
DAILY = 3
TRIED = {
    family: found if os.environ.get("EVERY_TRICK") else found[:DAILY]
    for family, found in FAMILIES.items()
}
