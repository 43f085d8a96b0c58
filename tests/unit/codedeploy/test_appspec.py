"""The AppSpec: what is read, and every way it is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.twin.codedeploy.appspec import AppSpec, AppSpecError, parse_appspec

YAML = """
version: 0.0
Resources:
  - myFunction:
      Type: AWS::Lambda::Function
      Properties:
        Name: charge
        Alias: live
        CurrentVersion: "3"
        TargetVersion: "4"
Hooks:
  - BeforeAllowTraffic: CodeDeployHook_pre
  - AfterAllowTraffic: arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_post
"""

EXPECTED = AppSpec(
    "charge",
    "live",
    "3",
    "4",
    "CodeDeployHook_pre",
    "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_post",
)


def document(**properties: object) -> str:
    values = {"Name": "charge", "Alias": "live", "CurrentVersion": "3", "TargetVersion": "4", **properties}
    kept = {key: value for key, value in values.items() if value is not None}
    resource = {"Type": "AWS::Lambda::Function", "Properties": kept}
    return json.dumps({"version": 0.0, "Resources": [{"charge": resource}]})


def test_yaml_is_read_with_its_hooks() -> None:
    assert parse_appspec(YAML) == EXPECTED


def test_keys_are_matched_whatever_their_case() -> None:
    text = YAML
    for key in (
        "Resources",
        "Properties",
        "CurrentVersion",
        "TargetVersion",
        "Name",
        "Alias",
        "Hooks",
        "Type",
    ):
        text = text.replace(f"{key}:", f"{key.lower()}:")

    assert parse_appspec(text) == EXPECTED


def test_json_is_read_without_hooks_and_with_tabs() -> None:
    text = json.dumps(json.loads(document()), indent="\t")

    assert parse_appspec(text) == AppSpec("charge", "live", "3", "4")


def test_versions_may_be_numbers() -> None:
    assert parse_appspec(document(CurrentVersion=3, TargetVersion=12)).target_version == "12"


def test_the_version_may_be_a_text() -> None:
    assert parse_appspec(YAML.replace("version: 0.0", 'version: "0.0"')) == EXPECTED


def test_its_own_text_reads_back_and_the_way_back_has_no_hooks() -> None:
    assert parse_appspec(EXPECTED.reversed().as_text()) == AppSpec("charge", "live", "4", "3")


def test_a_target_id_names_function_and_alias_also_for_an_arn() -> None:
    assert EXPECTED.target_id == "charge:live"
    arn = "arn:aws:lambda:us-east-1:123456789012:function:charge"
    assert parse_appspec(document(Name=arn)).target_id == "charge:live"


TWO = document().replace('"Resources": [', '"Resources": [{"other": {}}, ')

REFUSED = {
    "not a document": ("{[", "not a well-formatted"),
    "empty": ("", "must be a mapping"),
    "a list": ("- 1", "must be a mapping"),
    "another version": (YAML.replace("0.0", "1.0"), "must be 0.0, not 1.0"),
    "no version": (YAML.replace("version: 0.0", ""), "must be 0.0, not None"),
    "no resources": ("version: 0.0", "resources section must be a list"),
    "empty resources": ("version: 0.0\nResources: []", "exactly one function, not 0"),
    "two functions": (TWO, "exactly one function, not 2"),
    "a resource that is a text": ("version: 0.0\nResources: [x]", "must be a mapping"),
    "another type": (
        YAML.replace("AWS::Lambda::Function", "AWS::ECS::Service"),
        "must be AWS::Lambda::Function",
    ),
    "no name": (document(Name=None), "property Name must be"),
    "an empty name": (document(Name=" "), "property Name must be"),
    "no alias": (document(Alias=None), "property Alias must be"),
    "an alias that is a number": (document(Alias=3), "property Alias must be"),
    "no current version": (document(CurrentVersion=None), "CurrentVersion must be the number"),
    "$LATEST": (document(TargetVersion="$LATEST"), "number of a published version, not \\$LATEST"),
    "version 0": (document(TargetVersion="0"), "TargetVersion must be the number"),
    "a negative version": (document(TargetVersion="-1"), "TargetVersion must be the number"),
    "a fraction": (document(TargetVersion=1.5), "TargetVersion must be the number"),
    "true": (document(TargetVersion=True), "TargetVersion must be the number"),
    "other digits": (document(TargetVersion="\u0664"), "TargetVersion must be the number"),
    "an unknown hook": (YAML.replace("BeforeAllowTraffic", "BeforeInstall"), "BeforeInstall is not a hook"),
    "a hook twice": (YAML.replace("BeforeAllowTraffic", "AfterAllowTraffic"), "given twice"),
    "an empty hook": (YAML.replace("CodeDeployHook_pre", ""), "must be the name or ARN"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_codedeploy_would_not_follow_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(AppSpecError, match=reason):
        parse_appspec(text)


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text: str) -> None:
    try:
        parse_appspec(text)
    except AppSpecError as error:
        assert str(error)
