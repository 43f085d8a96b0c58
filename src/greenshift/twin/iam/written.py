"""Policies as they are written: what is no policy is refused then, as AWS does, not when it first judges.

moto keeps some documents unread: trust policies, and those of queues and topics. What it would keep is read
here first, with the reader that will judge by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from greenshift.twin.errors import ServiceError
from greenshift.twin.iam.document import Document, PolicyError, parse

_TRUST = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
_IDENTITY = frozenset(
    {"CreatePolicy", "CreatePolicyVersion", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"}
)
_ATTRIBUTES = {
    "sns": frozenset({"CreateTopic", "SetTopicAttributes"}),
    "sqs": frozenset({"CreateQueue", "SetQueueAttributes"}),
}
# SNS API reference: SetTopicAttributes. SQS API reference: SetQueueAttributes.
_BAD_ATTRIBUTE = {
    "sns": ("InvalidParameter", "Invalid parameter: Policy Error"),
    "sqs": ("InvalidAttributeValue", "Invalid value for the parameter Policy"),
}


def writes(service: str, operation: str) -> bool:
    """Whether an operation may write a policy, so that its parameters are worth reading."""
    if service == "iam":
        return operation in _TRUST or operation in _IDENTITY
    return operation == "PutBucketPolicy" if service == "s3" else operation in _ATTRIBUTES.get(service, ())


def check(service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise the service's own refusal of a document that is no policy.

    ``parameters`` as botocore has them, or as a Query request flattens them.
    """
    if not writes(service, operation):
        return
    match service:
        case "iam" if operation in _TRUST:
            _check_trust(parameters.get(_TRUST[operation]))
        case "iam":
            _read_for_iam(parameters.get("PolicyDocument"))
        case "s3":
            _check_bucket(parameters.get("Policy"))
        case _:
            for document in _attributes(parameters):
                _check_attribute(service, document)


def _check_trust(document: object) -> None:
    policy = _read_for_iam(document)
    if policy is None:
        return
    for statement in policy.statements:
        if statement.principals is None:
            raise _malformed("Missing required field Principal")
        if any(not action.lower().startswith("sts:") for action in statement.actions.patterns):
            raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")


def _read_for_iam(document: object) -> Document | None:
    if document is None:
        return None  # moto says what is missing
    text = _text(document)
    if not text.lstrip().startswith("{"):
        raise _malformed("This policy contains invalid Json")
    try:
        return parse(text)
    except PolicyError as error:
        raise _malformed(f"Syntax errors in policy. ({error})") from None


def _malformed(message: str) -> ServiceError:
    """IAM API reference: MalformedPolicyDocument."""
    return ServiceError("MalformedPolicyDocument", message)


def _check_bucket(document: object) -> None:
    """S3 API reference, "List of error codes": MalformedPolicy."""
    text = _text(document)
    if not text.startswith("{"):
        raise ServiceError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    try:
        policy = parse(text)
    except PolicyError as error:
        raise ServiceError("MalformedPolicy", f"The policy is not valid: {error}") from None
    if any(statement.principals is None for statement in policy.statements):
        raise ServiceError("MalformedPolicy", "Missing required field Principal")


def _check_attribute(service: str, document: object) -> None:
    if document in (None, ""):
        return  # takes the policy away
    try:
        parse(_text(document))
    except PolicyError as error:
        code, said = _BAD_ATTRIBUTE[service]
        raise ServiceError(code, f"{said}: {error}") from None


def _attributes(parameters: Mapping[str, Any]) -> Iterator[object]:
    """The policy among attributes: in a mapping, as one name and value, or in numbered members of a form."""
    attributes = parameters.get("Attributes")
    if isinstance(attributes, Mapping) and "Policy" in attributes:
        yield attributes["Policy"]
    if parameters.get("AttributeName") == "Policy":
        yield parameters.get("AttributeValue")
    for name, value in parameters.items():
        for key, text in ((".key", ".value"), (".Name", ".Value")):
            if value == "Policy" and name.endswith(key):
                yield parameters.get(name.removesuffix(key) + text)


def _text(document: object) -> str:
    if isinstance(document, bytes | bytearray):
        return bytes(document).decode("utf-8", "replace")
    return document if isinstance(document, str) else json.dumps(document)
