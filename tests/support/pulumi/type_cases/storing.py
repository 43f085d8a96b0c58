"""What keeps values and keys: parameters, secrets, KMS."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case, Ref

SECRET = "aws:secretsmanager/secret:Secret"
KEY = "aws:kms/key:Key"


def policy(action: str) -> str:
    statement = {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": action,
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        "aws:ssm/parameter:Parameter",
        {"name": "/case/limit", "type": "String", "value": "1", "description": "one", "tags": {"a": "b"}},
        {"value": "2", "description": "two", "tags": {"a": "c"}},
        {"name": "/case/other"},
        ("arn", "version", "value"),
    ),
    Case(
        "aws:ssm/parameter:Parameter",
        {"name": "/case/secret", "type": "SecureString", "value": "hush"},
        {"value": "husher"},
        outputs=("value",),
    ),
    Case(
        "aws:ssm/parameter:Parameter",
        {"name": "/case/plain", "type": "StringList", "insecureValue": "a,b"},
        {"insecureValue": "a,b,c"},
    ),
    Case(
        SECRET,
        {"name": "case-secret", "description": "one", "recoveryWindowInDays": 0, "tags": {"a": "b"}},
        {"description": "two", "policy": policy("secretsmanager:GetSecretValue"), "tags": {"a": "c"}},
        {"name": "case-other"},
        ("arn",),
        unseen=("recoveryWindowInDays",),
    ),
    Case(
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": Ref("secret"), "secretString": "hush"},
        {"versionStages": ["AWSCURRENT", "BLUE"]},
        {"secretString": "husher"},
        ("arn", "versionId"),
        {"secret": (SECRET, {"name": "base-secret", "recoveryWindowInDays": 0})},
        stays=True,
    ),
    Case(
        KEY,
        {"description": "one", "enableKeyRotation": True, "deletionWindowInDays": 7, "tags": {"a": "b"}},
        {"description": "two", "enableKeyRotation": False, "policy": policy("kms:*"), "tags": {"a": "c"}},
        {"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "RSA_2048"},
        ("arn", "keyId"),
        unseen=("deletionWindowInDays",),
    ),
    Case(
        "aws:kms/alias:Alias",
        {"name": "alias/case", "targetKeyId": Ref("key")},
        {"targetKeyId": Ref("other")},
        {"name": "alias/other"},
        ("arn", "targetKeyArn"),
        {"key": (KEY, {"description": "key"}), "other": (KEY, {"description": "other"})},
    ),
)
