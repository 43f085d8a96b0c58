"""The steps of a rehearsal, in their order, each a result like any check's."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.errors import UsageError
from greenshift.reading.deployments import Deployment
from greenshift.verify.rehearsal.pace import Pace, Unmet
from greenshift.verify.rehearsal.pipeline import GATE, Say, release_again, releases_held
from greenshift.verify.rehearsal.restore import Traces, remains, restore
from greenshift.verify.rehearsal.trial import ALL_AT_ONCE, CANARY, Trial
from greenshift.verify.result import Report, Result, Status
from greenshift.verify.runner import unreadable
from greenshift.verify.stack import Stack

GROUP = "release"
TITLE = "Release: a real one, and a real rollback"

REHEARSAL = """\
1. Sends the commit that was released last through the pipeline again, once no execution is under
   way. It is built and tested anew; where nothing changed, nothing is published. A stage that asks
   for approval asks for it here too.
2. Closes the pipeline's Publish stage, so that releases wait, until step 5 is done.
3. Publishes a copy of one function's live version (same code, same settings, one second more of
   time-out) and shifts 10 % of its traffic to it. Sets the function's alarm to ALARM (whoever that
   alarm tells is told), and expects all traffic to be back on the version that served before.
4. Shifts all traffic to the copy at once, with both hooks, and back.
5. Deletes the copy, sets the alarm to OK, opens the stage: however the steps before ended.
Nothing is written to the repository, and of all this only the release of step 1 to the ledger."""

_CLEANING = ("left-as-found", "releases-go-on")
_GATE_FIX = (
    "open it: aws codepipeline enable-stage-transition --transition-type Inbound --stage-name Publish "
    "--pipeline-name …"
)
_AGAIN_FIX = "see it with greenshift status, or on the pipeline's page in the console"
_ROLLBACK_FIX = "see the checks traffic.alarm-stops and traffic.rollback, and the deployment in the console"
_HOOK_FIX = "see the deployment in the console, and the logs of the hook functions"
_RESTORE_FIX = "point the alias back: aws lambda update-alias --function-version … --routing-config {}"


def rehearse(stack: Stack, say: Say, *, key: str = "", pace: Pace | None = None) -> Report:
    """Carry out ``REHEARSAL`` with the function of this key, or with the first a trial can be made of."""
    steps = _Steps(say)
    pace = pace or Pace()
    functions = [function for function in stack.functions if key in ("", function.key)]
    if not functions:
        raise UsageError(
            f"there is no function {key!r}", hint=f"functions: {', '.join(f.key for f in stack.functions)}"
        )
    steps.take(
        "again",
        f"pipeline {stack.base}",
        "what was released last goes through the whole pipeline again, and the ledger has it",
        lambda: release_again(stack, pace, say),
        _AGAIN_FIX,
    )
    if not steps.has_failed:
        _try_alone(steps, stack, [Trial(stack, function, pace) for function in functions])
    return Report(tuple(steps.results))


def _try_alone(steps: _Steps, stack: Stack, trials: list[Trial]) -> None:
    """With releases waiting; that they cannot be made to wait, or go on again, is a result as well."""
    subject, expected = (
        f"pipeline {stack.base}",
        "releases wait in front of Publish while a function is tried",
    )
    gate = ExitStack()
    steps.take("releases-wait", subject, expected, lambda: _hold(gate, stack, trials[0].pace), _GATE_FIX)
    try:
        if not steps.has_failed:
            _try(steps, trials)
    finally:
        steps.take("releases-go-on", subject, "and go on afterwards", lambda: _let_go(gate), _GATE_FIX)


def _hold(gate: ExitStack, stack: Stack, pace: Pace) -> str:
    gate.enter_context(releases_held(stack, pace))
    return f"stage {GATE} is closed"


def _let_go(gate: ExitStack) -> str:
    gate.close()
    return f"stage {GATE} is as it was"


def _try(steps: _Steps, trials: list[Trial]) -> None:
    obstacles = {trial.function.key: trial.obstacle() for trial in trials}
    trial = next((each for each in trials if not obstacles[each.function.key]), None)
    if trial is None:
        why = "; ".join(f"{key}: {obstacle}" for key, obstacle in obstacles.items())
        expected = "an alarm during a canary sends all traffic back"
        steps.skip("rolls-back", "all functions", expected, f"no trial can be made: {why}")
        return
    traces = Traces(live=trial.alias().version, timeout=trial.configuration()["Timeout"])
    try:
        _go_through(steps, trial, traces)
    finally:
        steps.say("putting everything back")
        problems = restore(trial, traces)
        steps.take(
            "left-as-found",
            trial.function.name,
            "everything is as it was before",
            lambda: _nothing(problems + remains(trial, traces)),
            _RESTORE_FIX,
        )


def _go_through(steps: _Steps, trial: Trial, traces: Traces) -> None:
    name = f"{trial.function.name}:{trial.function.alias}"
    steps.take(
        "rolls-back",
        name,
        "an alarm during a canary sends all traffic back to the version that served before",
        lambda: _roll_back(steps.say, trial, traces),
        _ROLLBACK_FIX,
    )
    steps.take(
        "shifts",
        name,
        "all traffic goes to a new version once both hooks agree",
        lambda: _shift(steps.say, trial, traces),
        _HOOK_FIX,
    )
    steps.take(
        "shifts-back",
        name,
        "and back to the version that served before",
        lambda: _shift_back(trial, traces),
        _HOOK_FIX,
    )


def _roll_back(say: Say, trial: Trial, traces: Traces) -> str:
    traces.copy = trial.publish_copy(traces.live)
    trial.wait_until_active(traces.copy)
    say(f"10 % of {trial.function.key} to version {traces.copy}, a copy of {traces.live}")
    deployment = trial.deploy(traces.live, traces.copy, CANARY)
    traces.deployments.append(deployment)
    what, limit = f"deployment {deployment}", trial.pace.deployment
    trial.pace.until(lambda: _has_traffic(trial, deployment, traces.copy), what, limit)
    say(f"setting alarm {trial.function.alarm} to ALARM")
    ended = trial.pace.until(lambda: _alarmed(trial, deployment), what, limit)
    if ended.status == "Succeeded":
        raise Unmet(f"{ended}: the alarm did not stop it")
    if not trial.is_at(traces.live):
        raise Unmet(f"{ended}, and the alias is at {trial.alias()}")
    return f"{ended.status} {ended.error_code}; all traffic is back on version {traces.live}"


def _has_traffic(trial: Trial, deployment: str, version: str) -> bool | None:
    ended = trial.ended(deployment)
    if ended is not None:
        raise Unmet(f"{ended}, before the new version had any traffic")
    return True if trial.alias().share_of(version) > 0 else None


def _alarmed(trial: Trial, deployment: str) -> Deployment | None:
    """CloudWatch takes the state back at its next evaluation (API reference, SetAlarmState), so: again."""
    ended = trial.ended(deployment)
    if ended is None:
        trial.set_alarm("ALARM")
    return ended


def _shift(say: Say, trial: Trial, traces: Traces) -> str:
    trial.set_alarm("OK")
    say(f"all traffic of {trial.function.key} to version {traces.copy}")
    deployment = trial.deploy(traces.live, traces.copy, ALL_AT_ONCE)
    traces.deployments.append(deployment)
    ended = trial.wait_for(deployment)
    if ended.status != "Succeeded" or not trial.is_at(traces.copy):
        raise Unmet(f"{ended}; the alias is at {trial.alias()}")
    return f"deployment {deployment} Succeeded; all traffic was on version {traces.copy}"


def _shift_back(trial: Trial, traces: Traces) -> str:
    deployment = trial.take_back(traces.copy, traces.live)
    traces.deployments.append(deployment)
    ended = trial.wait_for(deployment)
    if ended.status != "Succeeded" or not trial.is_at(traces.live):
        raise Unmet(f"{ended}; the alias is at {trial.alias()}")
    return f"all traffic is on version {traces.live}"


def _nothing(problems: list[str]) -> str:
    if problems:
        raise Unmet("; ".join(problems))
    return "alias, time-out, alarm and versions"


@dataclass
class _Steps:
    """The results so far; after the first failure only cleaning up goes on."""

    say: Say
    results: list[Result] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        return any(result.status == "failed" for result in self.results)

    def take(self, check: str, subject: str, expected: str, do: Callable[[], str], fix: str) -> None:
        if self.has_failed and check not in _CLEANING:
            self.skip(check, subject, expected, "a step before it failed")
            return
        began = time.monotonic()
        try:
            self._add(check, subject, "passed", expected, do(), "", began)
        except Unmet as unmet:
            self._add(check, subject, "failed", expected, unmet.found, unmet.fix or fix, began)
        except (ClientError, BotoCoreError) as problem:
            verdict = unreadable(problem)
            self._add(check, subject, "failed", expected, verdict.found, verdict.fix or fix, began)

    def skip(self, check: str, subject: str, expected: str, why: str) -> None:
        self._add(check, subject, "skipped", expected, why, "", time.monotonic())

    def _add(
        self, check: str, subject: str, status: Status, expected: str, found: str, fix: str, began: float
    ) -> None:
        seconds = round(time.monotonic() - began, 3)
        self.results.append(Result(GROUP, check, subject, status, expected, found, fix, seconds))
