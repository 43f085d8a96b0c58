"""``iam.getPolicyDocument``, which is pure: the JSON that typed statements are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.engine.aws.policy_documents import policy_document
from greenshift.errors import EngineError


def statements(**args: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(policy_document(args)["json"])["Statement"]
    return found


def statement(**given: Any) -> dict[str, Any]:
    return statements(statements=[given])[0]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"actions": ["s3:Get*"], "resources": ["*"]}, {"Action": "s3:Get*", "Resource": "*"}),
        ({"actions": ["a:A", "a:B"], "resources": ["x"]}, {"Action": ["a:B", "a:A"], "Resource": "x"}),
        ({"notActions": ["a:A"], "notResources": ["x"]}, {"NotAction": "a:A", "NotResource": "x"}),
        ({"sid": "One", "effect": "Deny"}, {"Sid": "One", "Effect": "Deny"}),
        ({"principals": [{"type": "*", "identifiers": ["*"]}]}, {"Principal": "*"}),
        ({"principals": [{"type": "AWS", "identifiers": ["*"]}]}, {"Principal": {"AWS": "*"}}),
        (
            {"notPrincipals": [{"type": "AWS", "identifiers": ["a", "b"]}]},
            {"NotPrincipal": {"AWS": ["b", "a"]}},
        ),
        (
            {
                "conditions": [
                    {"test": "StringLike", "variable": "s3:prefix", "values": ["home/&{aws:username}/*"]},
                    {"test": "StringLike", "variable": "aws:Tag", "values": ["a", "b"]},
                ]
            },
            {"Condition": {"StringLike": {"s3:prefix": "home/${aws:username}/*", "aws:Tag": ["a", "b"]}}},
        ),
    ],
)
def test_a_statement_is_written_as_the_provider_writes_it(given: Any, wanted: Any) -> None:
    assert statement(**given) == {"Effect": "Allow", **wanted}


def test_documents_are_merged_by_their_sids() -> None:
    source = json.dumps({"Statement": [{"Sid": "A", "Effect": "Allow"}, {"Sid": "B", "Effect": "Allow"}]})
    override = json.dumps({"Id": "mine", "Statement": {"Sid": "B", "Effect": "Deny"}})
    merged = policy_document(
        {
            "sourcePolicyDocuments": [source],
            "statements": [{"sid": "A", "effect": "Deny"}, {"actions": ["a:A"]}],
            "overridePolicyDocuments": [override],
        }
    )
    found = json.loads(merged["json"])
    assert found["Id"] == "mine"
    assert [(each.get("Sid"), each["Effect"]) for each in found["Statement"]] == [
        ("A", "Deny"),
        ("B", "Deny"),
        (None, "Allow"),
    ]
    assert json.loads(merged["minifiedJson"]) == found


@pytest.mark.parametrize(
    "args",
    [
        {"statements": [{"sid": "A"}, {"sid": "A"}]},
        {"sourcePolicyDocuments": ["{"]},
        {"sourcePolicyDocuments": ['{"Statement":{"Sid":"A"}}', '{"Statement":{"Sid":"A"}}']},
        {"version": "2008-10-17", "statements": [{"resources": ["&{aws:username}"]}]},
    ],
)
def test_what_cannot_be_a_policy_is_refused(args: Any) -> None:
    with pytest.raises(EngineError):
        policy_document(args)
