"""The words an alarm gives for its state: StateReason for people, StateReasonData (JSON) for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from greenshift.twin.alarms.evaluation import Datapoint, Verdict
from greenshift.twin.alarms.model import Comparison, MetricAlarm, Threshold

_PHRASES: dict[Comparison, str] = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_SHOWN = 5


def timestamp(moment: float) -> str:
    """A moment as CloudWatch writes it in JSON, for example ``2026-01-02T03:04:05.678+0000``."""
    at = datetime.fromtimestamp(moment, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def reason(verdict: Verdict, threshold: Threshold) -> str:
    """Why a metric alarm is in its state, in CloudWatch's own words."""
    if verdict.state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_count(threshold.periods, 'datapoint')} unknown."
    if not verdict.considered:
        return _nothing_received(verdict, threshold)
    return _crossed(verdict, threshold)


def _nothing_received(verdict: Verdict, threshold: Threshold) -> str:
    received = f"no datapoints were received for {_plural(threshold.periods, 'period')}"
    if threshold.treat_missing == "ignore":
        return f"Threshold Crossed: {received}; the state is kept."
    treated = "Breaching" if threshold.treat_missing == "breaching" else "NonBreaching"
    missing = _count(verdict.filled, "missing datapoint")
    return f"Threshold Crossed: {received} and {missing} treated as [{treated}]."


def _crossed(verdict: Verdict, threshold: Threshold) -> str:
    is_alarm = verdict.state == "ALARM"
    shown = [p for p in verdict.considered if threshold.is_breached_by(p.value or 0.0) == is_alarm]
    shown = shown or list(verdict.considered)
    verb = "was" if len(shown) == 1 else "were"
    minimum = threshold.needed if is_alarm else threshold.periods - threshold.needed + 1
    change = "OK -> ALARM" if is_alarm else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(shown)} out of the last {len(verdict.considered)} datapoints "
        f"[{', '.join(_point(point) for point in shown[:_SHOWN])}] {verb} "
        f"{'' if is_alarm else 'not '}{_PHRASES[threshold.comparison]} the threshold "
        f"({float(threshold.value)}) (minimum {_plural(minimum, 'datapoint')} for {change} transition)."
    )


def reason_data(verdict: Verdict, alarm: MetricAlarm, now: float) -> str:
    """The same for programs (CloudWatch user guide: "Alarm events and EventBridge")."""
    considered = verdict.considered
    data: dict[str, object] = {"version": "1.0", "queryDate": timestamp(now)}
    if considered:
        data["startDate"] = timestamp(considered[-1].timestamp)
    if alarm.metric is not None:
        data["statistic"] = alarm.metric.statistic
        if alarm.metric.unit:
            data["unit"] = alarm.metric.unit
    data["period"] = alarm.period
    data["recentDatapoints"] = [point.value for point in reversed(considered[:_SHOWN])]
    data["threshold"] = float(alarm.threshold.value)
    data["evaluatedDatapoints"] = [
        {"timestamp": timestamp(point.timestamp), "value": point.value} for point in considered[:_SHOWN]
    ]
    return json.dumps(data, separators=(",", ":"))


def _point(point: Datapoint) -> str:
    at = datetime.fromtimestamp(point.timestamp, UTC)
    return f"{point.value} ({at:%d/%m/%y %H:%M:%S})"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _count(count: int, noun: str) -> str:
    return f"{_plural(count, noun)} {'was' if count == 1 else 'were'}"
