"""Builds that really run: commands, phases, variables, logs, stop and clean-up, through boto3."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest


def phases(build: dict[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase.get("phaseStatus", "") for phase in build["phases"]}


def context(build: dict[str, Any], phase: str) -> tuple[str, str]:
    [found] = [entry for entry in build["phases"] if entry["phaseType"] == phase]
    [only] = found["contexts"]
    return only["statusCode"], only["message"]


def spec(**sections: list[str]) -> str:
    """A buildspec of phases with plain commands."""
    lines = ["version: 0.2", "phases:"]
    for phase, commands in sections.items():
        lines += [f"  {phase}:", "    commands:", *(f"      - {command}" for command in commands)]
    return "\n".join(lines) + "\n"


def test_a_build_runs_every_phase_and_succeeds(builds: Any) -> None:
    build = builds.run(spec(build=["echo hello"]))

    assert build["buildStatus"] == "SUCCEEDED"
    assert build["currentPhase"] == "COMPLETED"
    assert phases(build) == {
        **dict.fromkeys(
            [
                "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD",
                "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING",
            ],
            "SUCCEEDED",
        ),
        "COMPLETED": "",
    }  # fmt: skip
    assert build["id"].startswith(build["projectName"] + ":")
    assert build["arn"].endswith(f":build/{build['id']}")
    assert build["endTime"] >= build["startTime"]


def test_the_log_reads_as_codebuilds(builds: Any) -> None:
    build = builds.run(spec(build=["echo hello"]))
    lines = builds.lines(build)

    stamp = re.compile(r"\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} (.*)")
    texts = [found.group(1) if (found := stamp.fullmatch(line)) else line for line in lines]
    assert build["logs"]["groupName"] == f"/aws/codebuild/{build['projectName']}"
    assert texts[0] == "Waiting for agent ping"
    begin = texts.index("Entering phase BUILD")
    assert texts[begin : begin + 5] == [
        "Entering phase BUILD",
        "Running command echo hello",
        "hello",
        "Phase complete: BUILD State: SUCCEEDED",
        "Phase context status code:  Message: ",
    ]


@pytest.mark.parametrize(
    ("phase", "ran", "not_run"),
    [
        ("install", [], ["pre_build", "build", "post_build"]),
        ("pre_build", ["install"], ["build", "post_build"]),
        ("build", ["install", "pre_build", "post_build"], []),
        ("post_build", ["install", "pre_build", "build"], []),
    ],
)
def test_a_command_that_fails_in_a_phase(builds: Any, phase: str, ran: list[str], not_run: list[str]) -> None:
    every = ["install", "pre_build", "build", "post_build"]
    commands = {name: ["exit 3" if name == phase else f"echo ran-{name}"] for name in every}

    build = builds.run(spec(**commands))

    assert build["buildStatus"] == "FAILED"
    assert phases(build)[phase.upper()] == "FAILED"
    assert context(build, phase.upper()) == (
        "COMMAND_EXECUTION_ERROR",
        "Error while executing command: exit 3. Reason: exit status 3",
    )
    assert builds.output(build) == [f"ran-{name}" for name in ran]
    assert not {name.upper() for name in not_run} & phases(build).keys()
    assert ("UPLOAD_ARTIFACTS" in phases(build)) is (phase in ("build", "post_build"))


def test_a_failed_command_skips_the_rest_and_finally_still_runs(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    commands: [echo one, 'false', echo two]\n"
        "    finally: [echo last]\n"
    )

    assert builds.output(build) == ["one", "last"]
    assert phases(build)["BUILD"] == "FAILED"
    assert any("Command did not exit successfully false exit status 1" in x for x in builds.lines(build))


def test_later_phases_know_that_the_build_is_failing(builds: Any) -> None:
    line = "echo $CODEBUILD_BUILD_SUCCEEDING"
    build = builds.run(spec(pre_build=[line], build=["false"], post_build=[line]))

    assert builds.output(build) == ["1", "0"]


def test_on_failure_continue_goes_on_and_the_build_stays_failed(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  pre_build: {on-failure: CONTINUE, commands: ['false']}\n"
        "  build: {commands: [echo built]}\n"
    )

    assert builds.output(build) == ["built"]
    assert (phases(build)["BUILD"], build["buildStatus"]) == ("SUCCEEDED", "FAILED")


def test_on_failure_abort_skips_post_build(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  build: {on-failure: ABORT, commands: ['false']}\n"
        "  post_build: {commands: [echo after]}\n"
    )

    assert builds.output(build) == []
    assert "POST_BUILD" not in phases(build)


def test_on_failure_retry_repeats_the_phase(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    on-failure: RETRY-3\n"
        "    commands:\n      - echo x >> tries; echo try; test $(wc -l < tries) -ge 3\n"
    )

    assert builds.output(build) == ["try", "try", "try"]
    assert build["buildStatus"] == "SUCCEEDED"


def test_on_failure_retry_looks_for_its_expression_in_the_output(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    on-failure: RETRY-5-time.?out [12]\n"
        "    commands:\n      - echo x >> tries; echo timeout $(wc -l < tries); false\n"
    )

    assert builds.output(build) == ["timeout 1", "timeout 2", "timeout 3"]
    assert build["buildStatus"] == "FAILED"


def test_an_expression_without_end_holds_nobody_up_and_the_phase_is_not_retried(builds: Any) -> None:
    builds.twin.request("POST", "/_twin/heartbeat")
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    on-failure: RETRY-5-(a+)+$\n"
        f"    commands:\n      - echo {'a' * 60}b; false\n"
    )

    assert builds.twin.request("DELETE", "/_twin/heartbeat")["longest_processor"] < 0.25
    assert build["buildStatus"] == "FAILED"
    assert any("Not retried: looking for (a+)+$" in line for line in builds.lines(build))


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_directory_exports_and_functions_persist_across_commands_and_phases(builds: Any, shell: str) -> None:
    program = "bash" if shell == "bash" else "/bin/sh"
    build = builds.run(
        f"version: 0.2\nenv: {{shell: {program}}}\nphases:\n"
        "  install:\n    commands:\n      - mkdir sub && cd sub\n      - export GREETING=hi\n"
        "      - greet() { echo $GREETING $1; }\n"
        "  build:\n    commands:\n      - greet you\n      - basename $PWD\n"
    )

    assert builds.output(build) == ["hi you", "sub"]


def test_version_0_1_runs_each_command_in_its_own_shell(builds: Any) -> None:
    build = builds.run(
        "version: 0.1\nphases:\n  build:\n    commands:\n      - export A=1\n      - echo [$A]\n"
    )

    assert builds.output(build) == ["[]"]


def test_a_command_that_exits_ends_itself_only(builds: Any) -> None:
    build = builds.run(spec(build=["export A=kept", "exit 0", "echo $A"]))

    assert builds.output(build) == ["kept"]
    assert build["buildStatus"] == "SUCCEEDED"


def test_a_multi_line_command_has_the_status_of_its_last_line(builds: Any) -> None:
    text = "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n        {}\n        {}\n"

    assert builds.run(text.format("false", "true"))["buildStatus"] == "SUCCEEDED"
    assert builds.run(text.format("true", "false"))["buildStatus"] == "FAILED"


def test_exported_variables_are_read_after_post_build(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nenv:\n  variables: {TAG: first}\n  exported-variables: [TAG, MISSING, AWS_REGION]\n"
        "phases:\n  build: {commands: [export TAG=second]}\n  post_build: {commands: [export TAG=third]}\n"
    )

    assert build["exportedEnvironmentVariables"] == [{"name": "TAG", "value": "third"}]


def test_the_environment_is_codebuilds_and_nothing_of_the_twins_own(builds: Any) -> None:
    os.environ["GREENSHIFT_TEST_LEAK"] = os.environ["PYTHONPATH"] = "leaked"
    try:
        build = builds.run(spec(build=["env"]))
    finally:
        del os.environ["GREENSHIFT_TEST_LEAK"], os.environ["PYTHONPATH"]
    found = dict(line.split("=", 1) for line in builds.output(build) if "=" in line)

    assert found["CODEBUILD_BUILD_ID"] == build["id"]
    assert found["CODEBUILD_BUILD_ARN"] == build["arn"]
    assert found["CODEBUILD_BUILD_NUMBER"] == "1"
    assert found["CODEBUILD_LOG_PATH"] == build["logs"]["streamName"]
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "us-east-1"
    assert found["AWS_ENDPOINT_URL"] == builds.twin.endpoint
    assert Path(found["TMPDIR"]).is_relative_to(builds.twin.directory)
    assert "GREENSHIFT_TEST_LEAK" not in found
    assert not {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CODEBUILD_SOURCE_REPO_URL"} & found.keys()


def test_precedence_of_variables_is_request_project_buildspec(builds: Any) -> None:
    project = builds.project(
        "version: 0.2\nenv: {variables: {A: spec, B: spec, C: $HOME/x}}\n"
        "phases: {build: {commands: ['echo $A $B $C']}}\n",
        environment={"environmentVariables": [{"name": "B", "value": "project"}]},
    )
    first = builds.wait(builds.start(project))
    override = [{"name": "B", "value": "request", "type": "PLAINTEXT"}]
    second = builds.wait(builds.start(project, environmentVariablesOverride=override))

    assert builds.output(first) == ["spec project $HOME/x"]
    assert builds.output(second) == ["spec request $HOME/x"]
    assert (first["buildNumber"], second["buildNumber"]) == (1, 2)


def test_values_of_parameter_store_and_secrets_manager_are_used_and_masked(builds: Any) -> None:
    builds.twin.client("ssm").put_parameter(Name="/app/token", Value="t0p", Type="SecureString")
    builds.twin.client("secretsmanager").create_secret(Name="app", SecretString='{"key": "hush"}')
    build = builds.run(
        "version: 0.2\nenv:\n  parameter-store: {TOKEN: /app/token}\n  secrets-manager: {KEY: app:key}\n"
        "  exported-variables: [KEY, COPY]\nphases:\n  build:\n    commands:\n"
        "      - echo token $TOKEN key $KEY\n      - export COPY=${#TOKEN}\n"
    )

    assert builds.output(build) == ["token *** key ***"]
    assert build["exportedEnvironmentVariables"] == [{"name": "COPY", "value": "3"}]


def test_a_secret_that_is_not_there_fails_the_download(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nenv: {parameter-store: {T: /not/there}}\nphases: {build: {commands: [echo hi]}}\n"
    )

    assert context(build, "DOWNLOAD_SOURCE") == (
        "Decrypted Variables Error",
        "parameter does not exist: /not/there",
    )
    assert list(phases(build))[-3:] == ["DOWNLOAD_SOURCE", "FINALIZING", "COMPLETED"]


def test_a_bad_buildspec_fails_the_download_with_its_reason(builds: Any) -> None:
    build = builds.run("version: 0.2\nphases: {test: {commands: [a]}}\n")

    assert context(build, "DOWNLOAD_SOURCE") == (
        "YAML_FILE_ERROR",
        "Invalid buildspec phase name: test. Expecting: build,install,post_build,pre_build",
    )


def test_node_python_and_pip_are_the_twins(builds: Any) -> None:
    build = builds.run(
        "version: 0.2\nphases:\n  install:\n    runtime-versions: {nodejs: 18}\n    commands:\n"
        "      - node -p 'process.versions.node.split(`.`)[0]'\n"
        "      - npm --version > /dev/null && python -m pip --version > /dev/null && echo tools\n"
        '      - python3 -c \'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])\'\n'
        "      - python3 -c 'import greenshift' 2> /dev/null || echo hidden\n"
    )
    arn = f"arn:aws:sts::123456789012:assumed-role/build/AWSCodeBuild-{build['id'].split(':')[1]}"

    assert builds.output(build) == ["22", "tools", arn, "hidden"]
    assert any("WARNING: the twin builds on Node v22" in line for line in builds.lines(build))


def test_what_a_build_installs_with_pip_stays_in_the_build(builds: Any) -> None:
    build = builds.run(spec(build=["python3 -c 'import sysconfig; print(sysconfig.get_path(\"purelib\"))'"]))

    [installs_into] = builds.output(build)
    assert Path(installs_into).is_relative_to(builds.twin.directory)


def test_an_unknown_runtime_fails_the_install_phase(builds: Any) -> None:
    build = builds.run("version: 0.2\nphases: {install: {runtime-versions: {cobol: 85}}}\n")

    assert context(build, "INSTALL")[0] == "YAML_FILE_ERROR"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_stop_build_ends_every_process(builds: Any) -> None:
    build_id = builds.start(
        builds.project(
            spec(build=["setsid sleep 300 & echo $! > $TMPDIR/pid; echo pid $!", "echo up", "sleep 300"])
        )
    )
    builds.wait_for_line(build_id, "up")
    [pid] = [int(line.split()[1]) for line in builds.output(builds.get(build_id)) if line.startswith("pid ")]
    assert alive(pid)

    answer = builds.codebuild.stop_build(id=build_id)["build"]
    build = builds.wait(build_id)

    assert (answer["buildStatus"], build["buildStatus"]) == ("STOPPED", "STOPPED")
    assert builds.codebuild.stop_build(id=build_id)["build"]["endTime"] == build["endTime"]
    assert phases(build)["BUILD"] == "STOPPED"
    assert list(phases(build))[-3:] == ["BUILD", "FINALIZING", "COMPLETED"]
    assert not alive(pid)


def test_background_processes_end_with_the_build(builds: Any) -> None:
    build = builds.run(spec(build=["setsid sleep 300 & echo pid $!"]))

    [line] = builds.output(build)
    assert build["buildStatus"] == "SUCCEEDED"
    assert not alive(int(line.split()[1]))


def test_the_builds_folder_is_removed(builds: Any) -> None:
    build = builds.run(spec(build=["touch file; echo $PWD"]))

    [folder] = builds.output(build)
    assert not Path(folder).exists()


def test_two_builds_run_at_once_and_a_third_is_queued(builds: Any) -> None:
    gate = builds.twin.directory / "gate"
    project = builds.project(spec(build=["echo up", f"while [ ! -e {gate} ]; do sleep 0.05; done"]))
    ids = [builds.start(project) for _ in range(3)]
    for build_id in ids[:2]:
        builds.wait_for_line(build_id, "up")

    waiting = builds.get(ids[2])
    gate.touch()
    ended = [builds.wait(build_id) for build_id in ids]

    assert waiting["currentPhase"] == "QUEUED"
    assert [build["buildStatus"] for build in ended] == ["SUCCEEDED"] * 3


def test_a_queued_build_can_be_stopped(builds: Any) -> None:
    gate = builds.twin.directory / "gate-2"
    project = builds.project(spec(build=["echo up", f"while [ ! -e {gate} ]; do sleep 0.05; done"]))
    ids = [builds.start(project) for _ in range(3)]
    for build_id in ids[:2]:
        builds.wait_for_line(build_id, "up")

    builds.codebuild.stop_build(id=ids[2])
    stopped = builds.wait(ids[2])
    gate.touch()
    for build_id in ids[:2]:
        builds.wait(build_id)

    assert stopped["buildStatus"] == "STOPPED"
    assert list(phases(stopped)) == ["SUBMITTED", "QUEUED", "COMPLETED"]


def test_a_local_cache_is_kept_from_build_to_build(builds: Any) -> None:
    project = builds.project(
        "version: 0.2\nphases: {build: {commands: ['ls deps 2>/dev/null; mkdir -p deps; touch deps/kept']}}\n"
        "cache: {paths: ['deps/**/*']}\n",
        cache={"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]},
    )

    first, second = (builds.wait(builds.start(project)) for _ in range(2))

    assert (builds.output(first), builds.output(second)) == ([], ["kept"])


def test_disabled_logs_write_nothing(builds: Any) -> None:
    build = builds.run(spec(build=["echo hi"]), logsConfig={"cloudWatchLogs": {"status": "DISABLED"}})

    group = f"/aws/codebuild/{build['projectName']}"
    assert builds.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
    assert "groupName" not in build["logs"]


def test_output_is_logged_whole_and_in_order(builds: Any) -> None:
    build = builds.run(spec(build=["seq 1 20000", "printf 'no newline'", "echo err >&2"]))

    found = (
        builds.twin.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=build["logs"]["groupName"])
    )
    lines = [event["message"] for page in found for event in page["events"]]
    output = [line for line in lines if not line.startswith("[Container]")]
    assert output == [*(str(number) for number in range(1, 20001)), "no newline", "err"]
