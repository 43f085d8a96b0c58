"""The tar stream over which Pulumi hashes an archive: names and contents, and nothing of time, owner or mode.

What one engine has hashed the other has to know again, so every byte is as Pulumi writes it: POSIX headers
(ustar) with mode 0600 and zeros for all else, PAX records for names that do not fit.
[Pulumi: sdk/go/common/resource/archive; Go: archive/tar]
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_BLOCK = 512
_NAME, _PREFIX = 100, 155  # bytes of a name, and of what goes before its last part
_REGULAR, _EXTENDED = b"0", b"x"


def tree_hash(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 of the stream, in hex; a name that comes twice counts the first time."""
    digest = hashlib.sha256()
    seen: set[str] = set()
    for name, content in files:
        if name not in seen:
            seen.add(name)
            digest.update(_headers(name, len(content)))
            digest.update(_padded(content))
    digest.update(bytes(2 * _BLOCK))
    return digest.hexdigest()


def _headers(name: str, size: int) -> bytes:
    if name.isascii() and len(name) <= _NAME:
        return _header(name.encode(), size)
    split = _split(name)
    if split is not None:
        return _header(split[1].encode(), size, prefix=split[0].encode())
    folder, _, file = name.rpartition("/")
    extended = "/".join(part for part in (folder, "PaxHeaders.0", file) if part)
    record = _record("path", name)
    ahead = _header(_ascii(extended).rstrip(b"/"), len(record), mode=0, kind=_EXTENDED, is_bare=True)
    return ahead + _padded(record) + _header(_ascii(name), size)


def _header(
    name: bytes,
    size: int,
    *,
    mode: int = 0o600,
    kind: bytes = _REGULAR,
    prefix: bytes = b"",
    is_bare: bool = False,
) -> bytes:
    """``is_bare``: without the numbers of a device, which Go leaves out of the header of PAX records."""
    device = bytes(16) if is_bare else _octal(0, 8) * 2
    parts = [name.ljust(_NAME, b"\0"), _octal(mode, 8), _octal(0, 8) * 2, _octal(size, 12), _octal(0, 12)]
    parts += [b" " * 8, kind, bytes(_NAME), b"ustar\x0000", bytes(64), device, prefix.ljust(_PREFIX, b"\0")]
    block = b"".join(parts).ljust(_BLOCK, b"\0")
    return block[:148] + _octal(sum(block), 7) + b" " + block[156:]


def _octal(number: int, width: int) -> bytes:
    return f"{number:0{width - 1}o}".encode() + b"\0"


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % _BLOCK)


def _ascii(name: str) -> bytes:
    return name.encode("ascii", "ignore")[:_NAME]


def _split(name: str) -> tuple[str, str] | None:
    """A name in two at a slash, where both parts fit."""
    at = name[: _PREFIX + 1].rfind("/") if name.isascii() else -1
    fits = at > 0 and 0 < len(name) - at - 1 <= _NAME
    return (name[:at], name[at + 1 :]) if fits else None


def _record(key: str, value: str) -> bytes:
    """``LENGTH key=value\\n``, in which the length counts itself."""
    rest = f" {key}={value}\n".encode()
    length = len(rest) + len(str(len(rest)))
    if len(str(length)) != len(str(len(rest))):
        length = len(rest) + len(str(length))
    return str(length).encode() + rest
