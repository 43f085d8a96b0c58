"""What it takes to use a table, a bucket or a topic that is encrypted with the user's own KMS key.

S3 user guide, "Using server-side encryption with AWS KMS keys": reading needs Decrypt, writing also
GenerateDataKey; CodePipeline's and CodeBuild's guides add Encrypt and DescribeKey. DynamoDB developer
guide, "Managing encrypted tables": the table key is decrypted for whoever asks. SNS developer guide, "Key
management": a publisher needs Decrypt and GenerateDataKey.
"""

from __future__ import annotations

from typing import Literal

from greenshift.contract.policies import Statement, write_policy

Encrypted = Literal["artifacts", "ledger", "topic"]

_ACTIONS: dict[Encrypted, tuple[str, ...]] = {
    "artifacts": ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    "ledger": ("kms:Decrypt",),
    "topic": ("kms:Decrypt", "kms:GenerateDataKey"),
}


# Who uses which key, in the words of the roles' own names.
USERS: dict[Encrypted, tuple[str, ...]] = {
    "artifacts": ("pipeline", "build", "controller"),
    "ledger": ("controller", "recorder", "your functions"),
    "topic": ("recorder", "pipeline, when an approval is asked for"),
}


def key_actions(what: Encrypted) -> tuple[str, ...]:
    return _ACTIONS[what]


def key_policy(what: Encrypted, key_arn: str) -> str:
    return write_policy(Statement(sid="Key", actions=_ACTIONS[what], resources=[key_arn]))
