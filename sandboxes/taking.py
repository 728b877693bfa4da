"""Takes files out of a scratch whose processes are all dead; what lies there may be anything."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress

from sandboxes.inside import linux
from sandboxes.limits import Limits


def take(folder: int, names: Iterable[str], limits: Limits) -> dict[str, bytes]:
    """The files of these names beneath the folder that the descriptor holds, as far as they fit.

    Left out is what is no plain file, lies behind a link, or cannot be read, and whatever is
    larger than a file may be or would make all together larger than the scratch.
    """
    found: dict[str, bytes] = {}
    room = limits.scratch_bytes
    for name in names:
        content = _content(folder, name, min(limits.file_bytes, room))
        if content is not None:
            found[name] = content
            room -= len(content)
    return found


def _content(folder: int, name: str, most: int) -> bytes | None:
    with suppress(OSError, ValueError):
        # Neither wait for the other end of a pipe nor move the end of a file.
        descriptor = linux.open_beneath(folder, name, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                content = file.read(most + 1)
                return content if len(content) <= most else None
    return None
