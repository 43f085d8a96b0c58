"""A body whose length is not said up front (RFC 9112, section 7.1), as the runtime of Go sends it."""

from __future__ import annotations

# A size in hexadecimal digits, and what may follow it behind a semicolon.
_SIZE_LINE = 64
_DIGITS = 8
_TRAILERS = 8192


class BadChunks(ValueError):
    """What was sent is no chunked body, or is longer than it may be."""


def joined(data: bytes | bytearray, start: int, limit: int) -> tuple[bytes, int] | None:
    """The body from ``start`` on and where it ends; None while the rest is on its way.

    >>> joined(b"3\\r\\nabc\\r\\n0\\r\\n\\r\\n", 0, 99)
    (b'abc', 13)
    """
    parts: list[bytes] = []
    total = 0
    while True:
        line_end = data.find(b"\r\n", start, start + _SIZE_LINE)
        if line_end < 0:
            if len(data) - start >= _SIZE_LINE:
                raise BadChunks("a chunk without a size")
            return None
        size = _size(bytes(data[start:line_end]))
        start = line_end + 2
        if size == 0:
            end = _end_of_trailers(data, start)
            return None if end is None else (b"".join(parts), end)
        total += size
        if total > limit:
            raise BadChunks("too long")
        if len(data) < start + size + 2:
            return None
        if data[start + size : start + size + 2] != b"\r\n":
            raise BadChunks("a chunk longer than its size")
        parts.append(bytes(data[start : start + size]))
        start += size + 2


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not 0 < len(digits) <= _DIGITS or digits.strip(b"0123456789abcdefABCDEF"):
        raise BadChunks("a chunk without a size")
    return int(digits, 16)


def _end_of_trailers(data: bytes | bytearray, start: int) -> int | None:
    """Header lines may follow the last chunk; nobody reads them, and an empty line ends them."""
    if data[start : start + 2] == b"\r\n":
        return start + 2
    end = data.find(b"\r\n\r\n", start)
    if end < 0 and len(data) - start > _TRAILERS:
        raise BadChunks("trailers without an end")
    return None if end < 0 else end + 4
