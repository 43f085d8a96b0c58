"""An `up` looks before it makes anything, then runs the program again, its process started meanwhile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.stacks.guarded import Guarded

from greenshift.engine import PolicyError

LOOK = """
import os, time
from pathlib import Path

def beside():
    mine = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            is_program = b"greenshift.engine.program" in (process / "cmdline").read_bytes()
        except OSError:
            continue
        if is_program and parent == os.getppid() and process.name != str(os.getpid()):
            mine.append(process.name)
    return mine

def look(urn):
    if not pulumi.runtime.is_dry_run():
        return
    patience = time.monotonic() + {seconds}
    while not beside() and time.monotonic() < patience:
        time.sleep(0.02)
    Path("beside").write_text(" ".join(beside()))

topic = aws.sns.Topic("topic", display_name="{title}")
topic.urn.apply(look)
"""
PATIENCE = 60


def look(guarded: Guarded, title: str, seconds: float, more: str = "") -> None:
    text = LOOK.replace("{seconds}", str(seconds)).replace("{title}", title)
    guarded.program(text + more)
    (guarded.directory / "beside").write_text("")


def beside(guarded: Guarded) -> list[str]:
    """The processes that the program saw start while it was looked at."""
    return re.findall(r"\d+", (guarded.directory / "beside").read_text())


def test_the_next_run_starts_beside_a_look_that_finds_changes(guarded: Guarded) -> None:
    look(guarded, "one", PATIENCE)
    assert guarded.engine().up().changes["create"] == 2
    [first] = beside(guarded)

    look(guarded, "two", PATIENCE)
    assert guarded.engine().up().changes["update"] == 1
    [second] = beside(guarded)

    assert first != second
    assert not Path("/proc", first).exists() and not Path("/proc", second).exists()
    guarded.engine().destroy()


def test_nothing_starts_beside_a_look_that_finds_none(guarded: Guarded) -> None:
    look(guarded, "one", 0)
    guarded.engine().up()
    (guarded.directory / "beside").write_text("")

    assert guarded.engine().up().changes == {"same": 2}

    assert beside(guarded) == []
    guarded.engine().destroy()


def test_a_run_that_is_refused_leaves_no_process(guarded: Guarded) -> None:
    statement = '{"Effect": "Allow", "Action": "*", "Resource": "*"}'
    wild = f'aws.iam.Policy("wild", policy=json.dumps({{"Statement": [{statement}]}}))\n'
    look(guarded, "one", PATIENCE, wild)

    with pytest.raises(PolicyError):
        guarded.engine().up()

    [started] = beside(guarded)
    assert not Path("/proc", started).exists()
