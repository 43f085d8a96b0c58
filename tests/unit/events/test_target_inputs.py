"""What a target receives: the whole event, a part, a constant, a template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.twin.events.inputs import InputError, Origin, TargetInput, Transformer, check, render
from greenshift.twin.events.json_path import NOTHING, PathError, find, parse_path

EVENT: dict[str, Any] = {
    "id": "1",
    "source": "aws.ec2",
    "resources": ["arn:one", "arn:two"],
    "detail": {
        "state": "RUNNING",
        "count": 2,
        "note": 'say "hi"',
        "who": {"name": "Ada"},
        "flag": True,
        "no": None,
    },
}
ORIGIN = Origin("my-rule", "arn:aws:events:us-east-1:123456789012:rule/my-rule", "2026-01-02T03:04:05Z")


def filled(template: str, **paths: str) -> str:
    return render(TargetInput(transformer=Transformer(paths, template)), EVENT, ORIGIN)


def test_without_an_input_the_target_gets_the_event() -> None:
    assert json.loads(render(TargetInput(), EVENT, ORIGIN)) == EVENT


def test_a_constant_is_passed_as_it_is() -> None:
    assert render(TargetInput(constant='{"a": 1}'), EVENT, ORIGIN) == '{"a": 1}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.state", "RUNNING"),
        ("$.resources[1]", "arn:two"),
        ("$.detail['who']", {"name": "Ada"}),
        ('$["detail"].count', 2),
        ("$.detail.no", None),
        ("$.nowhere.at.all", {}),
        ("$.resources[9]", {}),
    ],
)
def test_a_path_takes_a_part_of_the_event(path: str, expected: Any) -> None:
    assert json.loads(render(TargetInput(path=path), EVENT, ORIGIN)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"state": <state>}', '{"state": "RUNNING"}'),
        ('{"count": <count>, "flag": <flag>, "no": <no>}', '{"count": 2, "flag": true, "no": null}'),
        ('{"who": <who>}', '{"who": {"name":"Ada"}}'),
        ('{"all": <resources>}', '{"all": ["arn:one","arn:two"]}'),
        ('{"text": "it is <state>, <count> times"}', '{"text": "it is RUNNING, 2 times"}'),
        ('"<state> since <count>"', '"RUNNING since 2"'),
        ('{"note": <note>}', '{"note": "say \\"hi\\""}'),
        ('{"note": "they <note>"}', '{"note": "they say \\"hi\\""}'),
        ('{"text": "\\"<state>\\""}', '{"text": "\\"RUNNING\\""}'),
        ('"one <state>"\n"two <count>"', '"one RUNNING"\n"two 2"'),
        ('{"who": "<who>"}', '{"who": "{name:Ada}"}'),
        ('{"rule": <aws.events.rule-name>}', '{"rule": "my-rule"}'),
        ('"<aws.events.rule-arn>"', f'"{ORIGIN.rule_arn}"'),
        ('"at <aws.events.event.ingestion-time>"', '"at 2026-01-02T03:04:05Z"'),
        ('"gone: <gone>"', '"gone: "'),
    ],
)
def test_a_template_is_filled_with_quotes_where_json_needs_them(template: str, expected: str) -> None:
    paths = {name: f"$.detail.{name}" for name in ("state", "count", "flag", "no", "who", "note", "gone")}

    assert filled(template, **paths, resources="$.resources") == expected


def test_the_event_itself_can_be_a_value_with_and_without_its_detail() -> None:
    result = json.loads(filled('{"whole": <aws.events.event.json>, "head": <aws.events.event>}'))

    assert result["whole"] == EVENT
    assert result["head"] == {name: value for name, value in EVENT.items() if name != "detail"}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (TargetInput(constant="{}", path="$"), "Only one of Input, InputPath, or InputTransformer"),
        (TargetInput(constant="not json"), "JSON text expected"),
        (TargetInput(path="detail"), "does not begin with $"),
        (TargetInput(path="$.a[x]"), "cannot be read from character 3 on"),
        (TargetInput(path="$..a"), "cannot be read from character 1 on"),
        (TargetInput(transformer=Transformer({"a": "nope"}, '"<a>"')), "does not begin with $"),
        (TargetInput(transformer=Transformer({}, '"<a>"')), "uses <a>, which InputPathsMap does not define"),
        (TargetInput(transformer=Transformer({"aws.x": "$"}, '"x"')), "may not begin with AWS"),
        (TargetInput(transformer=Transformer({"a": "$.a"}, "state is <a>")), "neither JSON nor quoted text"),
    ],
)
def test_an_input_that_could_never_be_rendered_is_refused(given: TargetInput, complaint: str) -> None:
    with pytest.raises(InputError) as refused:
        check(given)

    assert complaint in str(refused.value)


def test_a_path_that_leads_nowhere_finds_nothing_which_is_not_null() -> None:
    assert find(parse_path("$.detail.no"), EVENT) is None
    assert find(parse_path("$.detail.state.more"), EVENT) is NOTHING
    with pytest.raises(PathError):
        parse_path("$.[0]")
