"""EventBridge: a rule of the default bus has no bus in its ARN."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, both, everything, on, pass_role


def _bus(parameters: Parameters, place: Place) -> str:
    return place.or_arn("events", "event-bus/{}", parameters.get("Name") or "default")


def _buses(parameters: Parameters, place: Place) -> Iterable[str]:
    entries = parameters.get("Entries") or []
    names = {str(entry.get("EventBusName") or "default") for entry in entries if isinstance(entry, dict)}
    return [place.or_arn("events", "event-bus/{}", name) for name in sorted(names)]


def _archive(parameters: Parameters, place: Place) -> str:
    return place.arn("events", f"archive/{parameters.get('ArchiveName') or ''}")


def _replay(parameters: Parameters, place: Place) -> str:
    return place.arn("events", f"replay/{parameters.get('ReplayName') or ''}")


def _rule(parameters: Parameters, place: Place) -> str:
    bus = str(parameters.get("EventBusName") or "default").rsplit("/", 1)[-1]
    name = parameters.get("Rule") or parameters.get("Name") or ""
    return place.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("ResourceARN", ""))


TABLE: dict[str, Find] = {
    **on("events", _buses, "PutEvents"),
    **on("events", _bus, "CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus"),
    **on("events", _archive, "CreateArchive", "DeleteArchive", "DescribeArchive", "UpdateArchive"),
    **on("events", _replay, "CancelReplay", "DescribeReplay", "StartReplay"),
    **on(
        "events",
        _rule,
        "DeleteRule",
        "DescribeRule",
        "DisableRule",
        "EnableRule",
        "ListTargetsByRule",
        "PutTargets",
        "RemoveTargets",
    ),
    "PutRule": both(on("events", _rule, "PutRule")["PutRule"], pass_role("RoleArn", "events")),
    **on(
        "events",
        everything,
        "ListArchives",
        "ListEventBuses",
        "ListReplays",
        "ListRuleNamesByTarget",
        "ListRules",
        "TestEventPattern",
    ),
    **on("events", _tagged, "ListTagsForResource", "TagResource", "UntagResource"),
}
