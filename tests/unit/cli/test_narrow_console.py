"""On a console that knows ASCII only."""

from __future__ import annotations

import io

import pytest

from greenshift.cli.console.narrow_console import make_room, plainer
from greenshift.cli.following.narrate import bar
from greenshift.cli.words.icons import BACK, BAD, OK, PAUSED, RUNNING, WAITING


def console(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_whatever_is_said_is_written(encoding: str) -> None:
    stream = console(encoding)
    make_room([stream])
    stream.write(f"{OK.mark} charge 1 → 2 {bar(40)} “Zoë” 釈\n")

    assert b"charge 1 -> 2" in written(stream) or encoding == "cp437"
    assert written(stream).endswith(b"?\n")


def test_every_mark_keeps_a_form_of_its_own() -> None:
    marks = [plainer(icon.mark) for icon in (OK, BAD, WAITING, RUNNING, BACK, PAUSED)]

    assert len(set(marks)) == len(marks)
    assert all(mark.isascii() and mark != "?" for mark in marks)
    assert plainer("Zoë “paid” …") == 'Zoe "paid" ...'


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_the_locale_of_ascii_is_taken_at_its_word(locale: str) -> None:
    """In which Python's own streams are UTF-8."""
    stream = console("utf-8")
    make_room([stream], {"LC_ALL": locale})
    stream.write("✔ Zoë 釈")

    assert written(stream) == b"+ Zoe ?"


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C.UTF-8"}, {"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "1"},
     {"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}],
)  # fmt: skip
def test_whoever_asks_python_for_utf_8_gets_it(environment: dict[str, str]) -> None:
    stream = console("utf-8")
    make_room([stream], environment)
    stream.write("✔ 釈")

    assert written(stream).decode() == "✔ 釈"


def test_a_console_that_can_show_everything_shows_everything() -> None:
    stream = console("utf-8")
    make_room([stream])
    stream.write("✔ 釈")

    assert written(stream).decode() == "✔ 釈"
