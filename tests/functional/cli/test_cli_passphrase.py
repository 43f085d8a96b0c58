"""Commands that come at the same moment read one passphrase."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from greenshift.cli.project.passphrase import project_passphrase

COMMANDS = 8


def test_commands_at_the_same_moment_make_one_passphrase(tmp_path: Path) -> None:
    start = threading.Barrier(COMMANDS)

    def command(home: Path) -> str:
        start.wait(10)
        return project_passphrase(home)

    with ThreadPoolExecutor(COMMANDS) as commands:
        for place in range(50):
            home = tmp_path / str(place) / ".greenshift"
            made = set(commands.map(command, [home] * COMMANDS))

            assert made == {(home / "passphrase").read_text()}
            assert len(made.pop()) >= 40
            assert [file.name for file in home.iterdir()] == ["passphrase"]
