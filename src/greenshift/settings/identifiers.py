"""ARNs and ids of things that exist already and that a setting names: their forms, and nothing else."""

from __future__ import annotations

import re

from greenshift.settings.violation import Violation

KEY_EXAMPLE = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_ALLOWED = "the ARN of a KMS key"

# An alias's ARN will not do: IAM takes the key's own ARN as a resource (KMS developer guide, "Aliases").
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+")
_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+")
_LAYER = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+")
_SUBNET = re.compile(r"subnet-[0-9a-z]+")
_GROUP = re.compile(r"sg-[0-9a-z]+")


def checked_key(value: str | None) -> str | None:
    return _checked(_KEY, value, "it must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>")


def checked_policy(value: str | None) -> str | None:
    return _checked(_POLICY, value, "it must be the ARN of an IAM policy")


def check_layers(values: tuple[str, ...]) -> None:
    _check_each(_LAYER, values, "it must be the ARN of a layer's version, which ends in :<layer>:<number>")


def check_subnets(values: tuple[str, ...]) -> None:
    _check_each(_SUBNET, values, "it must be the id of a subnet, for example subnet-0a1b2c3d")


def check_security_groups(values: tuple[str, ...]) -> None:
    _check_each(_GROUP, values, "it must be the id of a security group, for example sg-0a1b2c3d")


def _check_each(pattern: re.Pattern[str], values: tuple[str, ...], allowed: str) -> None:
    for index, value in enumerate(values):
        if not pattern.fullmatch(value):
            raise Violation(allowed, at=(str(index),))


def _checked(pattern: re.Pattern[str], value: str | None, allowed: str) -> str | None:
    if value is not None and not pattern.fullmatch(value):
        raise Violation(allowed)
    return value
