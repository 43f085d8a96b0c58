"""A second pipeline in a program: it stands beside the first, which keeps everything it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

CONFIG = {"functions": {"charge": {}}, "source": {"provider": "s3"}, "rollout": "Canary7Percent3Minutes"}
TWO = """\
import json

import greenshift

greenshift.DeliveryPipeline.from_config()
settings = greenshift.Settings.from_pulumi(given={"functions": json.dumps({"charge": {"memory": 512}})})
billing = greenshift.DeliveryPipeline("billing", greenshift.DeliveryPipelineArgs(settings))
"""
# Type chain and name of everything in the state of a stack that was deployed before there could be two.
BEFORE = Path(__file__).with_name("urns_of_one_pipeline.json")


@pytest.fixture(scope="module")
def stack(deployed: Callable[..., Any]) -> Any:
    found = deployed(CONFIG)
    found.up()
    return found


def ids(stack: Any) -> Mapping[str, str]:
    return {each.urn.split("::", 2)[2]: each.id for each in stack.resources() if "greenshift:" in each.urn}


def test_a_stack_of_before_finds_all_it_had_and_a_second_pipeline_changes_none_of_it(stack: Any) -> None:
    first = ids(stack)
    assert sorted(first) == json.loads(BEFORE.read_text())

    (stack.root / "__main__.py").write_text(TWO)
    result = stack.up()

    assert set(result.changes) <= {"create", "same"}, result.changes
    both = ids(stack)
    assert first.items() <= both.items()
    assert len(both) == 2 * len(first)
    assert set(stack.up().changes) == {"same"}

    pipelines = stack.twin.client("codepipeline").list_pipelines()["pipelines"]
    names = sorted(each["name"] for each in pipelines if each["name"].startswith("shop-"))
    assert stack.name() in names
    assert len(names) == 2
    other = next(name for name in names if name != stack.name())
    assert other.startswith("shop-billing-local-")
    found = stack.twin.client("lambda").get_function_configuration(FunctionName=f"{other}-charge")
    assert found["MemorySize"] == 512

    stack.engine().destroy()
    assert not [
        each["name"]
        for each in stack.twin.client("codepipeline").list_pipelines()["pipelines"]
        if each["name"] in names
    ]
