"""The policy that lets a role use the user's own KMS key, for each thing such a key encrypts.

Without a key there is no policy, and nothing to attach: what is returned goes into ``attached`` of a role.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.policies.encryption import Encrypted, key_policy

KeyAccess = Mapping[str, pulumi.Input[str]]
"""A word for the attachment, and the ARN of the policy; empty without a key."""


def key_access(
    context: StackContext, what: Encrypted, key_arn: str | None, parent: pulumi.Resource
) -> dict[str, pulumi.Input[str]]:
    if key_arn is None:
        return {}
    word = f"{what}-key"
    policy = aws.iam.Policy(
        context.named(f"{word}-policy"),
        name=context.names.policy(word),
        description=f"Use of the key that encrypts the {what} of this stack",
        policy=key_policy(what, key_arn),
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return {word: policy.arn}
