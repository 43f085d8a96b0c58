"""A stack sets one value inside a setting, by a path; everything else stays the project's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenshift.errors import SettingsError
from greenshift.settings import Settings, load_project
from greenshift.settings.model import parse_settings

FUNCTIONS = {
    "charge": {"directory": "functions/charge", "timeout": 5, "environment": {"LIMIT": "3", "MODE": "test"}},
    "refund": {"directory": "functions/refund"},
}


def settings(root: Path, **paths: str) -> Settings:
    for key in FUNCTIONS:
        (root / "functions" / key).mkdir(parents=True, exist_ok=True)
        (root / "functions" / key / "handler.py").write_text("def handler(event, context): ...\n")
    config = {
        "greenshift:source": '{"repository": "acme/shop"}',
        "greenshift:functions": json.dumps(FUNCTIONS),
    }
    return parse_settings({**config, **{f"greenshift:{key}": text for key, text in paths.items()}}, root)


def test_one_variable_of_one_function_differs(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        **{
            "functions.charge.environment.LIMIT": "5",
            "functions.charge.timeout": "10",
            'functions["refund"].environment.MODE': "live",
            "tags.team": "7",
        },
    )

    assert found.functions["charge"].environment == {"LIMIT": "5", "MODE": "test"}
    assert found.functions["charge"].timeout == 10
    assert found.functions["refund"].environment == {"MODE": "live"}
    assert found.tags == {"team": "7"}


def test_a_whole_mapping_of_a_stack_still_replaces_the_projects(tmp_path: Path) -> None:
    settings(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text(
        "name: shop\nruntime: python\nconfig:\n  greenshift:source:\n    value: {repository: acme/shop}\n"
        f"  greenshift:functions:\n    value: {json.dumps(FUNCTIONS)}\n"
    )
    (tmp_path / "Pulumi.prod.yaml").write_text(
        "config:\n  greenshift:functions: {charge: {directory: functions/charge}}\n"
        "  greenshift:functions.charge.environment.LIMIT: 9\n"
    )

    found = load_project(tmp_path, "prod").settings
    assert set(found.functions) == {"charge"}
    assert found.functions["charge"].environment == {"LIMIT": "9"}
    assert set(load_project(tmp_path, "local").settings.functions) == {"charge", "refund"}


def test_a_secret_inside_a_setting_makes_it_one(tmp_path: Path) -> None:
    settings(tmp_path)
    config = {
        "greenshift:source": '{"repository": "acme/shop"}',
        "greenshift:functions": json.dumps(FUNCTIONS),
        "greenshift:functions.charge.environment.KEY": "hush",
    }
    found = parse_settings(config, tmp_path, ["greenshift:functions.charge.environment.KEY"])

    assert found.is_secret("functions")
    assert found.functions["charge"].environment["KEY"] == "hush"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("functions.chrage.timeout", "there are: charge, refund"),
        ("functions.charge.timeout.seconds", "no place"),
        ("functions.charge.timout", "timout"),
        ("functions.charge[", "it must be a path"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_by_name(tmp_path: Path, path: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, **{path: "1"})

    assert "functions" in caught.value.key
    assert told in str(caught.value)
