"""How many calls an alarm's account is about: asked of CloudWatch, and added to the account.

An account tells a rate, and 66 % of three calls is another matter than 66 % of nine hundred. What the alarm
computes its rate from, the errors and the invocations of one version, still stands in its own queries; they
are asked once more, for the periods the account names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.contract.reasons import moments_over, with_counts

_NAMES = ("Errors", "Invocations")


def question(alarm: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of an alarm as DescribeAlarms tells it, what GetMetricData is to be asked; None where it does not fire,
    gives no such account, or measures something else.
    """
    over = moments_over(str(alarm.get("StateReason", "")))
    stats = [each["MetricStat"] for each in alarm.get("Metrics") or [] if each.get("MetricStat")]
    found = {stat["Metric"].get("MetricName"): stat for stat in stats}
    if alarm.get("StateValue") != "ALARM" or not over or not set(_NAMES) <= found.keys():
        return None
    end = max(over) + timedelta(seconds=int(found["Errors"]["Period"]))
    queries = [{"Id": name.lower(), "MetricStat": found[name], "ReturnData": True} for name in _NAMES]
    return {"MetricDataQueries": queries, "StartTime": min(over), "EndTime": end}


def counted(alarm: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """The alarm's account with the counts of GetMetricData's answer; as it is, where those were not kept."""
    reason = str(alarm["StateReason"])
    over = set(moments_over(reason))
    sums = {name.lower(): 0.0 for name in _NAMES}
    for result in answer["MetricDataResults"]:
        points = zip(result["Timestamps"], result["Values"], strict=True)
        sums[result["Id"]] += sum(value for at, value in points if _utc(at) in over)
    return with_counts(reason, round(sums["errors"]), round(sums["invocations"]))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
