"""Where moto and the twin must be brought together: each with the reason it is needed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from greenshift.twin.clock import Clock
from greenshift.twin.service import reads_targets

_AWS_POLICY = re.compile(r"arn:aws:iam::aws:policy/[\w+=,.@/-]+")


class RawBody(io.BytesIO):
    """What botocore expects below an AWSResponse: a body that can be streamed."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(65_536):
            yield chunk


def reset_state() -> None:
    """moto's state is global to the process; a twin begins and ends with none."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data

    BackendDict.reset()
    reset_model_data()


def follow_clock(clock: Clock) -> None:
    """moto's logs drop events more than two hours ahead of the wall clock; the twin's time runs faster."""
    import moto.logs.models as logs_models

    setattr(logs_models, "utcnow", lambda: clock.now().replace(tzinfo=None))  # noqa: B010 - as above


# Events kept of one log stream, and by how much they are cut when there are more.
_KEPT_EVENTS = 200_000
_CUT_EVENTS = 50_000


def bound_log_streams() -> None:
    """moto keeps every line in memory as long as it lives; what is oldest in a very long stream goes."""
    from moto.logs.models import LogStream

    put_log_events = LogStream.put_log_events

    def put_and_cut(stream: LogStream, log_events: list[dict[str, Any]]) -> str:
        token = put_log_events(stream, log_events)
        if len(stream.events) > _KEPT_EVENTS:
            del stream.events[: len(stream.events) - _KEPT_EVENTS + _CUT_EVENTS]
        return token

    if put_log_events.__name__ != put_and_cut.__name__:
        setattr(LogStream, "put_log_events", put_and_cut)  # noqa: B010 - as above


def heed_targets() -> None:
    """moto takes ``Action`` from the query, or from whatever looks like a form in the body, before the header
    that names a JSON service's operation: an item that holds ``&Action=...`` would be another operation, and
    not the one that was judged.
    """
    from moto.core.responses import BaseResponse

    by_action = BaseResponse._get_action

    def get_action(response: BaseResponse) -> str:
        target = response.headers.get("x-amz-target") or ""
        if target and reads_targets(response.boto3_service_name):
            return str(target).rpartition(".")[2]
        return str(action) if (action := by_action(response)) else action

    if by_action.__name__ != get_action.__name__:
        setattr(BaseResponse, "_get_action", get_action)  # noqa: B010 - as above


def keep_validation_expressions() -> None:
    """moto hands a REST API's ``identityValidationExpression`` on by a misspelled name, and so forgets it."""
    from moto.apigateway.models import Authorizer

    forgets = Authorizer.__init__

    def keeps(authorizer: Authorizer, **settings: Any) -> None:
        forgets(authorizer, **settings)
        misspelled = settings.get("identiy_validation_expression")
        if misspelled is not None:
            authorizer.identity_validation_expression = misspelled

    if forgets.__name__ != keeps.__name__:
        setattr(Authorizer, "__init__", keeps)  # noqa: B010 - as above


def skip_conditional_statements() -> None:
    """moto applies a bucket policy's statements without their conditions, so "deny unless TLS" denies all.

    Statements without a condition are evaluated as before. The loopback connection stands for TLS.
    """
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket

    def get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
        if bucket.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(bucket.policy)
        policy["Statement"] = [s for s in policy["Statement"] if "Condition" not in s]
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    setattr(FakeBucket, "get_permission", get_permission)  # noqa: B010 - as above


def load_managed_policies(body: bytes, account: str) -> None:
    """Give moto's IAM the AWS managed policies a request names.

    moto answers 404 for all of them unless told to load all 1,500, which costs over a second.
    """
    if b"iam%3A%3Aaws%3Apolicy" not in body:
        return
    for arn in _AWS_POLICY.findall(unquote(body.decode("latin-1"))):
        _load_managed_policy(arn, account)


def _load_managed_policy(arn: str, account: str) -> None:
    from moto.iam.models import AWSManagedPolicy, iam_backends

    backend = iam_backends[account]["aws"]
    name = arn.rsplit("/", 1)[1]
    data = _managed_policy_documents().get(name)
    if arn in backend.managed_policies or data is None:
        return
    policy = AWSManagedPolicy.from_data(name, account, "aws", data)
    # The name alone does not make the policy: a wrong path must stay the 404 it is on AWS.
    if policy.arn == arn:
        backend.managed_policies[arn] = policy


_documents: dict[str, Any] = {}


def _managed_policy_documents() -> dict[str, Any]:
    if not _documents:
        from moto.iam.aws_managed_policies import aws_managed_policies_data

        _documents.update(json.loads(aws_managed_policies_data))
    return _documents
