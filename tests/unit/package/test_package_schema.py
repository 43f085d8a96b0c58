"""The component package's schema says what the settings and the parts say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.package.parts import PARTS
from greenshift.package.provider import Package
from greenshift.settings import Settings


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Package().schema or "")
    return found


def test_every_component_takes_every_setting(schema: dict[str, Any]) -> None:
    names = {field.alias for field in Settings.model_fields.values()}

    for part in PARTS:
        component = schema["resources"][f"greenshift:index:{part}"]
        assert component["isComponent"]
        assert names <= set(component["inputProperties"])


def test_settings_have_their_types_and_the_token_is_a_secret(schema: dict[str, Any]) -> None:
    inputs = schema["resources"]["greenshift:index:DeliveryPipeline"]["inputProperties"]
    function = schema["types"]["greenshift:index:FunctionSettings"]["properties"]

    assert inputs["functions"]["additionalProperties"] == {
        "$ref": "#/types/greenshift:index:FunctionSettings"
    }
    assert inputs["waves"]["items"] == {"type": "array", "items": {"type": "string"}}
    assert inputs["githubToken"]["secret"] is True
    assert (function["memory"]["type"], function["tracing"]["type"]) == ("integer", "boolean")


def test_every_type_that_is_named_is_there(schema: dict[str, Any]) -> None:
    named = {part.split('"')[0] for part in json.dumps(schema).split("#/types/")[1:]}

    assert named == set(schema["types"])
