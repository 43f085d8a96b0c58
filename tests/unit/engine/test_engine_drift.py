"""What counts as changed behind the state's back, and what is only said in other words."""

from __future__ import annotations

import pytest

from greenshift.engine.properties.values import Secret
from greenshift.engine.state.drift import alike, drifted

POLICY = '{"Statement": [{"Effect": "Allow", "Action": ["s3:Get*"]}]}'


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (30, 30.0),
        ("true", True),
        (POLICY, '{"Statement":{"Action":"s3:Get*","Effect":"Allow"}}'),
        ("arn:aws:lambda:us-east-1:1:function:shop", "shop"),
        ({"variables": {"A": "1"}}, {"variables": {"A": "1"}}),
        (["a", "b"], ["a", "b"]),
    ],
)
def test_the_same_in_other_words_is_no_change(before: object, now: object) -> None:
    assert alike(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, "by hand"),
        (30, 60),
        (POLICY, POLICY.replace("Allow", "Deny")),
        ("arn:aws:lambda:us-east-1:1:function:shop", "hop"),
        ({"variables": {"A": "1"}}, {"variables": {"A": "1", "B": "2"}}),
        (["a"], ["a", "b"]),
        (True, "false"),
    ],
)
def test_another_meaning_is_a_change(before: object, now: object) -> None:
    assert not alike(before, now)


def test_what_is_not_told_of_stays_but_for_tags_which_always_are() -> None:
    inputs = {"name": "a", "forceDestroy": True, "timeout": 3, "tags": {"a": "1"}}

    assert drifted(inputs, {"name": "a", "timeout": 60}) == {"name": "a", "forceDestroy": True, "timeout": 60}


def test_what_was_a_secret_stays_one() -> None:
    assert drifted({"tags": Secret({"a": "1"})}, {"tags": {"a": "2"}}) == {"tags": Secret({"a": "2"})}


def test_inside_a_value_silence_and_nothing_are_the_same() -> None:
    said = {"stages": [{"name": "Shift", "inputArtifacts": []}]}
    there = {"stages": [{"name": "Shift", "runOrder": 1, "isOn": False}]}

    assert drifted(said, there) == said


def test_what_changed_is_told_without_what_nobody_said() -> None:
    said = {"stages": [{"name": "Shift"}]}
    there = {"stages": [{"name": "Ship", "runOrder": 1, "timeout": 5}]}

    assert drifted(said, there) == {"stages": [{"name": "Ship", "timeout": 5}]}
