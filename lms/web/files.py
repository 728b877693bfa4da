"""Files of a course as browsers fetch them: kept for a year, played from any place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from flask import Response, request

from lms.web import access

if TYPE_CHECKING:
    from lms.catalogue.models import CourseFile

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # A figure may hold scripts; opened by itself it must not run any. A video by itself plays.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
    ),
}

#: How much of a file is in memory while it is sent, in bytes.
_PIECE = 64 * 1024


def answer(file: CourseFile) -> Response:
    """The file, or the part of it that was asked for, or that the browser has it already."""
    if request.if_none_match.contains_weak(file.content):
        response = Response(status=304, headers=HEADERS)
    elif file.media_type.startswith(("video/", "audio/")):
        response = _played(file)
    else:
        content = access.lms().blobs.get(file.content)
        response = Response(content, mimetype=file.media_type, headers=HEADERS)
    response.set_etag(file.content)
    return response


def _played(file: CourseFile) -> Response:
    """What is played, or one range of it (RFC 9110, section 14)."""
    content, size = access.lms().blobs.opened(file.content)
    start, stop = _part(file.content, size)
    if start >= stop:
        content.close()
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = Response(_pieces(content, start, stop), mimetype=file.media_type, headers=HEADERS)
    response.call_on_close(content.close)
    response.content_length = stop - start
    response.headers["Accept-Ranges"] = "bytes"
    if stop - start < size or _asks_for_a_part(file.content):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


def _part(digest: str, size: int) -> tuple[int, int]:
    """Where to begin and before which byte to stop; empty where nothing of that is there."""
    asked = request.range
    if asked is None or not _asks_for_a_part(digest):
        return 0, size
    first, end = asked.ranges[0]
    if first < 0:  # So many bytes before the end.
        return max(0, size + first), size
    return first, size if end is None else min(end, size)


def _asks_for_a_part(digest: str) -> bool:
    """Whether one range of these very bytes is asked for; any other wish means the whole.

    Several ranges in one answer are for documents; nobody plays from them.
    """
    asked = request.range
    if request.method != "GET" or asked is None:
        return False
    is_same = request.headers.get("If-Range") in (None, f'"{digest}"')
    return is_same and asked.units == "bytes" and len(asked.ranges) == 1


def _pieces(content: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    content.seek(start)
    left = stop - start
    while left > 0 and (piece := content.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece
