"""What checkov finds in what we create is answered by an exception with a reason; cfn-lint finds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cloudformation
import pytest
from cloudformation import template
from exceptions import Answer, Finding, read_answers
from terraform_plan import TYPES, plan

ANSWERS = read_answers()
Judge = Callable[[dict[str, Any]], list[Finding]]


@pytest.mark.parametrize("name", ["plain", "hardened", "oauth"])
def test_every_finding_is_answered(stacks: dict[str, Any], name: str) -> None:
    assert ANSWERS.unanswered(stacks[name].findings) == []


def test_every_exception_answers_something(stacks: dict[str, Any]) -> None:
    used = {ANSWERS.of(finding) for stack in stacks.values() for finding in stack.findings}

    assert [each for each in ANSWERS.all if each not in used] == []


@pytest.mark.parametrize(
    "answer", [each for each in ANSWERS.all if each.setting], ids=lambda each: f"{each.check}-{each.setting}"
)
def test_the_setting_an_exception_names_answers_the_check(stacks: dict[str, Any], answer: Answer) -> None:
    assert answer in {ANSWERS.of(finding) for finding in stacks["plain"].findings}
    assert answer not in {ANSWERS.of(finding) for finding in stacks["hardened"].findings}


def test_every_type_we_can_create_was_audited(stacks: dict[str, Any]) -> None:
    created = {each.type for stack in stacks.values() for each in stack.resources if each.custom}

    assert {type_ for type_ in created if type_.startswith("aws:")} == set(TYPES)


# Faults that somebody may build in some day: a type that goes missing, or an input that changes.
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
FAULTS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "CKV2_AWS_6": ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", None),
    "CKV_AWS_21": ("aws:s3/bucketVersioning:BucketVersioning", None),
    "CKV2_AWS_61": ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", None),
    "CKV_AWS_28": ("aws:dynamodb/table:Table", {"pointInTimeRecovery": {"enabled": False}}),
    "CKV_AWS_363": ("aws:lambda/function:Function", {"runtime": "nodejs14.x"}),
    "CKV_AWS_62": ("aws:iam/policy:Policy", {"policy": json.dumps(EVERYTHING)}),
    "CKV_AWS_316": (
        "aws:codebuild/project:Project",
        {"environment": {"privilegedMode": True, "type": "LINUX_CONTAINER"}},
    ),
}


def test_faults_are_found(stacks: dict[str, Any], judge: Judge) -> None:
    """Each of its own, so that the tool really reads what the plan says."""
    changes = dict(FAULTS.values())
    faulty = [
        replace(each, inputs={**each.inputs, **(changes.get(each.type) or {})})
        for each in stacks["plain"].resources
        if changes.get(each.type, {}) is not None
    ]

    found = {finding.check for finding in ANSWERS.unanswered(judge(plan(faulty)))}

    assert set(FAULTS) <= found


@pytest.mark.parametrize("name", ["plain", "hardened", "oauth"])
def test_cfn_lint_finds_nothing(stacks: dict[str, Any], lint: Judge, name: str) -> None:
    assert lint(template(stacks[name].resources)) == []


def test_both_forms_know_every_type() -> None:
    assert set(cloudformation.TYPES) | cloudformation.LEFT_OUT == set(TYPES)


def test_cfn_lint_finds_faults(stacks: dict[str, Any], lint: Judge) -> None:
    wrong = {
        "aws:lambda/function:Function": {"memorySize": 64, "runtime": "nodejs14.x"},
        "aws:cloudwatch/metricAlarm:MetricAlarm": {"comparisonOperator": "Above"},
        "aws:iam/policy:Policy": {
            "policy": '{"Statement": [{"Effect": "Perhaps", "Action": "s3:GetObject"}]}'
        },
        "aws:codepipeline/pipeline:Pipeline": {"executionMode": "SIDEWAYS"},
    }
    faulty = [
        replace(each, inputs={**each.inputs, **wrong.get(each.type, {})})
        for each in stacks["plain"].resources
    ]

    found = {finding.check for finding in lint(template(faulty))}

    # A number out of range, a runtime that is gone, a value that is none, a policy that is none.
    assert {"E3034", "E2531", "E3030", "E3510"} <= found, found


def test_no_secret_is_in_either_form(stacks: dict[str, Any]) -> None:
    for form in (plan, template):
        assert "a-token-of-a-person" not in str(form(stacks["oauth"].resources))
