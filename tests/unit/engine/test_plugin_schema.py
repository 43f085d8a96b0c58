"""The provider's schema says of every type what the table and Pulumi's own SDK say."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from greenshift.engine.aws.table import TABLE
from greenshift.engine.plugin import schema


@pytest.fixture(scope="module")
def built() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema.document("7.0.0"))
    return found


def test_every_type_of_the_table_has_its_inputs(built: dict[str, Any]) -> None:
    for token, entry in TABLE.items():
        inputs = set(built["resources"][token]["inputProperties"])
        assert inputs - {"region"} == entry.properties - {"region"}, token


def test_properties_have_the_types_that_pulumi_says(built: dict[str, Any]) -> None:
    function = built["resources"]["aws:lambda/function:Function"]

    assert function["inputProperties"]["timeout"] == {"type": "integer"}
    assert function["inputProperties"]["code"] == {"$ref": "pulumi.json#/Archive"}
    assert function["inputProperties"]["tags"]["additionalProperties"] == {"type": "string"}
    assert function["properties"]["qualifiedArn"] == {"type": "string"}
    assert function["requiredInputs"] == ["role"]


def test_nested_types_are_there_under_the_name_that_refers_to_them(built: dict[str, Any]) -> None:
    text = json.dumps(built["resources"])
    named = {part.split('"')[0] for part in text.split("#/types/")[1:]}

    assert named
    assert named <= set(built["types"])
    stage = built["types"]["aws:codepipeline/PipelineStage:PipelineStage"]
    assert stage["required"] == ["actions", "name"]


def test_functions_and_the_configuration_are_told(built: dict[str, Any]) -> None:
    identity = built["functions"]["aws:index/getCallerIdentity:getCallerIdentity"]

    assert set(identity["outputs"]["properties"]) >= {"accountId", "arn", "userId"}
    assert {"region", "defaultTags"} <= set(built["config"]["variables"])


def test_reading_the_types_leaves_pulumis_sdk_whole() -> None:
    """In a process of its own: a module of the SDK is loaded once."""
    script = (
        "import sys; from greenshift.engine.aws.table import TABLE\n"
        "from greenshift.engine.plugin import sdk\n"
        "found = [sdk.resource_class(token) for token in TABLE]\n"
        "packages = [sys.modules['.'.join(each.__module__.split('.')[:2])] for each in found]\n"
        "print([each for each, package in zip(found, packages) if not hasattr(package, each.__name__)])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)

    assert (done.stdout, done.stderr) == ("[]\n", "")
