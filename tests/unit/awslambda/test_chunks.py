"""Bodies in chunks, as the runtimes of other languages send them, whole and in pieces."""

from __future__ import annotations

import pytest

from greenshift.twin.awslambda.execution.chunks import BadChunks, joined

BODY = b'{"message": "hello"}' * 9


def chunked(body: bytes, size: int, trailers: bytes = b"") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailers + b"\r\n"


@pytest.mark.parametrize("size", [1, 7, 16, 255, 4096])
@pytest.mark.parametrize("trailers", [b"", b"Digest: x\r\n"])
def test_every_beginning_waits_for_the_rest_and_the_whole_is_the_body(size: int, trailers: bytes) -> None:
    sent = chunked(BODY, size, trailers)

    assert {joined(sent[:count], 0, 9999) for count in range(len(sent))} == {None}
    assert joined(b"head" + sent + b"next", 4, 9999) == (BODY, 4 + len(sent))


def test_an_empty_body_and_an_extension_are_read() -> None:
    assert joined(b"0\r\n\r\n", 0, 9) == (b"", 5)
    assert joined(b"3;name=value\r\nabc\r\n0\r\n\r\n", 0, 9) == (b"abc", 24)


@pytest.mark.parametrize(
    "sent",
    [b"x\r\nabc\r\n", b"-3\r\nabc\r\n", b"\r\n", b"2\r\nabc\r\n", b"fffffffff\r\n", b"a" * 64, b"a\r\n"],
)
def test_what_is_none_or_too_long_is_refused(sent: bytes) -> None:
    with pytest.raises(BadChunks):
        joined(sent, 0, 9)
