"""CloudWatch Logs: the resource is always a stream, if need be a nameless one.

So say its refusals (``…:log-group:/aws/lambda/pay:log-stream:``), whatever the operation: a policy must end
in ``:*`` to reach anything.
"""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, on


def _group(parameters: Parameters, place: Place) -> str:
    given = parameters.get("logGroupName") or parameters.get("logGroupIdentifier") or ""
    name = str(given).rpartition(":log-group:")[2].removesuffix(":*")
    return place.arn("logs", f"log-group:{name}:log-stream:")


def _stream(parameters: Parameters, place: Place) -> str:
    return f"{_group(parameters, place)}{parameters.get('logStreamName', '')}"


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("resourceArn", ""))


TABLE: dict[str, Find] = {
    **on("logs", _stream, "CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"),
    **on(
        "logs",
        _group,
        "CreateLogGroup",
        "DeleteLogGroup",
        "DeleteRetentionPolicy",
        "DescribeLogGroups",
        "DescribeLogStreams",
        "FilterLogEvents",
        "PutRetentionPolicy",
    ),
    **on("logs", _tagged, "ListTagsForResource", "TagResource", "UntagResource"),
}
