"""CloudWatch's account of an alarm, as a person would give it.

CloudWatch writes ``Threshold Crossed: 1 out of the last 1 datapoints [66.66666666666667 (23/11/26 13:29:00)]
was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).``, and a release keeps
those words. Greenshift's alarms measure an error rate in percent, so they can be read out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

_ACCOUNT = re.compile(
    r"Threshold Crossed: (?P<over>\d+) out of the last (?P<all>\d+) datapoints? "
    r"\[(?P<points>[^\]]*)\] (?:was|were) greater than (?:or equal to )?the threshold "
    r"\((?P<limit>[\d.]+)\)(?: \(minimum \d+ datapoints? for [^)]*\))?\.?"
)
# What CodeDeploy calls the deployment an alarm stopped: the alarm is told, and the id helps nobody decide.
_DEPLOYMENT = re.compile(r" \(d-[A-Z0-9]+ Stopped, ALARM_ACTIVE\)")
_POINT = re.compile(r"(?P<value>[\d.]+(?:[eE][-+]?\d+)?) \((?P<at>\d\d/\d\d/\d\d \d\d:\d\d:\d\d)\)")

Clock = Callable[[datetime], str]
"""Says a moment as its reader's clock shows it."""


def _utc(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def in_words(text: str, clock: Clock = _utc) -> str:
    """``error rate 66.7 % (limit 5 %) in the minute from 13:29``, wherever CloudWatch's account stands.

    CloudWatch's moments are UTC; ``clock`` says them, in UTC where none is given. Whatever else the text
    says, and an account in another form, stays as it is.
    """
    return _DEPLOYMENT.sub("", _ACCOUNT.sub(lambda account: _told(account, clock), text))


def _told(account: re.Match[str], clock: Clock) -> str:
    points = [(float(each["value"]), _moment(each["at"])) for each in _POINT.finditer(account["points"])]
    limit = float(account["limit"])
    over = [(value, at) for value, at in points if value >= limit]
    if not over:
        return account[0]
    worst = max(value for value, _ in over)
    first = clock(min(at for _, at in over))
    bound = f"(limit {_percent(limit)})"
    if len(over) == 1:
        return f"error rate {_percent(worst)} {bound} in the minute from {first}"
    return f"error rate up to {_percent(worst)} {bound} in {len(over)} periods from {first} on"


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%d/%m/%y %H:%M:%S").replace(tzinfo=UTC)


def _percent(value: float) -> str:
    return f"{round(value, 1):g} %"
