"""Which Chromium the tests use, and how it is started."""

from __future__ import annotations

import os
import shutil

import pytest

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def executable() -> str:
    """Chromium: GREENSHIFT_BROWSER, which must exist when it is set, else Debian's if it is there."""
    configured = os.environ.get("GREENSHIFT_BROWSER")
    found = configured or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium here; install it with: apt-get install chromium")
    return found
