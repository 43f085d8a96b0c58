"""docs/iam.md is what the policies say, and gives a reason for every statement."""

from __future__ import annotations

import json

import pytest
from iam_page import WHY, iam_page, roles

from greenshift.components.policies import managed
from greenshift.components.policies.encryption import Encrypted, key_policy
from greenshift.components.policies.evidence import UNPROVED


def test_no_reason_is_left_of_a_statement_that_is_gone() -> None:
    statements = {
        (role.word, each["Sid"])
        for role in roles()
        for policy in role.policies
        for each in json.loads(policy)["Statement"]
    }

    assert set(WHY) - statements == set()


def test_every_unproved_permission_is_in_a_policy_once() -> None:
    actions = {
        (role.word, action)
        for role in roles()
        for policy in role.policies
        for each in json.loads(policy)["Statement"]
        for action in each["Action"]
    }
    rows = [(row.principal, row.action) for row in UNPROVED]

    assert set(rows) - actions == set()
    assert len(rows) == len(set(rows))


def test_aws_managed_policies_are_told_where_they_are_attached() -> None:
    told = {policy for role in roles() for policy in role.managed}

    assert told == {managed.CODEDEPLOY, managed.TRACING}


@pytest.mark.parametrize("what", ["artifacts", "ledger", "topic"])
def test_what_a_key_of_ones_own_asks_for_is_told(what: Encrypted) -> None:
    (statement,) = json.loads(key_policy(what, "arn:k"))["Statement"]
    section = iam_page("").split("## With a KMS key of your own")[1]

    assert "<br>".join(f"`{action}`" for action in statement["Action"]) in section
    assert statement["Resource"] == ["arn:k"]
