"""Who may do what, beside roles and managed policies."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case, Ref

ROLE = "aws:iam/role:Role"


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
_ROLES = {
    "one": (ROLE, {"name": "granting-one", "assumeRolePolicy": TRUST}),
    "two": (ROLE, {"name": "granting-two", "assumeRolePolicy": TRUST}),
    "policy": ("aws:iam/policy:Policy", {"name": "granting", "policy": policy("s3:GetObject")}),
}

_BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_READ = {"name": "read", "policy": policy("s3:GetObject")}
_WRITE = {"name": "write", "policy": policy("s3:PutObject")}

CASES = (
    Case(
        ROLE,
        {
            "name": "granting-whole",
            "assumeRolePolicy": TRUST,
            "managedPolicyArns": [_BASIC],
            "inlinePolicies": [_READ],
            "tags": {"a": "b"},
        },
        {"managedPolicyArns": [Ref("policy")], "inlinePolicies": [_READ, _WRITE], "description": "two"},
        {"path": "/other/"},
        ("arn", "uniqueId"),
        {"policy": _ROLES["policy"]},
    ),
    Case(
        ROLE,
        {"namePrefix": "granting-", "assumeRolePolicy": TRUST, "forceDetachPolicies": True},
        {"maxSessionDuration": 7200},
        {"namePrefix": "others-", "name": "others-1"},
        unseen=("namePrefix", "forceDetachPolicies"),
    ),
    Case(
        "aws:iam/policy:Policy",
        {"namePrefix": "granting-", "policy": policy("s3:GetObject"), "tags": {"a": "b"}},
        {"policy": policy("s3:PutObject"), "tags": {"a": "c"}},
        {"path": "/other/"},
        ("arn",),
        unseen=("namePrefix",),
    ),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": Ref("one"), "name": "inline", "policy": policy("s3:GetObject")},
        {"policy": policy("s3:PutObject")},
        {"role": Ref("two")},
        needs=_ROLES,
    ),
    Case(
        "aws:iam/policyAttachment:PolicyAttachment",
        {"name": "all", "policyArn": Ref("policy"), "roles": [Ref("one")]},
        {"roles": [Ref("one"), Ref("two")]},
        {"name": "others"},
        needs=_ROLES,
        import_id="{name}/{policyArn}",
    ),
    Case(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        {
            "url": "https://token.actions.githubusercontent.com",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["6938fd4d98bab03faadb97b34396831e3780aea1"],
            "tags": {"a": "b"},
        },
        {"clientIdLists": ["sts.amazonaws.com", "other"], "tags": {"a": "c"}},
        {"url": "https://gitlab.example.com"},
        ("arn",),
    ),
)
