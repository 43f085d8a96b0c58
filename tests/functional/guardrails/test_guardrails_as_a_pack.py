"""The pack by itself: started as Pulumi's CLI starts it, and asked through Pulumi's analyzer protocol."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from greenshift.guardrails import location
from greenshift.guardrails.registry import our_own

BY_HAND = (sys.executable, "-u", str(location.DIRECTORY))
# What Pulumi's plugin for Python packs runs, in the pack's folder.
BY_THE_CLI = (sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", ".")


@contextmanager
def pack(
    command: tuple[str, ...] = BY_HAND, config: Mapping[str, str] | None = None
) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    environment = {**os.environ, "PULUMI_CONFIG": json.dumps(dict(config or {}))}
    process = subprocess.Popen(
        command,
        cwd=location.DIRECTORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with grpc.insecure_channel(f"127.0.0.1:{_port(process)}") as channel:
            stub = analyzer_pb2_grpc.AnalyzerStub(channel)
            request = analyzer_pb2.AnalyzerStackConfigureRequest(project="shop", stack="prod")
            stub.ConfigureStack(request, timeout=10)
            yield stub
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(20), "no port appeared"
    return int(process.stdout.readline())


def bucket(**properties: object) -> analyzer_pb2.AnalyzeRequest:
    inputs = struct_pb2.Struct()
    inputs.update(properties)
    return analyzer_pb2.AnalyzeRequest(
        type="aws:s3/bucket:Bucket",
        name="b",
        urn="urn:pulumi:prod::shop::aws:s3/bucket:Bucket::b",
        properties=inputs,
        options=analyzer_pb2.AnalyzerResourceOptions(),
    )


def found(response: analyzer_pb2.AnalyzeResponse) -> dict[str, int]:
    return {item.policyName: item.enforcementLevel for item in response.diagnostics}


@pytest.mark.parametrize("command", [BY_HAND, BY_THE_CLI], ids=["by hand", "by the CLI"])
def test_the_pack_serves_every_rule_with_its_level_and_fix(command: tuple[str, ...]) -> None:
    with pack(command) as stub:
        info = stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=10)

    expected = {(rule.name, rule.level.upper(), rule.fix) for rule in our_own()}
    level = analyzer_pb2.EnforcementLevel.Name
    assert expected == {(it.name, level(it.enforcementLevel), it.remediation_steps) for it in info.policies}


def test_a_violation_names_why_what_and_the_fix() -> None:
    with pack() as stub:
        [violation] = stub.Analyze(bucket(bucket="wrong", forceDestroy=True), timeout=10).diagnostics

    assert violation.message.splitlines() == [
        "A bucket name can exist once in the world, so a second stack cannot be created.",
        "its name 'wrong' is hand-written and lacks the stack: the next stack collides",
        "Fix: leave the name to Pulumi, or make the stack a part of it; "
        "with account and region it is yours alone",
    ]


def test_levels_come_from_the_stacks_config_and_the_packs_own_config_wins() -> None:
    config = {"greenshift:guardrails": json.dumps({"bucket-name": "advisory"})}
    own = {"bucket-name": analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.DISABLED)}
    request = bucket(bucket="wrong")

    with pack(config=config) as stub:
        before = found(stub.Analyze(request, timeout=10))
        stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=own), timeout=10)
        after = found(stub.Analyze(request, timeout=10))

    assert before == {"bucket-name": analyzer_pb2.ADVISORY}
    assert after == {}


def test_what_is_not_known_yet_is_no_fault() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # Pulumi's mark for a text that is not known yet

    with pack() as stub:
        response = stub.Analyze(bucket(bucket=unknown, forceDestroy=unknown), timeout=10)

    assert list(response.diagnostics) == []


def test_the_folder_says_what_it_is() -> None:
    project = yaml.safe_load((location.DIRECTORY / "PulumiPolicy.yaml").read_text())

    assert project["runtime"] == "python"
    assert (location.DIRECTORY / "__main__.py").is_file()


def test_the_pack_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    starter = tmp_path / "starter.py"
    starter.write_text(
        textwrap.dedent(
            """
            import sys, time
            from pathlib import Path
            from greenshift.engine import PolicyPack, Program
            from greenshift.engine.policy.policy_pack import running
            from greenshift.guardrails import location

            program = Program(Path("."), "shop", "local", {})
            with running(PolicyPack(location.DIRECTORY), program, dry_run=True) as pack:
                pack.stack([])
                print(pack._process.pid, flush=True)
                time.sleep(60)
            """
        )
    )
    process = subprocess.Popen([sys.executable, str(starter)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    stat = Path(f"/proc/{pid}/stat")
    is_running = stat.exists()

    process.kill()
    process.wait()
    process.stdout.close()

    assert is_running
    assert _ends(stat)


def _ends(stat: Path) -> bool:
    """Within five seconds, looked at fifty times; a zombie that nobody waits for has ended too."""
    import time

    for _ in range(50):
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
