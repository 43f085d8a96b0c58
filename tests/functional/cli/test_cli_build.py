"""`greenshift build`: the Build stage's work for one function, here."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from support.people.shell import Shell

NewProject = Callable[[str], Path]


def test_a_function_is_built_as_the_working_tree_has_it_and_the_tree_stays_as_it_is(
    new_project: NewProject,
) -> None:
    shell = Shell(new_project("my-app"))
    (shell.directory / "functions/worker/more.py").write_text("MORE = 1\n")  # not committed
    before = shell.git("status", "--porcelain")

    ended = shell.greenshift("build", "worker")

    assert ended.out == ".greenshift/build/packages/worker.zip\n"
    with zipfile.ZipFile(shell.directory / ".greenshift/build/packages/worker.zip") as package:
        assert package.namelist() == ["handler.py", "more.py", "requirements.txt"]
    assert "[worker] python3 -m unittest" in ended.err
    assert shell.git("status", "--porcelain") == before


def test_a_failing_build_ends_in_the_command_its_output_and_the_function(new_project: NewProject) -> None:
    shell = Shell(new_project("my-app"))
    (shell.directory / "functions/worker/handler.py").write_text("raise RuntimeError('not today')\n")

    started = shell.start("build", "worker")
    _, said = started.communicate(timeout=60)

    assert started.returncode == 1
    last = said.rstrip("\n").rpartition("\n")[2]
    assert last.startswith("Build failed: [worker] python3 -m unittest")
    assert last.endswith("exit status 1")
    assert "not today" in said
    assert 'File "functions/worker/handler.py", line 1' in said, "a file that is there, to be opened"
    assert "/source/" not in said
    assert not (shell.directory / ".greenshift/build").exists()


def test_a_function_that_is_not_there_is_named_with_those_that_are(new_project: NewProject) -> None:
    ended = Shell(new_project("my-app")).greenshift("build", "work", ok=False)

    assert ended.code == 2
    assert "there is no function 'work'" in ended.err and "worker" in ended.err
