"""The Pulumi.yaml files we ship say only what Pulumi knows.

The published project schema cannot be fetched here; the SDK's own ``ProjectSettings`` is what Pulumi's
tools read these files into, and what the keys are held to.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.automation import ProjectSettings

ROOT = Path(__file__).parents[3]
FILES = [
    ROOT / "examples" / "payments" / "Pulumi.yaml",
    ROOT / "src" / "greenshift" / "cli" / "templates" / "project" / "Pulumi.yaml",
]
KEYS = set(inspect.signature(ProjectSettings.__init__).parameters) - {"self"}


@pytest.fixture(params=FILES, ids=lambda path: path.parent.name)
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(request.param.read_text())
    return found


def test_every_key_is_one_of_a_pulumi_project(document: dict[str, Any]) -> None:
    assert set(document) <= KEYS


def test_nothing_is_lost_when_pulumi_reads_it(document: dict[str, Any]) -> None:
    assert ProjectSettings.from_dict(document).to_dict() == document


def test_the_name_is_one_pulumi_accepts_and_the_runtime_is_python(document: dict[str, Any]) -> None:
    """Pulumi: a project's name has at most 100 characters, letters, digits, '-', '_' and '.'."""
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", document["name"])
    assert document["runtime"] == "python"


def test_values_of_another_namespace_stand_below_value(document: dict[str, Any]) -> None:
    """Pulumi documentation, "Project-level configuration": such keys take no type and no default."""
    for key, entry in document["config"].items():
        assert key.startswith("greenshift:")
        assert set(entry) == {"value"}, key


def test_the_check_would_see_a_key_pulumi_does_not_know() -> None:
    assert "stackConfigDir" not in KEYS and "resources" not in KEYS
    assert {"name", "runtime", "config", "description", "backend"} <= KEYS
