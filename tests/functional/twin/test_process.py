"""The twin as a process: found again, refused twice, gone when stopped."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from greenshift.errors import TwinError, UsageError
from greenshift.twin import process


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_twin_is_started_found_and_stopped_without_a_trace(tmp_path: Path) -> None:
    home = tmp_path / ".greenshift"
    handle = process.start(home, speed=600)
    try:
        assert process.find(home) == handle
        assert process.health(handle)["speed"] == 600
        assert process.resources(handle) == {}
        with pytest.raises(UsageError, match="already runs"):
            process.start(home)
        with pytest.raises(UsageError, match=f"port {handle.port} on 127.0.0.1 is taken"):
            process.start(tmp_path / "other", port=handle.port)
    finally:
        process.stop(home)

    assert process.find(home) is None
    assert sorted(path.name for path in home.iterdir()) == ["twin.log"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", handle.port)) != 0
    with pytest.raises(TwinError, match="not running"):
        process.require(home)


def test_the_file_of_a_twin_that_died_is_not_mistaken_for_a_twin(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process.write_handle(
        tmp_path, process.TwinHandle(1, f"http://127.0.0.1:{port}", "gone", 60, "123456789012", "us-east-1")
    )

    assert process.find(tmp_path) is None
