"""Operations that moto 5.2.5 lacks in services of its own, and that programs need: each is added where moto
would have it, when the service is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenshift.twin.moto.gateway_additions import to_gateway


def add_to(service: str) -> None:
    """What ``service``, as moto calls it, lacks."""
    addition = _ADDITIONS.get(service)
    if addition is not None and service not in _added:
        _added.add(service)  # once a process, however many twins it sees
        addition()


def _to_iam() -> None:
    """IAM: the client ids of an OpenID Connect provider, one at a time (API reference)."""
    from moto.iam.responses import IamResponse

    def provider(response: Any) -> Any:
        arn = response._get_param("OpenIDConnectProviderArn")
        return response.backend.get_open_id_connect_provider(arn)

    def add(response: Any) -> Any:
        client = response._get_param("ClientID")
        found = provider(response)
        if client not in found.client_id_list:
            found.client_id_list.append(client)
        return _empty()

    def remove(response: Any) -> Any:
        client = response._get_param("ClientID")
        found = provider(response)
        found.client_id_list = [each for each in found.client_id_list if each != client]
        return _empty()

    for name, operation in (("add", add), ("remove", remove)):
        preposition = {"add": "to", "remove": "from"}[name]
        setattr(IamResponse, f"{name}_client_id_{preposition}_open_id_connect_provider", operation)


def _empty() -> Any:
    from moto.core.responses import EmptyResult

    return EmptyResult()


def _to_logs() -> None:
    """CloudWatch Logs: a metric filter that is put again is the new one, not the old one once more."""
    from moto.logs.models import LogsBackend

    put = LogsBackend.put_metric_filter

    def replace(backend: Any, filter_name: str, pattern: str, group: str, transformations: Any) -> None:
        backend.filters.metric_filters = [
            each
            for each in backend.filters.metric_filters
            if (each["filterName"], each["logGroupName"]) != (filter_name, group)
        ]
        put(backend, filter_name, pattern, group, transformations)

    setattr(LogsBackend, "put_metric_filter", replace)  # noqa: B010 - it takes moto's place


def _to_s3() -> None:
    """S3: a bucket that tells EventBridge says so when it is asked."""
    from moto.core.responses import ActionResult
    from moto.s3.responses import S3Response

    get = S3Response.get_bucket_notification

    def told(response: Any) -> Any:
        found = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if found is None or found.event_bridge is None:
            return get(response)
        serialized = response.serialized
        response.serialized = lambda result: serialized(
            ActionResult({**result.result, "EventBridgeConfiguration": {}})
        )
        try:
            return get(response)
        finally:
            del response.serialized

    setattr(S3Response, "get_bucket_notification", told)  # noqa: B010 - it takes moto's place


def _to_tables() -> None:
    """DynamoDB: a stream for a table that had one before, and has none now (API reference: UpdateTable)."""
    from moto.dynamodb.exceptions import StreamAlreadyEnabledException
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    def update(_: DynamoDBBackend, table: Table, asked: dict[str, Any]) -> None:
        has_one = (table.stream_specification or {}).get("StreamEnabled")
        if has_one and (asked.get("StreamEnabled") or asked.get("StreamViewType")):
            raise StreamAlreadyEnabledException
        table.set_stream_specification(asked)

    setattr(DynamoDBBackend, "update_table_streams", update)  # noqa: B010 - a method, which mypy forbids to assign


_ADDITIONS: dict[str, Callable[[], None]] = {
    "apigateway": to_gateway,
    "dynamodb": _to_tables,
    "iam": _to_iam,
    "logs": _to_logs,
    "s3": _to_s3,
}
_added: set[str] = set()
