"""docs/settings.md is what the model says, and every example in it is accepted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from settings_page import Setting, all_settings, as_config

from greenshift.settings import Settings
from greenshift.settings.model import parse_settings
from greenshift.settings.yaml_files import read_project

REFERENCE = Path(__file__).parents[3] / "docs" / "settings.md"
SETTINGS = all_settings()
ROOT = Path(__file__).parents[3]
PROJECT_FILES = [
    ROOT / "src" / "greenshift" / "cli" / "templates" / "project" / "Pulumi.yaml",
    *sorted((ROOT / "examples").glob("*/Pulumi.yaml")),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for directory in ("functions/charge", "shared"):
        (tmp_path / directory).mkdir(parents=True)
    (tmp_path / "functions" / "charge" / "index.mjs").touch()
    (tmp_path / "buildspec.yml").touch()
    return tmp_path


def parsed(config: dict[str, Any], root: Path) -> Settings:
    whole = {"functions": {"charge": {}}, "source": {"repository": "me/app"}, **config}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in whole.items()}
    return parse_settings({f"greenshift:{key}": text for key, text in texts.items()}, root)


def completed(setting: Setting) -> dict[str, Any]:
    """The example with what it cannot stand without."""
    config = as_config(setting)
    if setting.path[0] == "source" and "repository" not in config["source"]:
        config["source"]["repository"] = "me/app"
    for pull_request in config.get("source", {}).get("triggers", {}).get("pullRequests", []):
        pull_request.setdefault("events", ["CLOSED"])
    vpc = config.get("functions", {}).get("charge", {}).get("vpc")
    if vpc is not None:
        vpc |= {"subnetIds": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"], **vpc}
    if setting.path[-1] == "datapointsToAlarm":
        *above, _ = setting.path
        alarm = config["functions"]["charge"]["alarm"] if len(above) > 1 else config["alarm"]
        alarm["evaluationPeriods"] = 3
    return config


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_setting_says_what_it_is_and_its_example_is_accepted(setting: Setting, root: Path) -> None:
    assert setting.meaning.endswith("."), "a sentence"
    assert setting.allowed
    assert setting.example not in (None, "", (), [], {}), "an example says something"

    parsed(completed(setting), root)


def test_every_group_of_the_reference_can_be_pasted_into_pulumi_yaml(root: Path) -> None:
    blocks = re.findall(r"```yaml\n(config:\n  greenshift:[\s\S]*?)```", REFERENCE.read_text())
    config: dict[str, Any] = {}
    for block in blocks:
        config |= yaml.safe_load(block)["config"]
    assert len(config) > 12
    (root / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "p", "runtime": "python", "config": config}))

    _, values = read_project(root)

    assert all(set(entry) == {"value"} for entry in config.values())
    parse_settings({key: value.text for key, value in values.items()}, root)


@pytest.mark.parametrize("file", PROJECT_FILES, ids=lambda file: file.parent.name)
def test_our_own_project_files_are_valid_for_pulumi(file: Path) -> None:
    document = yaml.safe_load(file.read_text())

    assert {"name", "runtime"} <= set(document) <= {"name", "runtime", "description", "config", "main"}
    # Pulumi: a key of another namespace than the project's may have a value, and nothing else.
    assert [key for key, entry in document["config"].items() if set(entry) != {"value"}] == []


def test_no_setting_is_left_out_of_the_reference() -> None:
    keys = {setting.key for setting in SETTINGS}

    assert {
        *("functions.<key>.vpc.subnetIds", "functions.<key>.alarm.threshold", "build.cache.type"),
        *("source.triggers.push.<n>.tags.includes", "approval.beforeShift", "permissionsBoundary"),
        *("release.memory", "guardrails", "tags", "githubToken", "logs.retentionDays"),
    } <= keys
    assert len(keys) == len(SETTINGS) > 80


def test_a_secret_is_never_shown_as_something_to_write_down() -> None:
    text = REFERENCE.read_text()

    assert "pulumi config set --secret greenshift:githubToken" in text
    assert "greenshift:githubToken:" not in text
