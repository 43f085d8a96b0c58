"""The rules of `greenshift doctor`: a stack's facts in, findings out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.checks import Finding, is_healthy
from greenshift.checks.deployed.facts import AlarmFacts, AliasFacts, StackFacts, VersionFacts
from greenshift.checks.deployed.releases import check_releases
from greenshift.checks.deployed.stack import findings
from greenshift.cli.commands.doctor import node_sdk, port
from greenshift.reading.alarms import Alarm, Metric
from greenshift.reading.connections import Connection
from greenshift.reading.functions import Alias
from greenshift.settings import Settings
from greenshift.view import (
    ActionView,
    FunctionOutputs,
    FunctionRelease,
    Progress,
    ReleaseView,
    StageView,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ARN = "arn:aws:codeconnections:eu-central-1:123456789012:connection/0a1b"
CHARGE = FunctionOutputs(
    "charge",
    "app-prod-charge",
    "arn:aws:lambda:eu-central-1:1:function:app-prod-charge:live",
    "app-prod-charge-errors",
    "g",
)


def release(
    status: str = "SUCCEEDED", state: str = "SHIFTED", frm: str = "1", to: str = "2", **members: str
) -> ReleaseView:
    values = {"id": "r1", "commit": "abcdef1234", "started_at": "2026-05-01T11:00:00.000Z", "reason": ""}
    values |= {"ended_at": "2026-05-01T11:09:00.000Z", "message": "", "trigger": "", "alarm": "", **members}
    functions = (FunctionRelease("charge", CHARGE.name, frm, to, state),)
    return ReleaseView(status=status, functions=functions, transitions=(), **values)


def alarm(version: str = "2", state: str = "OK", **members: Any) -> Alarm:
    watched = {"ExecutedVersion": version} if version else {}
    metric = Metric(namespace="AWS/Lambda", name="Errors", period=60, dimensions=watched)
    return Alarm(name=CHARGE.alarm, state=state, metrics=(metric,), **members)


def healthy() -> StackFacts:
    return StackFacts(
        now=NOW,
        pipeline="app-prod",
        polls=False,
        connection=Connection(ARN, "app-prod", "GitHub", "AVAILABLE"),
        newest=snapshot("Succeeded"),
        running=frozenset(),
        releases=(release(),),
        aliases=(AliasFacts(CHARGE, Alias("2")),),
        alarms=(AlarmFacts(CHARGE, alarm(since=NOW - timedelta(days=9))),),
    )


def snapshot(status: str, error: str = "", went_back: ReleaseView | None = None) -> Progress:
    action = ActionView("Shift", "Shift", "Failed" if error else "Succeeded", error=error)
    stages = (StageView("Shift", (action,)),)
    return Progress("app-prod", "e1", status, "abcdef1234", "", stages, (), went_back)


def found(facts: StackFacts) -> list[Finding]:
    return list(findings(facts))


def rules(facts: StackFacts) -> list[tuple[str, str]]:
    return [(finding.rule, finding.level) for finding in found(facts)]


def test_a_healthy_stack_has_no_findings() -> None:
    assert found(healthy()) == []


def test_a_pending_connection_says_exactly_how_to_finish_it() -> None:
    facts = replace(healthy(), connection=Connection(ARN, "app-prod", "GitHub", "PENDING"))

    (pending,) = found(facts)

    assert (pending.rule, pending.level, pending.resource) == ("connection-pending", "error", ARN)
    assert "https://eu-central-1.console.aws.amazon.com/codesuite/settings/connections" in pending.fix
    assert "'Update pending connection'" in pending.fix
    assert "start-pipeline-execution --name app-prod --region eu-central-1" in pending.fix


@pytest.mark.parametrize("status", ["PENDING", "ERROR", ""])
def test_on_a_twin_nobody_is_sent_to_a_console(status: str) -> None:
    facts = replace(healthy(), connection=Connection(ARN, "app", "GitHub", status), is_local=True)

    (found_one,) = found(facts)

    assert "console" not in found_one.fix
    assert ("/_twin/handshakes" if status == "PENDING" else "greenshift up --refresh") in found_one.fix


@pytest.mark.parametrize("status", ["ERROR", ""])
def test_a_connection_that_cannot_be_used_is_found(status: str) -> None:
    facts = replace(healthy(), connection=Connection(ARN, status=status))

    assert rules(facts) == [("connection-unusable", "error")]


def test_without_a_connection_there_is_no_handshake() -> None:
    assert found(replace(healthy(), connection=None)) == []


def test_polling_beside_a_webhook_is_found() -> None:
    assert rules(replace(healthy(), polls=True)) == [("source-polls", "warning")]


def test_a_split_alias_is_found_and_named() -> None:
    facts = replace(healthy(), aliases=(AliasFacts(CHARGE, Alias("2", (("3", 10.0),))),))

    (split,) = found(facts)

    assert (split.rule, split.level, split.function) == ("alias-split", "error", "charge")
    assert "10 % to version 3" in split.what


def test_while_a_release_is_under_way_nothing_it_moves_is_a_fault() -> None:
    facts = replace(
        healthy(),
        running=frozenset({"r2"}),
        releases=(release(id="r2", ended_at="", status="SHIFTING"), release()),
        aliases=(AliasFacts(CHARGE, Alias("1", (("3", 10.0),))),),
        alarms=(AlarmFacts(CHARGE, alarm("3")),),
    )

    assert found(facts) == []


def test_an_alias_off_the_ledger_is_found() -> None:
    moved = AliasFacts(CHARGE, Alias("1"))
    facts = replace(healthy(), aliases=(moved,), alarms=(AlarmFacts(CHARGE, alarm("")),))

    (off,) = found(facts)

    assert (off.rule, off.level) == ("alias-off-ledger", "warning")
    assert "points to version 1" in off.what and "left it on 2" in off.what
    assert "greenshift repair --only alias-off-ledger" in off.fix


def test_a_missing_alias_is_found() -> None:
    assert rules(replace(healthy(), aliases=(AliasFacts(CHARGE),))) == [("alias-missing", "error")]


@pytest.mark.parametrize(
    "error",
    [
        "codepipeline.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: r",
        "The role defined for the function cannot be assumed by Lambda.",
    ],
)
def test_a_role_that_cannot_be_assumed_is_told_apart_from_other_failures(error: str) -> None:
    (finding,) = check_releases(replace(healthy(), newest=snapshot("Failed", error)))

    assert finding.rule == "role-not-assumed"
    assert "greenshift:trustSourceAccount to false" in finding.fix


def test_a_failed_execution_says_where_and_why() -> None:
    facts = replace(healthy(), newest=snapshot("Failed", "Command did not exit successfully\nmore"))

    (failed,) = found(facts)

    assert (failed.rule, failed.level) == ("execution-failed", "error")
    assert failed.what == "the newest execution (abcdef12) ended: failed in stage Shift"
    assert failed.why == "Command did not exit successfully"


def test_a_release_that_went_back_is_a_warning_with_its_reason() -> None:
    went_back = release("ROLLED_BACK", "ROLLED_BACK", reason="alarm app-prod-charge-errors fired")
    facts = replace(healthy(), newest=snapshot("Failed", "JobFailed", went_back))

    (found_,) = found(facts)

    assert (found_.rule, found_.level) == ("release-rolled-back", "warning")
    assert found_.why == "alarm app-prod-charge-errors fired"


@pytest.mark.parametrize(
    ("status", "reason"),
    [("Failed", "aborted by Ada: too early"), ("Stopped", "aborted by somebody"), ("Stopped", "")],
)
def test_a_release_that_somebody_stopped_is_no_fault_of_its_commit(status: str, reason: str) -> None:
    stopped = release("FAILED", "PUBLISHED", reason=reason)

    (found_,) = found(replace(healthy(), newest=snapshot(status, "JobFailed", stopped)))

    assert (found_.rule, found_.level) == ("release-stopped", "warning")
    assert found_.why == (reason or "JobFailed")
    assert found_.fix == "release its commit after all with: greenshift release --again"


def test_a_release_that_had_failed_before_it_was_stopped_is_a_failed_one() -> None:
    failed = release("FAILED", "PUBLISHED", reason="charge: version 4 did not pass its smoke test")

    (found_,) = found(replace(healthy(), newest=snapshot("Stopped", "", failed)))

    assert (found_.rule, found_.why) == ("execution-failed", failed.reason)


def test_a_pipeline_that_never_ran_is_no_fault() -> None:
    assert found(replace(healthy(), newest=None, releases=())) == []


def test_a_release_without_an_end_is_found() -> None:
    stuck = release("SHIFTING", "SHIFTING", id="r2", ended_at="")
    facts = replace(healthy(), releases=(stuck, release()))

    (found_,) = found(facts)

    assert (found_.rule, found_.level, found_.resource) == ("release-without-end", "error", "r2")
    assert "2026-05-01T11:00:00.000Z" in found_.what


def test_a_firing_alarm_is_found_with_its_reason() -> None:
    facts = replace(healthy(), alarms=(AlarmFacts(CHARGE, alarm(state="ALARM", reason="50 > 5", since=NOW)),))

    (firing,) = found(facts)

    assert (firing.rule, firing.level, firing.why) == ("alarm-firing", "error", "50 > 5")
    assert "since 2026-05-01 12:00:00 UTC" in firing.what


@pytest.mark.parametrize(
    ("age", "expected"),
    [(timedelta(minutes=59), []), (timedelta(hours=1), [("alarm-without-data", "warning")])],
)
def test_an_alarm_without_data_is_a_fault_only_after_a_while(
    age: timedelta, expected: list[tuple[str, str]]
) -> None:
    silent = AlarmFacts(CHARGE, alarm(state="INSUFFICIENT_DATA", since=NOW - age))

    assert rules(replace(healthy(), alarms=(silent,))) == expected


def test_a_missing_alarm_is_found() -> None:
    assert rules(replace(healthy(), alarms=(AlarmFacts(CHARGE),))) == [("alarm-missing", "error")]


def test_an_alarm_that_watches_another_version_is_a_hint() -> None:
    facts = replace(healthy(), alarms=(AlarmFacts(CHARGE, alarm("1")),))

    assert rules(facts) == [("alarm-off-version", "hint")]
    assert is_healthy(found(facts))


def settings(runtime: str) -> Settings:
    return Settings.model_validate(
        {"functions": {"a": {"runtime": runtime}}, "source": {"repository": "me/app"}}
    )


def test_node_functions_need_the_sdk_in_the_twins_cache() -> None:
    assert [each.rule for each in node_sdk(settings("nodejs22.x"), installed=False)] == ["node-sdk-missing"]
    assert list(node_sdk(settings("nodejs22.x"), installed=True)) == []
    assert list(node_sdk(settings("python3.13"), installed=False)) == []


def test_a_shell_that_speaks_to_another_port_is_told() -> None:
    here = "http://127.0.0.1:4000"

    (other,) = port(here, {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"})

    assert other.level == "hint"
    assert f"export AWS_ENDPOINT_URL={here}" in other.fix
    assert list(port(here, {"AWS_ENDPOINT_URL": here + "/"})) == []
    assert list(port(here, {})) == []


def test_code_that_no_release_published_is_told_of() -> None:
    bootstrap = (VersionFacts(CHARGE, "1", aliases=("live",)), VersionFacts(CHARGE, "2", release="r1"))
    facts = replace(healthy(), aliases=(AliasFacts(CHARGE, Alias("1")),), versions=bootstrap)

    for releases in ((), (release("ROLLED_BACK", "ROLLED_BACK"),)):
        (one,) = [each for each in found(replace(facts, releases=releases)) if each.level == "error"]
        assert (one.rule, one.function) == ("serves-bootstrap-code", "charge")
        assert "serves a placeholder" in one.what
    # A deployment that changed a setting published it, and a release made it live.
    for calm in ({"releases": (release(frm="0", to="1"),)}, {"running": frozenset({"e1"})}):
        assert "serves-bootstrap-code" not in dict(rules(replace(facts, **calm)))


@pytest.mark.parametrize(
    ("shift", "bake", "datapoints", "told"),
    [(9, 0, 1, ""), (0, 3, 1, "watched for 3 minutes"), (0, 0, 1, "a bad version would succeed"),
     (9, 0, 12, "a bad version would succeed")],
)  # fmt: skip
def test_a_rollout_too_short_for_the_deployed_alarm_is_a_hint(
    shift: int, bake: int, datapoints: int, told: str
) -> None:
    function = replace(CHARGE, rollout="Some", shift_minutes=shift, bake_minutes=bake)
    watched = alarm(period=60, evaluation_periods=datapoints, datapoints_to_alarm=datapoints)
    facts = replace(healthy(), alarms=(AlarmFacts(function, watched),))

    short = [each for each in found(facts) if each.rule == "rollout-too-short"]

    assert [each.level for each in short] == (["hint"] if told else [])
    assert all(told in each.why and each.function == "charge" for each in short)
