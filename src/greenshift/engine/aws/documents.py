"""Policies and patterns given as objects: AWS takes JSON text, and Pulumi's SDKs let a program write either.

``aws.iam.Role(assumeRolePolicy: {Statement: ...})`` reaches the provider as an object in every language. The
state has the text, as with the AWS provider [pulumi-aws: properties of type PolicyDocument].
"""

from __future__ import annotations

import json
from typing import cast

from greenshift.engine.properties.values import (
    UNKNOWN,
    Properties,
    Secret,
    Value,
    has_secret,
    has_unknown,
    plain,
)

#: Properties whose type is a JSON document, in whatever resource type they are.
DOCUMENTS = frozenset(
    [
        "assumeRolePolicy",
        "policy",
        "eventPattern",
        "filterPolicy",
        "redrivePolicy",
        "redriveAllowPolicy",
        "deliveryPolicy",
    ]
)


def as_texts(inputs: Properties) -> dict[str, Value]:
    return {key: _text(value) if key in DOCUMENTS else value for key, value in inputs.items()}


def _text(value: Value) -> Value:
    bare = plain(value)
    if not isinstance(bare, dict | list):
        return value
    if has_unknown(bare):
        return UNKNOWN
    text = json.dumps(cast(object, bare), sort_keys=True, separators=(",", ":"))
    return Secret(text) if has_secret(value) else text
