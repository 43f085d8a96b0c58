"""Greenshift's own source, as whoever packs it finds it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
_FILES = ("pyproject.toml", "README.md", "LICENSE")


def copy_to(target: Path) -> None:
    """What git has and does not ignore, of what goes into a package."""
    listed = ["git", "-C", str(REPOSITORY), "ls-files", "-zco", "--exclude-standard", "src", "examples"]
    tracked = subprocess.run([*listed, *_FILES], capture_output=True, text=True, check=True).stdout
    for name in tracked.split("\0"):
        if name and (REPOSITORY / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name, follow_symlinks=False)
