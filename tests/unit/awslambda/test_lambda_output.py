"""What a process prints: cut into lines, each in the invocation it belongs to. A pipe, but no process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from greenshift.twin import logs
from greenshift.twin.awslambda.execution.output import FLUSH_BYTES, FLUSH_SECONDS, LogLine, Output


@pytest.fixture
async def output() -> AsyncIterator[Output]:
    made = Output(lambda: 12.5)
    yield made
    made.close()
    os.close(made.write_end)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0.001)


async def test_what_is_in_the_pipe_is_taken_without_waiting_for_the_loop(output: Output) -> None:
    os.write(output.write_end, b"one\ntwo\nunfinished")

    assert output.take() == [(12_500, "one"), (12_500, "two"), (12_500, "unfinished")]
    assert output.take() == []


async def test_a_character_cut_in_two_by_the_pipe_is_whole_again(output: Output) -> None:
    umlaut = "ü".encode()
    os.write(output.write_end, umlaut[:1])
    await settle()
    os.write(output.write_end, umlaut[1:] + b"\n")

    assert output.take() == [(12_500, "ü")]


async def test_a_long_invocation_is_heard_while_it_runs(output: Output) -> None:
    heard: list[LogLine] = []
    output.listen(heard.extend)
    os.write(output.write_end, b"x" * 60_000 + b"\n")
    await settle()
    for _ in range(FLUSH_BYTES // 60_000 + 1):
        os.write(output.write_end, b"x" * 60_000 + b"\n")
        await settle()

    assert len(heard) > 4


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"a line\n", ["a line"]),
        (b"no newline", ["no newline"]),
        (b"one\ntwo", ["one", "two"]),
        ("half \u00fc".encode()[:-1], ["half "]),
        ("half \U0001f600".encode()[:-1], ["half "]),
        ("whole \U0001f600".encode(), ["whole \U0001f600"]),
        (b"no text \xff", ["no text \ufffd"]),
    ],
)
async def test_what_is_written_before_a_long_wait_is_heard_while_it_lasts(
    output: Output, written: bytes, expected: list[str]
) -> None:
    heard: asyncio.Future[list[LogLine]] = asyncio.get_running_loop().create_future()
    output.listen(heard.set_result)
    os.write(output.write_end, written)
    lines = await asyncio.wait_for(heard, 30)

    assert [text for _, text in lines] == expected
    os.write(output.write_end, b"!\n")
    assert output.take()[-1][1].endswith("!")


def test_a_line_is_in_the_log_within_a_second() -> None:
    assert FLUSH_SECONDS + logs._BATCH_SECONDS < 1


async def test_what_is_printed_while_nobody_is_served_is_bounded(output: Output) -> None:
    for number in range(100):
        os.write(output.write_end, str(number).encode() * 10_000 + b"\n")
        await settle()
    lines = output.take()

    assert sum(len(text) for _, text in lines) <= FLUSH_BYTES
    assert lines[-1][1].startswith("9999")
