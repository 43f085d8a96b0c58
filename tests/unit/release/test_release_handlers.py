"""The handlers' one duty that nothing may prevent: answer the job, report the hook, print no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.release import controller, hook
from greenshift.release.services.appspec import AppSpec
from greenshift.release.services.clients import Clients

Recorded = Callable[[str], str]


def refused(code: str, operation: str = "GetItem") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class FakeService:
    """A client whose operations are functions; every call is kept. An operation nobody gave is a mistake."""

    def __init__(self, **operations: Callable[..., object]) -> None:
        self._operations = operations
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Callable[..., object]:
        def call(**parameters: Any) -> object:
            self.calls.append((operation, parameters))
            return self._operations[operation](**parameters)

        return call


SINCE_LONG = '{"failingSince": "2026-11-23T11:54:59.000Z"}'
"""More than five minutes before FakeClients' time."""


class FakeClients(Clients):
    def __init__(self, **services: FakeService) -> None:
        super().__init__()
        self._services = services
        self.pause = lambda seconds: None
        self.clock.learn({"date": "Mon, 23 Nov 2026 12:00:00 GMT"})

    def of(self, service: str) -> Any:
        return self._services[service]

    once = patient = of


def failing(code: str) -> Callable[..., object]:
    def operation(**_: object) -> object:
        raise refused(code)

    return operation


def nothing(**_: object) -> Mapping[str, object]:
    return {}


def jobs(**operations: Callable[..., object]) -> FakeService:
    usual: dict[str, Callable[..., object]] = {
        "put_job_success_result": nothing,
        "put_job_failure_result": nothing,
    }
    return FakeService(**(usual | operations))


@pytest.fixture
def targets(tmp_path: Path) -> Path:
    function = {
        "name": "payments-dev-charge",
        "deploymentGroup": "payments-dev-charge",
        "alarm": "payments-dev-charge-errors",
        "smoke": {"event": None, "enabled": True},
    }
    document = {
        "formatVersion": 1,
        "pipeline": "payments-dev",
        "application": "payments-dev",
        "table": "payments-dev-ledger",
        "bucket": "b",
        "functions": {"charge": function},
    }
    path = tmp_path / "targets.json"
    path.write_text(json.dumps(document))
    return path


def run_job(
    event: Mapping[str, Any], targets: Path, **services: FakeService
) -> list[tuple[str, dict[str, Any]]]:
    codepipeline = services.setdefault("codepipeline", jobs())
    services.setdefault("lambda", FakeService())
    for name in ("codedeploy", "cloudwatch", "iam", "s3"):
        services.setdefault(name, FakeService())
    controller.respond(event, lambda: 900.0, FakeClients(**services), targets)
    return codepipeline.calls


def test_a_job_is_failed_when_the_targets_cannot_be_read(recorded: Recorded, tmp_path: Path) -> None:
    event = json.loads(recorded("codepipeline_job_publish"))
    event["CodePipeline.job"]["data"]["continuationToken"] = SINCE_LONG

    ((operation, parameters),) = run_job(event, tmp_path / "absent.json")

    assert operation == "put_job_failure_result"
    assert parameters["jobId"] == "11111111-abcd-1111-abcd-111111abcdef"
    assert parameters["failureDetails"]["message"].startswith("FileNotFoundError")


def test_a_job_with_wrong_parameters_is_a_configuration_error(recorded: Recorded, targets: Path) -> None:
    event = json.loads(recorded("codepipeline_job_publish"))
    event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]["UserParameters"] = "{}"

    ((operation, parameters),) = run_job(event, targets)

    assert operation == "put_job_failure_result"
    assert parameters["failureDetails"]["type"] == "ConfigurationError"


def test_a_release_that_was_not_published_cannot_shift(recorded: Recorded, targets: Path) -> None:
    event = json.loads(recorded("codepipeline_job_shift_continued"))

    ((operation, parameters),) = run_job(event, targets, dynamodb=FakeService(get_item=nothing))

    assert operation == "put_job_failure_result"
    assert "the Publish stage must come first" in parameters["failureDetails"]["message"]


def test_an_error_that_may_pass_is_tried_again_for_some_minutes_however_often_that_is(
    recorded: Recorded, targets: Path
) -> None:
    event = json.loads(recorded("codepipeline_job_shift_continued"))
    throttled = FakeService(get_item=failing("ThrottlingException"))

    for token in (None, *["11:56:00.000Z"] * 20):
        if token is not None:
            since = json.dumps({"failingSince": f"2026-11-23T{token}"})
            event["CodePipeline.job"]["data"]["continuationToken"] = since
        ((operation, parameters),) = run_job(event, targets, dynamodb=throttled)

        assert operation == "put_job_success_result"
        told = json.loads(parameters["continuationToken"])["failingSince"]
        assert told.startswith(f"2026-11-23T{token or '12:00:00'}"[:19])
        assert "ThrottlingException" in parameters["executionDetails"]["summary"]


def test_an_error_that_never_passes_ends_the_job(recorded: Recorded, targets: Path) -> None:
    event = json.loads(recorded("codepipeline_job_shift_continued"))
    event["CodePipeline.job"]["data"]["continuationToken"] = SINCE_LONG
    throttled = FakeService(get_item=failing("ThrottlingException"))

    ((operation, _),) = run_job(event, targets, dynamodb=throttled)

    assert operation == "put_job_failure_result"


