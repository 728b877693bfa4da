"""Descriptors on their way into a sandbox: files, pipes and sockets without a path in it."""

import os
import socket
from pathlib import Path
from typing import Self


class Descriptors:
    """Descriptors on their way into a sandbox; closed out here whatever happens."""

    def __init__(self) -> None:
        self._ours: list[int] = []
        self.inside: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_inside()
        for descriptor in self._ours:
            os.close(descriptor)

    def close_inside(self) -> None:
        """Close what the sandbox holds by now."""
        for descriptor in self.inside:
            os.close(descriptor)
        self.inside.clear()

    def file(self, content: bytes) -> int:
        """A file in memory with this content, to be read from its beginning."""
        descriptor = os.memfd_create("data", os.MFD_CLOEXEC)
        self.inside.append(descriptor)
        with os.fdopen(os.dup(descriptor), "wb") as written:
            written.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def pipe(self) -> tuple[int, int]:
        """A pipe out of the sandbox: our reading end and its writing end."""
        ours, theirs = os.pipe()
        self._ours.append(ours)
        self.inside.append(theirs)
        return ours, theirs

    def listen(self, path: str) -> int:
        """A socket that listens at ``path`` out here and is served in there."""
        Path(path).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path)
            made.listen(16)
            made.setblocking(False)
            descriptor = os.dup(made.fileno())
        self.inside.append(descriptor)
        return descriptor
