"""The Pulumi.yaml and stack files we ship, and those our pages show, are ones Pulumi takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.automation import ProjectSettings
from support.pulumi.pulumi_files import project_faults, stack_faults

ROOT = Path(__file__).parents[3]
FILES = [
    ROOT / "examples" / "payments" / "Pulumi.yaml",
    ROOT / "src" / "greenshift" / "cli" / "templates" / "project" / "Pulumi.yaml",
]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
SHOP: dict[str, Any] = {"name": "shop", "runtime": "python"}


@pytest.fixture(params=FILES, ids=lambda path: path.parent.name)
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(request.param.read_text())
    return found


def test_our_project_files_are_valid(document: dict[str, Any]) -> None:
    assert project_faults(document) == []
    assert document["runtime"] == "python"


def test_their_names_are_ones_pulumi_accepts(document: dict[str, Any]) -> None:
    """Pulumi: a project's name has at most 100 characters, letters, digits, '-', '_' and '.'."""
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", document["name"])


def test_nothing_is_lost_when_pulumis_sdk_reads_them(document: dict[str, Any]) -> None:
    assert ProjectSettings.from_dict(document).to_dict() == document


def shown_configs() -> list[Any]:
    """Every block of YAML on a page that has a config, by its page and place."""
    found = []
    for page in PAGES:
        blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
        for place, block in enumerate(blocks):
            if re.search(r"^config:", block, re.MULTILINE) and "  " * 8 not in block.split("\n")[0]:
                found.append(pytest.param(block, id=f"{page.relative_to(ROOT)}-{place}"))
    return found


@pytest.mark.parametrize("block", shown_configs())
def test_what_our_pages_show_is_valid(block: str) -> None:
    shown = yaml.safe_load(block)
    entries = shown["config"].values()

    if all(isinstance(entry, dict) and "value" in entry for entry in entries):
        assert project_faults({**SHOP, **shown}) == []
    else:
        assert stack_faults(shown, "shop") == []


def test_every_page_of_settings_is_among_them() -> None:
    assert len([each for each in shown_configs() if each.id.startswith("docs/settings.md")]) > 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "'name' is missing"),
        ({"runtime": None}, "'runtime' is missing"),
        ({"runtime": {"name": "python", "version": 3}}, "runtime has 'name' and 'options' only"),
        ({"resources": {}}, "unknown key 'resources'"),
        ({"description": 3}, "'description' is a int"),
        ({"config": {"greenshift:tags": {"team": "x"}}}, "greenshift:tags: unknown attribute 'team'"),
        ({"config": {"greenshift:tags": {"default": {}}}}, "greenshift:tags: must not have 'default'"),
        ({"config": {"greenshift:tags": {"type": "string"}}}, "greenshift:tags: must provide 'value'"),
        ({"config": {"greenshift:rollout": ["a"]}}, "a list must stand below 'value' or 'default'"),
        ({"config": {"size": {"type": "object"}}}, "size: there is no type 'object'"),
        ({"config": {"sizes": {"type": "array"}}}, "sizes: an array says of what"),
        ({"config": {"shop:size": {"default": 1, "value": 2}}}, "either 'default' or 'value'"),
    ],
    ids=json.dumps,
)
def test_what_pulumi_would_refuse_is_seen(change: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in project_faults({**SHOP, **change}))


def test_a_stacks_file_holds_values_and_how_they_are_sealed() -> None:
    valid = {"encryptionsalt": "v1:x", "config": {"aws:region": "eu-west-1", "size": 3}}

    assert stack_faults(valid, "shop") == []
    assert stack_faults({"name": "shop"}, "shop") == ["unknown key 'name'"]
    assert stack_faults({"config": {"aws:": 1}}, "shop") == ["'aws:' is no key of a config"]
