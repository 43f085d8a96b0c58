"""CodeConnections, under both of its names.

``UseConnection`` is a permission without an operation: on AWS the provider's side asks for it when a source
is read. In the twin reading the connection stands for using it, so either permission serves.
"""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import Facts, Find, Need, Parameters, Place, everything, on


def _connection(parameters: Parameters, place: Place) -> str:
    arn = parameters.get("ConnectionArn") or parameters.get("ResourceArn")
    return str(arn or place.arn("codeconnections", "connection/"))


def _get(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
    arn = _connection(parameters, place)
    instead = (
        "codestar-connections:UseConnection",
        "codeconnections:GetConnection",
        "codestar-connections:GetConnection",
    )
    return [Need("codeconnections:UseConnection", arn, instead=instead)]


TABLE: dict[str, Find] = {
    "GetConnection": _get,
    **on(
        "codeconnections",
        _connection,
        "DeleteConnection",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
    ),
    **on("codeconnections", everything, "CreateConnection", "ListConnections"),
}
