"""Documents that come in from other programs: the job, the targets, the manifest, the AppSpec, the events."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.contract.rules import USUAL, Firing, Moved, Newer, Quiet, Rules
from greenshift.release.errors import Refusal
from greenshift.release.events import AlarmEvent, BuildEvent, DeploymentEvent, PipelineEvent, parse_event
from greenshift.release.job import Token, job_id, parse_job
from greenshift.release.package.manifest import parse_manifest, refuse_strangers
from greenshift.release.services.appspec import AppSpec, parse_appspec
from greenshift.release.targets import parse_targets

Recorded = Callable[[str], str]
EXECUTION = "7c2fd0a5-7b3f-4f36-9b1e-0a5b2b6c1f11"


def test_a_publish_job_names_its_artifact_and_hides_its_credentials(recorded: Recorded) -> None:
    job = parse_job(json.loads(recorded("codepipeline_job_publish")))

    assert (job.step, job.release_id, job.token) == ("publish", EXECUTION, None)
    assert [(item.name, item.key) for item in job.inputs] == [
        ("BuildOutput", "payments-dev/BuildOutp/Ab3dE7x")
    ]
    assert job.credentials is not None and job.credentials.access_key_id == "ASIAEXAMPLEEXAMPLE11"
    assert "must-not-be-printed" not in repr(job)
    assert "ASIA" not in repr(job)


def test_a_continued_job_carries_our_token_and_no_credentials(recorded: Recorded) -> None:
    job = parse_job(json.loads(recorded("codepipeline_job_shift_continued")))

    assert (job.step, job.inputs, job.credentials) == ("shift", (), None)
    # The token of an earlier version, which counted errors, is one of ours; by it nothing fails.
    assert job.token == Token()


@pytest.mark.parametrize(("asked", "waves"), [({}, None), ({"waves": 2}, 2)])
def test_a_shift_job_may_say_how_many_waves_may_begin(
    recorded: Recorded, asked: dict[str, int], waves: int | None
) -> None:
    event = json.loads(recorded("codepipeline_job_shift_continued"))
    configuration = event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]
    parameters = {"step": "shift", "pipelineExecutionId": "x", **asked}
    configuration["UserParameters"] = json.dumps(parameters)

    assert parse_job(event).waves == waves


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ("{}", "step is missing"),
        ('{"step":"dance","pipelineExecutionId":"x"}', "step is 'dance'"),
        ('{"step":"shift"}', "pipelineExecutionId is missing"),
        ("shift", "UserParameters is not JSON"),
    ],
)
def test_a_job_with_wrong_parameters_says_which(recorded: Recorded, parameters: str, problem: str) -> None:
    event = json.loads(recorded("codepipeline_job_publish"))
    configuration = event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]
    configuration["UserParameters"] = parameters

    with pytest.raises(Refusal, match=problem):
        parse_job(event)


def test_an_event_of_somebody_else_has_no_job() -> None:
    with pytest.raises(Refusal, match=r"CodePipeline\.job: id is missing"):
        job_id({"Records": []})


TARGETS: dict[str, Any] = {
    "formatVersion": 1,
    "pipeline": "payments-dev",
    "application": "payments-dev",
    "table": "payments-dev-ledger",
    "topicArn": "arn:aws:sns:us-east-1:123456789012:payments-dev-releases",
    "ttlDays": 30,
    "bucket": "b",
    "beforeHook": "CodeDeployHook_payments-dev-before",
    "afterHook": "CodeDeployHook_payments-dev-after",
    "functions": {
        "charge": {
            "name": "payments-dev-charge",
            "arn": "arn",
            "alias": "live",
            "deploymentGroup": "payments-dev-charge",
            "deploymentConfig": "CodeDeployDefault.LambdaAllAtOnce",
            "alarm": "payments-dev-charge-errors",
            "smoke": {"event": {"amount": 1}, "enabled": False},
        },
        "refund": {
            "name": "payments-dev-refund",
            "deploymentGroup": "g",
            "alarm": None,
            "smoke": {"event": None},
        },
    },
}


def test_targets_know_each_function_by_key_name_and_alarm() -> None:
    targets = parse_targets(json.dumps(TARGETS))

    charge = targets.functions["charge"]
    assert (charge.smoke.enabled, charge.smoke.event) == (False, '{"amount": 1}')
    assert targets.by_name("payments-dev-charge") is charge
    assert targets.watched_by("payments-dev-charge-errors") == {"charge"}
    assert targets.ttl_days == 30


def test_what_targets_leave_out_has_a_safe_meaning() -> None:
    refund = parse_targets(json.dumps(TARGETS)).functions["refund"]

    assert (refund.alias, refund.alarm, refund.smoke.enabled, refund.smoke.event) == ("live", "", True, None)


def test_targets_know_what_a_release_does_in_hard_cases() -> None:
    rules = {
        "firing": "refuse",
        "quiet": "hold",
        "moved": "adopt",
        "newer": "supersede",
        "bakeMinutes": 3,
        "bakeNowMinutes": 4,
        "holdMinutes": 7,
        "requests": 2,
    }
    charge = TARGETS["functions"]["charge"] | {"wave": 1, "otherAlarms": ["orders"]}
    targets = parse_targets(json.dumps(TARGETS | {"rules": rules, "functions": {"charge": charge}}))

    minutes = (timedelta(minutes=3), timedelta(minutes=4), timedelta(minutes=7))
    hard = (Firing.REFUSE, Quiet.HOLD, Moved.ADOPT, Newer.SUPERSEDE)
    assert targets.rules == Rules(*hard, *minutes, requests=2)
    assert targets.functions["charge"].wave == 1
    assert targets.functions["charge"].alarms == ("payments-dev-charge-errors", "orders")
    assert targets.watched_by("orders") == {"charge"}


def test_targets_of_an_older_deployment_have_the_usual_rules() -> None:
    assert parse_targets(json.dumps(TARGETS)).rules == USUAL


def test_a_document_of_another_format_is_refused() -> None:
    with pytest.raises(
        Refusal, match=r"targets.json has formatVersion 2, this controller reads 1; run `greenshift up`"
    ):
        parse_targets(json.dumps(TARGETS | {"formatVersion": 2}))


def manifest(*functions: dict[str, object]) -> str:
    return json.dumps({"formatVersion": 1, "functions": functions, "messages": []})


def entry(function: str, **members: object) -> dict[str, object]:
    values = {"package": f"packages/{function}.zip", "sha256": "ab", "codeSha256": "qw==", "size": 3}
    return values | {"function": function, "runtime": "nodejs22.x", "handler": "index.handler"} | members


def test_a_manifest_is_sorted_by_function() -> None:
    assert [item.function for item in parse_manifest(manifest(entry("b"), entry("a"))).packages] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "release.json is not JSON"),
        ("[]", "release.json: expected an object"),
        ('{"formatVersion": 1, "functions": {}}', None),
        ('{"formatVersion": 1, "functions": 3}', "functions must be a list"),
        (manifest(entry("a", size=True)), r"functions.0: size is True, expected int"),
        (manifest(entry("a", sha256=None)), r"functions.0: sha256 is missing, expected str"),
        (manifest(entry("a"), entry("a")), "lists a more than once"),
    ],
)
def test_a_wrong_manifest_says_where(text: str, problem: str | None) -> None:
    if problem is None:
        assert parse_manifest(text).packages == ()
        return
    with pytest.raises(Refusal, match=problem):
        parse_manifest(text)


def test_functions_of_build_and_deployment_must_be_the_same() -> None:
    with pytest.raises(Refusal) as refused:
        refuse_strangers(parse_manifest(manifest(entry("a"), entry("b"))), ["b", "c"])

    assert str(refused.value) == (
        "the build made a, which the deployment does not know; the build did not make c:"
        " run `greenshift up`, then release again"
    )


def test_an_appspec_reads_back_as_it_was_written() -> None:
    written = AppSpec("f", "live", "3", "4", "CodeDeployHook_before", "CodeDeployHook_after")

    content = json.loads(written.content())
    assert content["version"] == 0.0
    assert content["Hooks"] == [
        {"BeforeAllowTraffic": "CodeDeployHook_before"},
        {"AfterAllowTraffic": "CodeDeployHook_after"},
    ]
    assert parse_appspec(written.content()) == AppSpec("f", "live", "3", "4")


def test_an_appspec_without_hooks_has_no_hooks_section() -> None:
    assert "Hooks" not in json.loads(AppSpec("f", "live", "4", "3").content())


def test_an_appspec_in_lower_case_is_understood() -> None:
    properties = {"name": "f", "alias": "live", "currentversion": "3", "targetversion": "4"}
    content = json.dumps({"version": 0.0, "resources": [{"x": {"properties": properties}}]})

    assert parse_appspec(content) == AppSpec("f", "live", "3", "4")


@pytest.mark.parametrize("content", ["version: 0.0", "{}", '{"Resources": []}', '{"Resources": [{"f": 3}]}'])
def test_an_appspec_that_is_not_ours_is_refused(content: str) -> None:
    with pytest.raises(Refusal, match="AppSpec"):
        parse_appspec(content)


def test_recorded_events_read_as_what_they_are(recorded: Recorded) -> None:
    def read(name: str) -> object:
        return parse_event(json.loads(recorded(name)))

    assert read("codepipeline_execution_failed") == PipelineEvent(
        "01234567-0123-0123-0123-012345678901", "payments-dev", EXECUTION, "FAILED"
    )
    stopped = json.loads(recorded("codepipeline_execution_failed"))
    stopped["detail"] |= {"state": "STOPPED", "stop-execution-comments": "aborted by Ada: not today"}
    told = parse_event(stopped)
    assert isinstance(told, PipelineEvent)
    assert (told.state, told.comments) == ("STOPPED", "aborted by Ada: not today")
    assert read("codedeploy_deployment_stopped") == DeploymentEvent(
        "12345678-0123-0123-0123-012345678901", "payments-dev", "d-75I7MBT7C", "STOP"
    )
    alarm = read("cloudwatch_alarm_fired")
    assert isinstance(alarm, AlarmEvent)
    assert (alarm.alarm, alarm.value) == ("payments-dev-charge-errors", "ALARM")
    assert alarm.reason.startswith("Threshold Crossed")
    assert alarm.at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    build = read("codebuild_build_failed")
    assert isinstance(build, BuildEvent)
    assert (build.build, build.pipeline, build.is_failure) == (
        "payments-dev-build:8745a7a9-c340-456a-9166-edf953571bee",
        "payments-dev",
        True,
    )
    assert build.problem == (
        "phase BUILD failed: COMMAND_EXECUTION_ERROR: Error while executing command: npm test."
        " Reason: exit status 1"
    )


def test_an_event_of_another_kind_reads_as_none(recorded: Recorded) -> None:
    assert parse_event(json.loads(recorded("codedeploy_lifecycle_hook"))) is None
