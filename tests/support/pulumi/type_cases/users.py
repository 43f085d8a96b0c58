"""User pools."""

from __future__ import annotations

from support.pulumi.type_cases.case import Case, Ref

POOL = "aws:cognito/userPool:UserPool"

CASES = (
    Case(
        POOL,
        {
            "name": "case-pool",
            "autoVerifiedAttributes": ["email"],
            "usernameAttributes": ["email"],
            "tags": {"a": "b"},
        },
        {"mfaConfiguration": "OPTIONAL", "deletionProtection": "INACTIVE", "tags": {"a": "c"}},
        {"name": "case-other", "usernameAttributes": None, "aliasAttributes": ["email"]},
        ("arn", "endpoint", "creationDate"),
        unseen=("usernameAttributes", "aliasAttributes"),  # moto does not tell
    ),
    Case(
        "aws:cognito/userPoolClient:UserPoolClient",
        {"userPoolId": Ref("pool"), "name": "web", "callbackUrls": ["https://example.com"]},
        {"callbackUrls": ["https://example.com/in"], "logoutUrls": ["https://example.com/out"]},
        {"userPoolId": Ref("other"), "generateSecret": True},
        needs={"pool": (POOL, {"name": "users-one"}), "other": (POOL, {"name": "users-two"})},
        import_id="{userPoolId}/{id}",
        unseen=("generateSecret",),
    ),
)
