"""After the demo: what is told to be typed can be typed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from greenshift.cli.words.onward import Running, onward


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """Installed in an environment, whose command is on nobody's PATH."""
    command = tmp_path / "venv" / "bin" / "greenshift"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho $0 $*\n")
    command.chmod(0o755)
    return Running(None, (command,), command.with_name("python"), None, tmp_path)


def test_a_command_on_path_is_told_by_its_name_also_through_a_link(running: Running, tmp_path: Path) -> None:
    link = tmp_path / "greenshift"
    link.symlink_to(running.own[0])

    for found in (running.own[0], link):
        assert onward(replace(running, on_path=found)) == [
            "greenshift new my-app makes a project of your own"
        ]


def test_a_command_off_path_is_told_as_it_can_be_typed(running: Running, tmp_path: Path) -> None:
    (told,) = onward(running)
    typed = told.removesuffix(" makes a project of your own")

    assert subprocess.check_output(["sh", "-c", typed], text=True) == f"{running.own[0]} new my-app\n"

    running.own[0].unlink()
    assert onward(running)[0].startswith(f"{running.python} -m greenshift new my-app ")


@pytest.mark.parametrize("directory", ["checkout", "elsewhere"])
def test_from_a_checkout_it_is_installed_first(directory: str, running: Running, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    first, make, activate, install, then = onward(
        replace(running, checkout=checkout, directory=tmp_path / directory)
    )

    assert first == "a project of your own; no greenshift is on PATH, so first install it:"
    assert (make.strip(), activate.strip()) == (
        "python3 -m venv ~/greenshift-env",
        ". ~/greenshift-env/bin/activate",
    )
    assert install.endswith(" pip install ." if directory == "checkout" else f" pip install {checkout}")
    assert then.endswith("greenshift new my-app")


def test_another_greenshift_on_path_is_not_taken_for_this_one(running: Running, tmp_path: Path) -> None:
    other = tmp_path / "greenshift"
    shutil.copy(running.own[0], other)
    told = onward(replace(running, on_path=other, checkout=tmp_path))

    assert told[0] == "greenshift new my-app makes a project of your own, with the greenshift on PATH"
