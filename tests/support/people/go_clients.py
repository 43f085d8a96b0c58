"""The client in Go (``go_client/``), which ``make test`` builds where Go is."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from greenshift.testing import RunningTwin

PROGRAM = Path(__file__).parents[3] / ".venv-clients" / "go" / "client"
SECONDS = 300


def go_client(twin: RunningTwin, *words: str, **environment: str) -> Any:
    """What it prints, read as JSON; skips where it was not built."""
    if not PROGRAM.is_file():
        pytest.skip(f"{PROGRAM} is not there; make test builds it where Go is")
    done = subprocess.run(
        [PROGRAM, *words], capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, "AWS_ENDPOINT_URL": twin.endpoint, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
