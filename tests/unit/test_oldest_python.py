"""Whatever is pinned installs on the oldest Python that is promised, down to its patch version."""

from __future__ import annotations

import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PLACES = sorted(ROOT.glob(".venv*/**/python3*/site-packages"))


def oldest() -> str:
    """``3.11.0`` for ``>=3.11``."""
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    return f"{promised.removeprefix('>=')}.0"


@pytest.mark.parametrize("place", PLACES, ids=[str(each.relative_to(ROOT)) for each in PLACES])
def test_nothing_that_is_installed_needs_a_newer_python(place: Path) -> None:
    found = {
        each.metadata["Name"]: each.metadata.json.get("requires_python", "")
        for each in distributions(path=[str(place)])
    }
    newer = {name: needs for name, needs in found.items() if oldest() not in SpecifierSet(str(needs))}

    assert found and not newer
