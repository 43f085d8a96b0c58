"""docs/faults.md: its test passes, its commands work, and its tables name what there is."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from greenshift.twin.faults.model import KINDS, Fault
from greenshift.twin.machine import process

PAGE = (Path(__file__).parents[3] / "docs" / "faults.md").read_text()

PROJECT = """
name: shop
runtime: python
config:
  greenshift:source: {value: {repository: me/shop, branch: main}}
  greenshift:functions: {value: {charge: {directory: charge, runtime: python3.13, handler: app.handler}}}
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_pages_test_passes() -> None:
    (source,) = blocks("python")
    names: dict[str, object] = {}

    exec(compile(source, "docs/faults.md", "exec"), names)
    test = names["test_an_order_survives_a_kill"]
    assert callable(test)
    test()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "charge").mkdir()
    process.start(tmp_path / ".greenshift", speed=60)
    yield tmp_path
    process.stop(tmp_path / ".greenshift")


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "greenshift", *shlex.split(command)[1:]]
    return subprocess.run(words, cwd=project, capture_output=True, text=True, timeout=60)


def test_the_pages_commands_work_as_pasted(project: Path) -> None:
    (block,) = blocks("sh")
    commands = block.splitlines()
    told = {}
    for command in commands:
        done = run(project, command)
        assert done.returncode == 0, (command, done.stderr)
        told[command] = done.stdout

    kinds = {command.split()[4] for command in commands if " add " in command}
    assert kinds == set(KINDS)
    listed = told["greenshift twin faults list"].splitlines()
    assert [line.split()[0] for line in listed] == [f"fault-{number}" for number in range(1, 7)]
    assert told["greenshift twin faults clear fault-1"].startswith("fault-1  throttle codedeploy")
    assert len(told["greenshift twin faults clear"].splitlines()) == 5
    assert run(project, "greenshift twin faults list").stdout == "no faults are set\n"

    refused = run(project, "greenshift twin faults add throttle codedploy")
    assert refused.returncode == 1
    assert "no such service: 'codedploy'; did you mean codedeploy" in refused.stderr
    assert run(project, "greenshift twin faults add kill lambda --parameter x").returncode == 2


def test_the_pages_tables_name_every_kind_and_every_member() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))

    assert set(KINDS) <= rows
    for member in fields(Fault):
        assert f"`{member.name}`" in PAGE or member.name == "kind", member.name
