"""A function nobody calls publishes no data points at all, and that is no error.

CloudWatch's default for missing data is ``missing``: the alarm goes to INSUFFICIENT_DATA (API reference,
PutMetricAlarm), and CodeDeploy's view of the release with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.alarm_metrics import watches_lambda
from greenshift.guardrails.aws_types import ALARM
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

WANTED = "notBreaching"


def check(alarm: Resource) -> Iterator[str]:
    if alarm.inputs.is_unknown("treatMissingData"):
        return
    said = alarm.inputs.text("treatMissingData") or "missing"
    if said == "missing":
        yield "treat_missing_data is not set: without traffic it goes to INSUFFICIENT_DATA"
    elif said != WANTED and watches_lambda(alarm):
        yield f"treat_missing_data is {said!r}: a function without traffic counts as a bad one"


RULE = Rule(
    name="alarm-missing-data",
    why="Lambda publishes nothing while nobody calls, so an alarm must say what silence means.",
    mend='set treat_missing_data="notBreaching"',
    level=MANDATORY,
    types=(ALARM,),
    check=check,
)
