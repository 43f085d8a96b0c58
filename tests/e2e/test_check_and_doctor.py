"""`greenshift check` and `greenshift doctor`, whole: on a new project, and on one somebody has broken."""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

from support.people.shell import Shell, environment
from support.people.tmux import environment_with
from support.people.typed import type_line

from greenshift.twin.machine.process import TwinHandle


def rules(report: Any) -> list[str]:
    return [finding["rule"] for finding in report["findings"]]


def test_a_new_project_passes_check_and_a_fault_is_told_with_its_line(project: Shell) -> None:
    assert project.greenshift("check").out.strip() == "✔ settings and sources are fine"
    project.edit(
        "functions/hello/index.mjs", "export const greet", "import AWS from 'aws-sdk';\nexport const greet"
    )

    ended = project.greenshift("check", ok=False)

    assert ended.code == 1
    assert "functions/hello/index.mjs:" in ended.out
    assert "fix:  use @aws-sdk/client-" in ended.out
    assert "1 error" in ended.out
    report = project.greenshift("check", "--json", ok=False).json
    assert (rules(report), report["errors"], report["warnings"]) == (["sdk-v2"], 1, 0)
    assert not (project.home / "twin.json").exists(), "check needs no twin"


def test_outside_a_project_check_is_misused(shell: Shell) -> None:
    ended = shell.greenshift("check", ok=False)

    assert ended.code == 2
    assert "Pulumi.yaml" in ended.err


def test_without_a_twin_there_is_nothing_for_doctor_to_look_at(project: Shell) -> None:
    assert project.greenshift("doctor", ok=False).code == 1


def test_doctor_finds_nothing_on_a_healthy_stack_and_each_fault_on_a_broken_one(released: Shell) -> None:
    project = released
    assert project.greenshift("doctor").out.strip() == "✔ stack 'local' is healthy"

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


def ask(twin: TwinHandle, method: str, path: str, body: dict[str, str]) -> None:
    """One of the twin's own endpoints."""
    request = urllib.request.Request(twin.endpoint + path, json.dumps(body).encode(), method=method)
    urllib.request.urlopen(request, timeout=10).close()


def test_doctor_tells_how_to_finish_a_connection_that_nobody_has_finished(project: Shell) -> None:
    project.greenshift("twin", "start")
    ask(project.twin(), "PUT", "/_twin/handshakes", {"handshake": "manual"})
    project.greenshift("up")
    (connection,) = project.client("codeconnections").list_connections()["Connections"]
    assert connection["ConnectionStatus"] == "PENDING"

    ended = project.greenshift("doctor", ok=False)

    assert ended.code == 1
    assert "the connection my-app-local is PENDING: its handshake is not finished" in ended.out
    told = " ".join(ended.out.split())
    assert "no push starts it, and its Source action fails" in told
    assert "console" not in told
    assert "greenshift doctor tells how" in project.greenshift("status").out
    command = re.search(r'(eval "\$\(greenshift twin env\)" && curl .+); then: greenshift release', told)
    assert command is not None, told
    release = project.greenshift("release", ok=False)
    assert release.code == 1
    assert "handshake" in release.out + release.err

    typed = type_line(
        command[1], project.directory, environment_with(Path(sys.executable).parent, environment())
    )
    assert typed.code == 0, typed.text
    project.greenshift("release")

    assert project.greenshift("doctor").out.strip() == "✔ stack 'local' is healthy"
