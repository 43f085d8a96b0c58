"""What checkov finds in what we create is answered by an exception with a reason; cfn-lint finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from support.audit import cloudformation, terraform_plan
from support.audit.exceptions import Answer, read_answers

ANSWERS = read_answers()
OURS = ("plain", "hardened", "oauth")


@pytest.mark.parametrize("name", OURS)
def test_every_finding_of_checkov_is_answered(stacks: dict[str, Any], name: str) -> None:
    assert ANSWERS.unanswered(stacks[name].by_checkov) == []


def test_every_exception_answers_something(stacks: dict[str, Any]) -> None:
    used = {ANSWERS.of(finding) for name in OURS for finding in stacks[name].by_checkov}

    assert [each for each in ANSWERS.all if each not in used] == []


@pytest.mark.parametrize(
    "answer", [each for each in ANSWERS.all if each.setting], ids=lambda each: f"{each.check}-{each.setting}"
)
def test_the_setting_an_exception_names_answers_the_check(stacks: dict[str, Any], answer: Answer) -> None:
    assert answer in {ANSWERS.of(finding) for finding in stacks["plain"].by_checkov}
    assert answer not in {ANSWERS.of(finding) for finding in stacks["hardened"].by_checkov}


@pytest.mark.parametrize("name", OURS)
def test_cfn_lint_finds_nothing(stacks: dict[str, Any], name: str) -> None:
    assert stacks[name].by_cfn_lint == []


def test_every_type_we_can_create_was_audited(stacks: dict[str, Any]) -> None:
    created = {each.type for name in OURS for each in stacks[name].resources if each.custom}

    assert {type_ for type_ in created if type_.startswith("aws:")} == set(terraform_plan.TYPES)
    assert set(cloudformation.TYPES) | cloudformation.LEFT_OUT == set(terraform_plan.TYPES)


def test_both_tools_see_faults(stacks: dict[str, Any]) -> None:
    """So that they really read what they are given."""
    checked = {finding.check for finding in ANSWERS.unanswered(stacks["faulty"].by_checkov)}
    linted = {finding.check for finding in stacks["faulty"].by_cfn_lint}

    # An open bucket, without versions, that keeps everything; no recovery, a runtime that is gone, any right.
    assert {"CKV2_AWS_6", "CKV_AWS_21", "CKV2_AWS_61", "CKV_AWS_28", "CKV_AWS_363", "CKV_AWS_62"} <= checked
    # A number out of range, a runtime that is gone, a value that is none, a trust policy that is none.
    assert {"E3034", "E2531", "E3030", "E3530"} <= linted


def test_no_secret_is_in_what_the_tools_are_given(stacks: dict[str, Any]) -> None:
    for form in (terraform_plan.plan, cloudformation.template):
        assert "a-token-of-a-person" not in str(form(stacks["oauth"].resources))
