"""CloudWatch's account of an alarm, as a person would give it.

CloudWatch writes ``Threshold Crossed: 1 out of the last 1 datapoints [66.66666666666667 (23/11/26 13:29:00)]
was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).``, and a release keeps
those words. Greenshift's alarms measure an error rate in percent, so they can be read out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from greenshift.contract.build_words import build_in_words

_ACCOUNT = re.compile(
    r"Threshold Crossed: (?P<over>\d+) out of the last (?P<all>\d+) datapoints? "
    r"\[(?P<points>[^\]]*)\] (?:was|were) greater than (?:or equal to )?the threshold "
    r"\((?P<limit>[\d.]+)\)(?: \(minimum \d+ datapoints? for [^)]*\))?\.?"
    r"(?: (?P<failed>\d+) of (?P<calls>\d+) calls failed\.?)?"
)
# What CodeDeploy calls the deployment an alarm stopped: the alarm is told, and the id helps nobody decide.
_DEPLOYMENT = re.compile(r" \(d-[A-Z0-9]+ Stopped, ALARM_ACTIVE\)")
# What the recorder notes of a deployment's end: CodeDeploy's state, its code for why, and its sentence.
_NOTED = re.compile(r"deployment (d-[A-Z0-9]+) (STOP|FAILURE): (?:[A-Z][A-Z_]+\b ?)?(.*)")
_ENDED = {"STOP": "was stopped by CodeDeploy", "FAILURE": "failed"}
_POINT = re.compile(r"(?P<value>[\d.]+(?:[eE][-+]?\d+)?) \((?P<at>\d\d/\d\d/\d\d \d\d:\d\d:\d\d)\)")

Clock = Callable[[datetime], str]
"""Says a moment as its reader's clock shows it."""


def _utc(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def in_words(text: str, clock: Clock = _utc) -> str:
    """``23 of 35 calls failed (66 %; limit 5 %) in the minute from 13:29``, wherever CloudWatch's account
    stands; ``error rate 66.7 % (limit 5 %) in the minute from 13:29`` where nobody counted the calls.

    CloudWatch's moments are UTC; ``clock`` says them, in UTC where none is given. CodePipeline's account of
    a build is said in words as well. Whatever else the text says, and an account in another form, stays.
    """
    said = _NOTED.sub(_deployment_ended, _ACCOUNT.sub(lambda account: _told(account, clock), text))
    return build_in_words(_DEPLOYMENT.sub("", said))


def moments_over(text: str) -> list[datetime]:
    """When the periods began that were over the limit, oldest first; none where the text has no account."""
    account = _ACCOUNT.search(text)
    return [] if account is None else sorted(at for _, at in _over(account))


def with_counts(text: str, failed: int, calls: int) -> str:
    """The text with how many calls its first account is about; as it is, where none of them failed."""
    account = _ACCOUNT.search(text)
    if account is None or account["calls"] is not None or not 0 < failed <= calls:
        return text
    said = f"{account[0].rstrip('.')}. {failed} of {calls} calls failed"
    return f"{text[: account.start()]}{said}{text[account.end() :]}"


def as_counted(text: str, told: Iterable[str]) -> str:
    """The text with the counts that others have of the same account, as an alarm's history has none."""
    account = _ACCOUNT.search(text)
    if account is None or account["calls"] is not None:
        return text
    others = (found for each in told for found in _ACCOUNT.finditer(each) if found["calls"] is not None)
    same = next((each for each in others if each["points"] == account["points"]), None)
    return text if same is None else with_counts(text, int(same["failed"]), int(same["calls"]))


def completed(reason: str, notes: Iterable[str]) -> str:
    """The reason with the account of the alarm in it, where only a note has one (``alarm NAME: …``): when the
    release looked, the alarm that stopped its deployment was OK again.
    """
    for note in notes if _ACCOUNT.search(reason) is None else ():
        name, _, said = note.removeprefix("alarm ").partition(": ")
        fired = f"alarm {name} fired"
        if note.startswith("alarm ") and fired in reason and _ACCOUNT.search(said):
            return reason.replace(fired, f"{fired}: {said.rstrip('.')}", 1)
    return reason


def _deployment_ended(noted: re.Match[str]) -> str:
    deployment, state, why = noted.groups()
    return f"deployment {deployment} {_ENDED[state]}" + (f": {why}" if why else "")


def _over(account: re.Match[str]) -> list[tuple[float, datetime]]:
    points = [(float(each["value"]), _moment(each["at"])) for each in _POINT.finditer(account["points"])]
    return [(value, at) for value, at in points if value >= float(account["limit"])]


def _told(account: re.Match[str], clock: Clock) -> str:
    limit, over = float(account["limit"]), _over(account)
    if not over:
        return account[0]
    first = clock(min(at for _, at in over))
    when = f"in the minute from {first}" if len(over) == 1 else f"in {len(over)} periods from {first} on"
    if account["calls"] is not None:
        failed, calls = int(account["failed"]), int(account["calls"])
        share = _counted_as(failed, calls, over) or _whole(failed, calls)
        return f"{failed} of {calls} calls failed ({share}; limit {_percent(limit)}) {when}"
    up_to = "" if len(over) == 1 else "up to "
    worst = max(value for value, _ in over)
    return f"error rate {up_to}{_percent(worst)} (limit {_percent(limit)}) {when}"


def _counted_as(failed: int, calls: int, over: list[tuple[float, datetime]]) -> str:
    """How the alarm counted a period of few calls, which it takes for more (`contract.error_rate`); empty
    where its rate is that of the calls there were, and where several periods are told together.
    """
    (rate, _), *others = over
    least = round(100 * failed / rate) if rate else 0
    return "" if others or least <= calls else f"counted as {failed} of {least}, {_whole(failed, least)}"


def _whole(failed: int, calls: int) -> str:
    """A share of counted calls: its decimals say nothing that the counts do not."""
    share = 100 * failed / calls
    return f"{share:.0f} %" if share >= 10 else _percent(share)


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%d/%m/%y %H:%M:%S").replace(tzinfo=UTC)


def _percent(value: float) -> str:
    return f"{round(value, 1):g} %"
