"""The alarms that watch one version each, and how they are re-pointed to another.

An alarm left firing by an old version would stop the very deployment that fixes it, and an alarm on the alias
as a whole sees 10 % of bad traffic diluted by 90 % of good. So before a shift the alarm is told to watch the
new version, from a state of OK. PutMetricAlarm overwrites the whole alarm but keeps its state [API
reference]: what is read is written back, with one dimension replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract import counts
from greenshift.release.errors import ANEW, ReleaseError
from greenshift.release.machine.observation import AlarmSeen
from greenshift.release.services.pool import in_batches

DIMENSION = "ExecutedVersion"
# API reference: DescribeAlarms, AlarmNames holds at most 100 names.
_BATCH = 100
# API reference: DescribeAlarms, without it "only metric alarms are returned".
_TYPES = ["MetricAlarm", "CompositeAlarm"]
# The members PutMetricAlarm accepts [API reference]; the others of a described alarm are its state.
_WRITABLE = frozenset(
    {
        "AlarmName",
        "AlarmDescription",
        "ActionsEnabled",
        "OKActions",
        "AlarmActions",
        "InsufficientDataActions",
        "MetricName",
        "Namespace",
        "Statistic",
        "ExtendedStatistic",
        "Dimensions",
        "Period",
        "Unit",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
        "EvaluateLowSampleCountPercentile",
        "Metrics",
        "ThresholdMetricId",
        "EvaluationWindow",
        "WarmUpConfiguration",
        "EvaluationCriteria",
        "EvaluationInterval",
        "ActionConfiguration",
    }
)


class Alarms:
    """The calls of a release to CloudWatch."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, names: Iterable[str]) -> dict[str, AlarmSeen]:
        """The alarms that exist, by name; CodeDeploy watches composite ones as well."""
        found: dict[str, AlarmSeen] = {}
        for batch in in_batches(sorted(set(names)), _BATCH):
            answer = self._client.describe_alarms(AlarmNames=batch, AlarmTypes=_TYPES, MaxRecords=_BATCH)
            alarms = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
            found.update({item["AlarmName"]: _seen(self._counted(item)) for item in alarms})
        return found

    def account(self, name: str, reason: str) -> str:
        """What an event says of an alarm, with how many calls that was: it may be OK again by now."""
        try:
            found = self._client.describe_alarms(AlarmNames=[name]).get("MetricAlarms", [])
        except ClientError:
            return reason
        told = {"StateValue": "ALARM", "StateReason": reason}
        return str(self._counted({**found[0], **told})["StateReason"]) if found else reason

    def _counted(self, alarm: dict[str, Any]) -> dict[str, Any]:
        """One that fires with how many calls that was, where CloudWatch tells; nothing waits for it."""
        asked = counts.question(alarm)
        if asked is None:
            return alarm
        try:
            return {**alarm, "StateReason": counts.counted(alarm, self._client.get_metric_data(**asked))}
        except ClientError:
            return alarm

    def point(self, name: str, version: str, why: str) -> None:
        """Let the alarm watch ``version`` and begin from OK; a second time changes nothing."""
        alarms = self._client.describe_alarms(AlarmNames=[name]).get("MetricAlarms", [])
        if not alarms:
            raise ReleaseError(f"alarm {name} does not exist: {ANEW}")
        watched = _seen(alarms[0]).version
        if watched is None:
            return  # an alarm on something else, kept by its owner: its state is theirs too
        if watched != version:
            self._client.put_metric_alarm(**_watching(alarms[0], version))
        self._client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason=why[:1023])


def _seen(alarm: dict[str, Any]) -> AlarmSeen:
    versions = [item["Value"] for item in _dimensions(alarm) if item["Name"] == DIMENSION]
    return AlarmSeen(
        name=str(alarm["AlarmName"]),
        state=str(alarm.get("StateValue", "")),
        reason=str(alarm.get("StateReason", "")),
        version=str(versions[0]) if versions else None,
        threshold=float(alarm["Threshold"]) if alarm.get("Threshold") is not None else None,
    )


def _dimensions(alarm: dict[str, Any]) -> list[dict[str, str]]:
    metrics = [
        query["MetricStat"]["Metric"] for query in alarm.get("Metrics") or [] if query.get("MetricStat")
    ]
    return [item for place in (alarm, *metrics) for item in place.get("Dimensions") or []]


def _writable(alarm: dict[str, Any]) -> dict[str, Any]:
    # An empty member is left out: PutMetricAlarm refuses, for one, MetricName beside Metrics.
    return {
        key: value for key, value in alarm.items() if key in _WRITABLE and value not in (None, "", [], {})
    }


def _watching(alarm: dict[str, Any], version: str) -> dict[str, Any]:
    """The alarm's settings with every ExecutedVersion replaced."""

    def replaced(value: Any) -> Any:
        if isinstance(value, list):
            return [replaced(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("Name") == DIMENSION and "Value" in value:
            return {**value, "Value": version}
        return {key: replaced(item) for key, item in value.items()}

    return {key: replaced(value) for key, value in _writable(alarm).items()}
