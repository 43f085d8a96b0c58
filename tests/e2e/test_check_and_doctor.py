"""`greenshift check` and `greenshift doctor`, whole: on a new project, and on one somebody has broken."""

from __future__ import annotations

from typing import Any

from shell import Shell

from greenshift.checks import Finding
from greenshift.checks.deployed import check_stack
from greenshift.cli.workspace import Workspace


def rules(report: Any) -> list[str]:
    return [finding["rule"] for finding in report["findings"]]


class WithoutHandshake:
    """CodeConnections as it is on AWS before a person was there; the twin finishes the handshake itself."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get_connection(self, **request: Any) -> Any:
        found = self._client.get_connection(**request)
        return {"Connection": {**found["Connection"], "ConnectionStatus": "PENDING"}}


def look_before_the_handshake(project: Shell) -> tuple[Finding, ...]:
    outputs, clients = Workspace.find(directory=project.directory).deployed()

    def before(service: str) -> Any:
        client = clients(service)
        return WithoutHandshake(client) if service == "codeconnections" else client

    return check_stack(outputs, before)


def test_a_new_project_passes_check_and_a_fault_is_told_with_its_line(project: Shell) -> None:
    assert project.greenshift("check").out.strip() == "✔ settings and sources are fine"
    project.edit("functions/hello/index.mjs", "export", "import AWS from 'aws-sdk';\nexport")

    ended = project.greenshift("check", ok=False)

    assert ended.code == 1
    assert "functions/hello/index.mjs:" in ended.out
    assert "mend: use @aws-sdk/client-" in ended.out
    assert "1 error" in ended.out
    report = project.greenshift("check", "--json", ok=False).json
    assert (rules(report), report["errors"], report["warnings"]) == (["sdk-v2"], 1, 0)
    assert not (project.home / "twin.json").exists(), "check needs no twin"


def test_outside_a_project_check_is_misused(shell: Shell) -> None:
    ended = shell.greenshift("check", ok=False)

    assert ended.code == 2
    assert "Pulumi.yaml" in ended.err


def test_doctor_finds_nothing_on_a_healthy_stack_and_each_fault_on_a_broken_one(project: Shell) -> None:
    assert project.greenshift("doctor", ok=False).code == 1, "without a twin there is nothing to look at"
    project.greenshift("up")
    project.greenshift("release")

    assert project.greenshift("doctor").out.strip() == "✔ stack 'local' is healthy"
    (pending,) = look_before_the_handshake(project)
    assert pending.rule == "connection-pending"
    assert "choose my-app-local, 'Update pending connection', sign in to GitHub" in pending.mend

    aliases, alarms = project.client("lambda"), project.client("cloudwatch")
    live = aliases.get_alias(FunctionName="my-app-local-page", Name="live")["FunctionVersion"]
    aliases.update_alias(
        FunctionName="my-app-local-page",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {live: 0.1}},
    )
    alarms.set_alarm_state(
        AlarmName="my-app-local-worker-errors", StateValue="ALARM", StateReason="set by hand"
    )
    alarms.delete_alarms(AlarmNames=["my-app-local-hello-errors"])
    connections = project.client("codeconnections")
    (connection,) = connections.list_connections()["Connections"]
    connections.delete_connection(ConnectionArn=connection["ConnectionArn"])

    ended = project.greenshift("doctor", "--json", ok=False)

    assert ended.code == 1
    found = {(finding["rule"], finding["function"]) for finding in ended.json["findings"]}
    # The alarm set by hand is evaluated again a twin minute later, and may be quiet by now.
    assert found - {("alarm-firing", "worker")} == {
        ("connection-unusable", ""),
        ("alias-split", "page"),
        ("alarm-missing", "hello"),
    }
