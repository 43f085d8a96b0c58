"""Policy documents: every form IAM takes is read, and allows and denies are told apart."""

from __future__ import annotations

import json

import pytest

from greenshift.contract.policies import Statement, allows, parse_policy, write_policy

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger"


def test_one_statement_and_single_values_read_like_lists() -> None:
    short = {"Effect": "Allow", "Action": "a:B", "Resource": "*", "Principal": {"Service": "x"}}
    long = {"Effect": "Allow", "Action": ["a:B"], "Resource": ["*"], "Principal": {"Service": ["x"]}}

    assert parse_policy({"Statement": short}) == parse_policy(json.dumps({"Statement": [long]}))


def test_conditions_are_read_whatever_their_operator() -> None:
    (statement,) = parse_policy(
        {
            "Statement": {
                "Effect": "Allow",
                "Condition": {
                    "StringEquals": {"aws:sourceaccount": "1"},
                    "ArnLike": {"aws:SourceArn": ["a"]},
                },
            }
        }
    )

    assert statement.required("aws:SourceAccount") == ("1",)
    assert statement.required("AWS:SourceArn") == ("a",)


def test_what_is_written_is_read_back() -> None:
    written = Statement(
        sid="One",
        effect="Deny",
        principal={"AWS": ("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b")},
        not_actions=("s3:GetObject",),
        not_resources=("arn:aws:s3:::a/*",),
        condition={"Bool": {"aws:SecureTransport": "false"}},
    )

    assert parse_policy(write_policy(written)) == (written,)


def test_a_condition_may_be_a_boolean_of_json() -> None:
    (statement,) = parse_policy('{"Statement": {"Condition": {"Bool": {"aws:SecureTransport": false}}}}')

    assert statement.required("aws:SecureTransport") == ("false",)


def test_everyone_is_a_principal_in_both_forms() -> None:
    for principal in ("*", {"AWS": "*"}):
        (statement,) = parse_policy({"Statement": {"Effect": "Allow", "Principal": principal}})
        assert statement.principals == ("*",)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([Statement(actions=("dynamodb:PutItem",), resources=(TABLE,))], True),
        ([Statement(actions=("DynamoDB:putitem",), resources=(TABLE,))], True),
        ([Statement(actions=("dynamodb:Put*",), resources=("arn:aws:dynamodb:*:*:table/l?dger",))], True),
        ([Statement(actions=("dynamodb:PutItem",), resources=(TABLE.upper(),))], False),
        ([Statement(actions=("dynamodb:PutItem",), resources=(f"{TABLE}/index/*",))], False),
        ([Statement(actions=("dynamodb:GetItem",), resources=("*",))], False),
        ([Statement(not_actions=("iam:*",), resources=("*",))], True),
        ([Statement(not_actions=("dynamodb:*",), resources=("*",))], False),
        ([Statement(actions=("*",), not_resources=(TABLE,))], False),
        ([], False),
    ],
)
def test_an_action_is_allowed_on_a_resource(statements: list[Statement], expected: bool) -> None:
    assert allows(statements, "dynamodb:PutItem", TABLE) is expected


def test_a_deny_wins_unless_it_is_conditional() -> None:
    allow = Statement(actions=("*",), resources=("*",))
    deny = Statement(effect="Deny", actions=("dynamodb:*",), resources=(TABLE,))
    conditional = Statement(effect="Deny", actions=("*",), resources=("*",), condition={"Bool": {"k": "x"}})

    assert not allows([allow, deny], "dynamodb:PutItem", TABLE)
    assert allows([allow, conditional], "dynamodb:PutItem", TABLE)
    assert allows([allow, deny], "s3:GetObject", "arn:aws:s3:::b/k")


def test_dots_in_a_pattern_are_dots() -> None:
    statement = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::a.b/*",))

    assert not allows([statement], "s3:GetObject", "arn:aws:s3:::axb/k")
