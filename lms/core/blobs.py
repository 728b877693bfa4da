"""Bytes kept under their own digest: notebooks, figures, signed documents."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from lms.core.errors import NotFound
from lms.core.i18n import N_

#: How much of a large content is in memory at a time, in bytes.
_PIECE = 1024 * 1024


class BlobMissing(NotFound):
    """The store does not hold these bytes, or holds others in their place."""

    message = N_("A stored file is missing or damaged. Tell your operator: {digest}.")


def digest_of(content: bytes) -> str:
    """The SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Blobs:
    """A folder, or any store that fsspec reaches, of immutable contents."""

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest; keeping it twice changes nothing.

        On a local folder the bytes are on the disk when this returns.
        """
        digest = digest_of(content)
        path = self._path(digest)
        if self._files.exists(path):
            return digest
        self._files.makedirs(os.path.dirname(path), exist_ok=True)
        unfinished = f"{path}.{secrets.token_hex(4)}"
        with self._files.open(unfinished, "wb") as file:
            file.write(content)
            if isinstance(self._files, LocalFileSystem):
                file.flush()
                os.fsync(file.fileno())
        self._files.mv(unfinished, path)
        return digest

    def put_from(self, source: BinaryIO) -> str:
        """Keep all that ``source`` holds, piece by piece, and return its digest."""
        self._files.makedirs(self._root, exist_ok=True)
        unfinished = f"{self._root}/unfinished.{secrets.token_hex(8)}"
        whole = hashlib.sha256()
        with self._files.open(unfinished, "wb") as file:
            while piece := source.read(_PIECE):
                whole.update(piece)
                file.write(piece)
            if isinstance(self._files, LocalFileSystem):
                file.flush()
                os.fsync(file.fileno())
        digest = whole.hexdigest()
        path = self._path(digest)
        if self._files.exists(path):
            self._files.rm(unfinished)
            return digest
        self._files.makedirs(os.path.dirname(path), exist_ok=True)
        self._files.mv(unfinished, path)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether something is kept under ``digest``."""
        return bool(self._files.exists(self._path(digest)))

    def opened(self, digest: str) -> tuple[BinaryIO, int]:
        """A reader of the bytes under ``digest``, which seeks, and how many they are.

        They are not compared with the digest: a part of them cannot be. Raises BlobMissing.
        """
        path = self._path(digest)
        try:
            return self._files.open(path, "rb"), int(self._files.size(path))
        except FileNotFoundError:
            raise BlobMissing(digest=digest) from None

    def get(self, digest: str) -> bytes:
        """The bytes kept under ``digest``. Raises BlobMissing when they are not there intact."""
        try:
            content: bytes = self._files.cat_file(self._path(digest))
        except FileNotFoundError:
            raise BlobMissing(digest=digest) from None
        if digest_of(content) != digest:
            raise BlobMissing(digest=digest)
        return content

    def remove(self, digest: str) -> None:
        """Keep these bytes no longer, once nothing refers to them; they may be gone already."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._path(digest))

    def all_of(self, digests: Mapping[str, str]) -> dict[str, bytes]:
        """The bytes kept under each of ``digests``, by the same names. Raises BlobMissing."""
        return {name: self.get(digest) for name, digest in digests.items()}

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:]}"
