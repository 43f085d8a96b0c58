"""Programs in the shapes that users' programs have; each stands beside a delivery pipeline."""

from __future__ import annotations

from pathlib import Path

FILES = {file.stem: file for file in sorted(Path(__file__).parent.glob("[a-z]*.py"))}
