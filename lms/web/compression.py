"""Answers made small for a weak link: static files once and for good, pages as they are sent.

A compressed length tells something of what was compressed: who can have a page fetched again and
again with guesses of theirs in it, and see how long each answer is, could find out a secret of
that page (BREACH). So no secret of a page stays the same from one answer to the next (the tokens
of forms change with every second, the key of texts on a device is masked anew), the cookie is not
sent with requests of other sites but for following a link, and every answer has a length of chance.
"""

import gzip
import hashlib
import io
import os
import secrets
import threading
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, request, send_file

#: What is worth it; pictures and fonts are small already.
TEXTS = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "text/plain",
        "application/javascript",
        "application/json",
        "image/svg+xml",
    }
)
#: A smaller answer fits into one packet as it is.
LEAST = 600
_MOST_PADDING = 100
_NAME = 0x08  # The flag of gzip's header that says that a name follows it.
#: Begins a block of Brotli that readers skip, its length in one byte (RFC 7932, 9.2).
_SKIPPED = 0b010110


def set_up(site: Flask, folder: Path) -> None:
    """Have ``site`` answer compressed; what is packed for good is kept in ``folder``."""
    shelf = Shelf(folder)

    def static(filename: str, state: str = "") -> Response:
        # Whatever state is asked for, there is only the newest: only under its own is it kept.
        plain = site.send_static_file(filename)
        if plain.mimetype not in TEXTS or plain.status_code not in (200, 304):
            return plain
        plain.close()
        age = site.get_send_file_max_age(filename)
        return sent(Path(str(site.static_folder), filename), plain.mimetype, age)

    site.extensions["packed"] = shelf
    site.view_functions["static"] = static
    site.add_url_rule("/static/v-<state>/<path:filename>", endpoint="static")
    site.after_request(squeeze)


def sent(path: Path, media_type: str, age: int | None) -> Response:
    """The file at ``path``, packed with the best that whoever asks can unpack."""
    encoding = _wanted("br", "gzip")
    if encoding is None:
        answer = send_file(path, mimetype=media_type, max_age=age)
    else:
        packed = current_app.extensions["packed"].packed(path, encoding)
        answer = send_file(
            packed if isinstance(packed, Path) else io.BytesIO(packed),
            mimetype=media_type,
            etag=True if isinstance(packed, Path) else hashlib.sha256(packed).hexdigest(),
            max_age=age,
        )
        answer.headers["Content-Encoding"] = encoding
    answer.vary.add("Accept-Encoding")
    return answer


def squeeze(answer: Response) -> Response:
    """``answer`` as it is, or packed with the best that whoever asks can unpack."""
    if answer.mimetype not in TEXTS or answer.direct_passthrough or answer.is_streamed:
        return answer
    answer.vary.add("Accept-Encoding")
    content = answer.get_data()
    encoding = _wanted("br", "gzip")
    if len(content) < LEAST or "Content-Encoding" in answer.headers or encoding is None:
        return answer
    answer.set_data(_brotli(content) if encoding == "br" else _gzip(content))
    answer.headers["Content-Encoding"] = encoding
    return answer


def _brotli(content: bytes) -> bytes:
    """``content`` packed, after bytes of chance that whoever unpacks it skips."""
    packing = brotli.Compressor(mode=brotli.MODE_TEXT, quality=5)
    begun = packing.flush()  # Ends at a whole byte, where a block may stand.
    chance = _padding()
    skipped = (_SKIPPED | (len(chance) - 1) << 6).to_bytes(2, "little") + chance
    return bytes(begun + skipped + packing.process(content) + packing.finish())


def _gzip(content: bytes) -> bytes:
    """``content`` packed, with a name of chance in its header."""
    packed = gzip.compress(content, 6, mtime=0)
    header = bytearray(packed[:10])
    header[3] |= _NAME
    return bytes(header) + _padding() + b"\0" + packed[10:]


def _padding() -> bytes:
    length = 1 + secrets.randbelow(_MOST_PADDING)
    return secrets.token_hex(_MOST_PADDING)[:length].encode()


def _wanted(*encodings: str) -> str | None:
    """The first of ``encodings`` that whoever asks can unpack."""
    return next((one for one in encodings if request.accept_encodings[one] > 0), None)


class Shelf:
    """Files packed as small as they get, kept under what their content is.

    That takes a processor for a second, or for several with a large one, so that whoever asks
    first does not wait for it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packing = threading.Lock()
        self._known: dict[tuple[Path, str, int], Path] = {}

    def packed(self, path: Path, encoding: str) -> Path | bytes:
        """The file at ``path`` packed with ``encoding``; quickly and less well the first time."""
        place = (path, encoding, path.stat().st_mtime_ns)
        if (known := self._known.get(place)) is not None and known.exists():
            return known
        content = path.read_bytes()
        made = self._folder / f"{hashlib.sha256(content).hexdigest()}.{encoding}"
        self._known[place] = made
        if made.exists():
            return made
        threading.Thread(target=self._make, args=(made, content, encoding), daemon=True).start()
        return _packed(content, encoding, well=False)

    def _make(self, made: Path, content: bytes, encoding: str) -> None:
        with self._packing:  # One at a time: the other processor is for those who ask.
            if made.exists():
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = made.with_suffix(f".{os.getpid()}")
            draft.write_bytes(_packed(content, encoding, well=True))
            draft.replace(made)


def _packed(content: bytes, encoding: str, *, well: bool) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, quality=11 if well else 5))
    return gzip.compress(content, 9 if well else 6, mtime=0)
