"""What a command says that works on a copy of a project."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

from greenshift.cli.project.copied import as_of_the_project, run


def test_files_of_the_copy_are_told_as_those_of_the_project(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)

    for place in (link, tmp_path):
        assert as_of_the_project(f'File "{place}/a/b.py", line 8\n', link) == 'File "a/b.py", line 8\n'
        assert as_of_the_project(f"at (file://{place}/a/b.mjs:6:10)", link) == "at (a/b.mjs:6:10)"
    assert as_of_the_project("in /usr/lib/a.py", tmp_path) == "in /usr/lib/a.py"


def test_both_streams_are_told_and_how_it_ended(tmp_path: Path) -> None:
    said = io.StringIO()
    script = (
        "import sys, os; print(os.getcwd() + '/x.py', flush=True); sys.exit('no: ' + os.getcwd() + '/y.py')"
    )

    code = run([sys.executable, "-c", script], tmp_path, dict(os.environ), said)

    assert code == 1
    assert said.getvalue() == "x.py\nno: y.py\n"


def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    said = io.StringIO()
    script = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"

    code = run([sys.executable, "-c", script], tmp_path, dict(os.environ), said)

    os.kill(int(said.getvalue()), signal.SIGKILL)  # it was there, and held the pipe
    assert code == 0
