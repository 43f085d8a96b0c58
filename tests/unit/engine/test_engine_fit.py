"""Properties become request parameters by the model, and every entry of the table is sound."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from greenshift.engine.aws.entry import Change, Entry
from greenshift.engine.aws.fit import Rule, fit, named, tag_list
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.aws.table import TABLE
from greenshift.errors import EngineError

SESSION = botocore.session.Session()
URN = "urn:pulumi:s::p::aws:sns/topic:Topic::alerts"


def shape(service: str, operation: str) -> Any:
    return SESSION.get_service_model(service).operation_model(operation).input_shape


def test_members_are_found_without_regard_to_case_and_take_the_models_types() -> None:
    found = fit(
        shape("lambda", "CreateFunction"),
        {
            "memorySize": 128.0,
            "publish": "true",
            "environment": {"variables": {"N": 5, "B": True}},
            "layers": "one",
        },
        {},
    )

    assert found == {
        "MemorySize": 128,
        "Publish": True,
        "Environment": {"Variables": {"N": "5", "B": "true"}},
        "Layers": ["one"],
    }
    assert isinstance(found["MemorySize"], int)


def test_rules_rename_and_reform() -> None:
    rules = {"name": Rule("alarmName"), "tags": Rule(form=tag_list), "threshold": Rule()}

    assert fit(
        shape("cloudwatch", "PutMetricAlarm"), {"name": "n", "tags": {"a": "b"}, "threshold": 1}, rules
    ) == {
        "AlarmName": "n",
        "Tags": [{"Key": "a", "Value": "b"}],
        "Threshold": 1.0,
    }
    assert named(["x"]) == [{"name": "x"}]


def test_a_property_without_a_member_is_named_with_its_path() -> None:
    with pytest.raises(EngineError, match=r"property environment\.colour is not supported"):
        fit(shape("lambda", "CreateFunction"), {"environment": {"colour": "red"}}, {})


def test_none_is_as_good_as_absent() -> None:
    assert fit(shape("lambda", "CreateFunction"), {"description": None}, {}) == {}


@pytest.mark.parametrize("entry", TABLE.values(), ids=lambda entry: entry.token)
def test_an_entry_is_sound(entry: Entry) -> None:
    spec = AwsProvider("http://127.0.0.1:1", "us-east-1").spec(entry.token)

    assert spec.replace <= spec.properties
    assert spec.update <= spec.properties
    assert spec.replace & spec.update == set(spec.in_place_when), "a property is either replaced or updated"
    assert spec.identity, "something must tell two of a kind apart"
    assert set(spec.identity) <= spec.properties
    unreachable = spec.properties - spec.replace - spec.update
    assert not unreachable, f"a change of {unreachable} would be refused"


@pytest.mark.parametrize("entry", TABLE.values(), ids=lambda entry: entry.token)
def test_an_entry_names_what_pulumi_aws_has(entry: Entry) -> None:
    """Type token and property names, as the package itself sends them."""
    source = pulumi_aws_source(entry.token)

    assert f"'{entry.token}'" in source
    unknown = [
        name
        for name in entry.properties
        if f'name="{name}"' not in source and f"def {name}(self)" not in source
    ]
    assert unknown == []
    assert entry.service in SESSION.get_available_services()


def pulumi_aws_source(token: str) -> str:
    module, _, name = token.split(":")[1].partition("/")
    spec = importlib.util.find_spec("pulumi_aws")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(spec.submodule_search_locations[0]) / {"lambda": "lambda_"}.get(module, module)
    file = re.sub("([A-Z])", r"_\1", name).lower()
    return (folder / f"{file}.py").read_text()


def test_a_change_tells_what_differs() -> None:
    change = Change(
        "id", {"a": 1, "b": 2, "tags": {"x": "1", "y": "1"}}, {"a": 1, "c": 3, "tags": {"x": "2"}}
    )

    assert change.changed(frozenset({"a", "b", "c"})) == {"b": None, "c": 3}
    assert change.tags_set == {"x": "2"}
    assert change.tags_removed == ["y"]


def test_a_name_is_generated_once_within_the_limit() -> None:
    provider = AwsProvider("http://127.0.0.1:1", "us-east-1")

    first = provider.check("aws:sns/topic:Topic", URN, {}, None)
    again = provider.check("aws:sns/topic:Topic", URN, {}, first)
    long = provider.check(
        "aws:codeconnections/connection:Connection", URN.replace("alerts", "x" * 60), {}, None
    )

    assert again == first
    assert provider.check("aws:sns/topic:Topic", URN, {"name": "mine"}, first) == {"name": "mine"}
    assert len(str(long["name"])) == 32