@pytest.mark.parametrize("code", ["InvalidJobStateException", "JobNotFoundException"])
def test_a_job_that_is_answered_already_stays_answered(recorded: Recorded, targets: Path, code: str) -> None:
    event = json.loads(recorded("codepipeline_job_shift_continued"))
    answered = jobs(put_job_failure_result=failing(code))

    for _ in range(2):
        run_job(event, targets, codepipeline=answered, dynamodb=FakeService(get_item=nothing))

    assert len(answered.calls) == 2


def test_no_credential_is_ever_logged(
    recorded: Recorded, targets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    run_job(
        json.loads(recorded("codepipeline_job_publish")),
        targets,
        dynamodb=FakeService(get_item=failing("AccessDeniedException")),
    )

    assert "AccessDeniedException" in caplog.text
    assert "must-not-be-printed" not in caplog.text
    assert "ASIAEXAMPLE" not in caplog.text


# Hooks

APPSPEC = AppSpec("payments-dev-charge", "live", "1", "2").content()


def deployment(**_: object) -> Mapping[str, object]:
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": APPSPEC}}
    return {"deploymentInfo": {"deploymentId": "d-75I7MBT7C", "status": "InProgress", "revision": revision}}


class Payload:
    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> bytes:
        return self._text.encode()


def answering(text: str, **members: object) -> Callable[..., object]:
    return lambda **_: {"StatusCode": 200, "Payload": Payload(text), **members}


def alias_at(version: str, **weights: float) -> Callable[..., object]:
    routing = {
        "AdditionalVersionWeights": {name.removeprefix("v"): weight for name, weight in weights.items()}
    }
    return lambda **_: {"FunctionVersion": version, "RoutingConfig": routing}


def run_hook(recorded: Recorded, targets: Path, which: str, **functions: Callable[..., object]) -> list[str]:
    codedeploy = FakeService(get_deployment=deployment, put_lifecycle_event_hook_execution_status=nothing)
    clients = FakeClients(codedeploy=codedeploy, **{"lambda": FakeService(**functions)})
    for _ in range(2):  # an asynchronous invocation may come twice
        hook.respond(json.loads(recorded("codedeploy_lifecycle_hook")), which, clients, targets)
    return [parameters["status"] for operation, parameters in codedeploy.calls if operation.startswith("put")]


IMPORT_ERROR = '{"errorType": "Runtime.ImportModuleError", "errorMessage": "x"}'


@pytest.mark.parametrize(
    ("which", "functions", "status"),
    [
        ("before", {"invoke": answering("null")}, "Succeeded"),
        ("before", {"invoke": answering(IMPORT_ERROR, FunctionError="Unhandled")}, "Failed"),
        ("before", {"invoke": failing("ResourceNotFoundException")}, "Failed"),
        ("after", {"get_alias": alias_at("2")}, "Succeeded"),
        ("after", {"get_alias": alias_at("1")}, "Failed"),
        ("after", {"get_alias": alias_at("2", v1=0.5)}, "Failed"),
        ("", {}, "Failed"),
    ],
)
def test_a_hook_reports_what_it_found(
    recorded: Recorded, targets: Path, which: str, functions: dict[str, Callable[..., object]], status: str
) -> None:
    assert run_hook(recorded, targets, which, **functions) == [status, status]


def test_a_hook_that_cannot_read_its_deployment_reports_a_failure(recorded: Recorded, targets: Path) -> None:
    codedeploy = FakeService(
        get_deployment=failing("AccessDeniedException"), put_lifecycle_event_hook_execution_status=nothing
    )
    clients = FakeClients(codedeploy=codedeploy, **{"lambda": FakeService()})

    hook.respond(json.loads(recorded("codedeploy_lifecycle_hook")), "before", clients, targets)

    assert codedeploy.calls[-1][1]["status"] == "Failed"


def test_a_second_report_of_one_hook_is_no_error(recorded: Recorded, targets: Path) -> None:
    codedeploy = FakeService(
        get_deployment=deployment,
        put_lifecycle_event_hook_execution_status=failing("LifecycleEventAlreadyCompletedException"),
    )
    clients = FakeClients(codedeploy=codedeploy, **{"lambda": FakeService(get_alias=alias_at("2"))})

    hook.respond(json.loads(recorded("codedeploy_lifecycle_hook")), "after", clients, targets)

    assert codedeploy.calls[-1][0] == "put_lifecycle_event_hook_execution_status"


def test_the_targets_content_is_read_when_aws_leaves_the_appspec_out(
    recorded: Recorded, targets: Path
) -> None:
    info = {"functionName": "f", "functionAlias": "live", "currentVersion": "1", "targetVersion": "2"}
    codedeploy = FakeService(
        get_deployment=lambda **_: {"deploymentInfo": {"revision": {"revisionType": "AppSpecContent"}}},
        list_deployment_targets=lambda **_: {"targetIds": ["f:live"]},
        get_deployment_target=lambda **_: {
            "deploymentTarget": {"lambdaTarget": {"lambdaFunctionInfo": info}}
        },
        put_lifecycle_event_hook_execution_status=nothing,
    )
    clients = FakeClients(codedeploy=codedeploy, **{"lambda": FakeService(get_alias=alias_at("2"))})

    hook.respond(json.loads(recorded("codedeploy_lifecycle_hook")), "after", clients, targets)

    assert codedeploy.calls[-1][1]["status"] == "Succeeded"
