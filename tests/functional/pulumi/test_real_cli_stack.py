"""A stack of the real CLI through its Automation API: what comes back of it, and what is asked of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support.pulumi.real_pulumi import PulumiFailed, RealPulumi, real_pulumi

from greenshift.engine import Event, Output, Scope, StepDone, StepFailed, StepPlanned
from greenshift.errors import EngineError
from greenshift.pulumi_cli import PulumiStack
from greenshift.testing import RunningTwin

HEAD = """
import pulumi


def make(type_, resource, /, *outputs, **inputs):
    options = pulumi.ResourceOptions(version="7.51.1")
    return pulumi.CustomResource(type_, resource, {**dict.fromkeys(outputs), **inputs}, options)


def topic(name, **inputs):
    return make("aws:sns/topic:Topic", name, "arn", name=f"cli-{name}", **inputs)


"""
TWO = """
one = topic("one", displayName="{}")
two = topic("two", displayName="{}")
pulumi.export("arn", one.arn)
pulumi.export("key", pulumi.Output.secret("hush"))
"""


@dataclass
class Deployed:
    """One program, and its stack ``dev``."""

    twin: RunningTwin
    pulumi: RealPulumi

    def program(self, text: str) -> None:
        (self.pulumi.program / "__main__.py").write_text(HEAD + text)

    def stack(self, name: str = "dev", on_event: Callable[[Event], None] = lambda event: None) -> PulumiStack:
        surroundings = self.pulumi.surroundings()
        return PulumiStack(self.pulumi.program, name, on_event, environment=surroundings)

    def topics(self) -> set[str]:
        listed = self.twin.client("sns").list_topics()["Topics"]
        return {each["TopicArn"].rsplit(":", 1)[1] for each in listed}


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("stack")
    program = folder / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    with (
        real_pulumi(twin, program, folder, starts_plugins=True) as pulumi,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name in ("PATH", "PULUMI_PYTHON_CMD"):
            patched.setenv(name, pulumi.surroundings()[name])
        yield Deployed(twin, pulumi)
        with contextlib.suppress(PulumiFailed):
            pulumi.destroy()


def test_from_a_preview_to_outputs_and_resources(deployed: Deployed) -> None:
    deployed.program(TWO.format("1", "1"))
    events: list[Event] = []
    planned = deployed.stack(on_event=events.append).preview()
    assert planned.outputs["arn"] == Output(None, known=False)
    assert {each.step.name for each in events if isinstance(each, StepPlanned)} >= {"one", "two"}
    assert deployed.topics() == set()
    assert {item["urn"].rsplit("::")[-1] for item in deployed.stack().planned()} >= {"one", "two"}

    events.clear()
    result = deployed.stack(on_event=events.append).up()
    assert result.changes == {"create": 3}
    assert {each.step.name for each in events if isinstance(each, StepDone)} >= {"one", "two"}
    assert result.outputs["key"] == Output("hush", secret=True)
    assert "hush" not in repr(result.outputs)
    assert deployed.topics() == {"cli-one", "cli-two"}
    assert deployed.stack().outputs()["arn"].value.endswith(":cli-one")
    assert {"one", "two"} <= {item["urn"].rsplit("::")[-1] for item in deployed.stack().resources()}


def test_a_part_of_a_stack_is_passed_on(deployed: Deployed) -> None:
    deployed.program(TWO.format("2", "2"))
    only = "urn:pulumi:dev::shop::aws:sns/topic:Topic::one"

    assert deployed.stack().up(Scope((only,))).changes["update"] == 1

    arn = deployed.stack().outputs()["arn"].value
    deployed.twin.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="DisplayName", AttributeValue="by hand"
    )
    assert deployed.stack().refresh(Scope((only,)), dry_run=True).changes.get("update") == 1
    assert deployed.stack().up(Scope(refresh=True)).changes["update"] == 2


def test_a_misspelt_stack_is_refused_and_not_created(deployed: Deployed) -> None:
    for run in (deployed.stack("prdo").preview, deployed.stack("prdo").destroy):
        with pytest.raises(EngineError) as refused:
            run()
        assert "there is no stack 'prdo'" in refused.value.message
        assert "pulumi stack init prdo" in refused.value.hint
    assert "prdo" not in deployed.pulumi.run("stack", "ls", "--all")


def test_up_creates_a_stack_that_has_a_file(deployed: Deployed) -> None:
    (deployed.pulumi.program / "Pulumi.late.yaml").write_text("config:\n  shop:a: b\n")
    deployed.program("pulumi.export('a', pulumi.Config().require('a'))")

    assert deployed.stack("late").up().outputs["a"].value == "b"


def test_what_fails_is_the_error(deployed: Deployed) -> None:
    lost = 'make("aws:lambda/alias:Alias", "lost", name="live", functionName="nobody", functionVersion="1")\n'
    deployed.program(TWO.format("2", "2") + lost)
    events: list[Event] = []
    with pytest.raises(EngineError, match=r"lost \(aws:lambda/alias:Alias\): create failed: .*NotFound"):
        deployed.stack(on_event=events.append).up()
    assert any(isinstance(each, StepFailed) for each in events)

    deployed.program("raise ValueError('no')")
    with pytest.raises(EngineError, match="the program failed: ValueError: no"):
        deployed.stack().preview()


def test_tags_of_a_stack_stay(deployed: Deployed) -> None:
    deployed.pulumi.run("stack", "tag", "set", "owner", "ada", "--stack", "dev")
    deployed.program(TWO.format("3", "3"))

    deployed.stack().up()

    assert deployed.pulumi.run("stack", "tag", "get", "owner", "--stack", "dev").strip() == "ada"


def test_after_a_kill_cancel_opens_the_stack_and_up_goes_on(deployed: Deployed) -> None:
    deployed.program(TWO.format("4", "4") + 'topic("slow")\n')
    deployed.twin.inject("delay", "sns", "CreateTopic", seconds=600)
    killed_in_the_middle(deployed)
    deployed.twin.clear_faults()

    with pytest.raises(EngineError, match="locked") as refused:
        deployed.stack().up()
    assert "pulumi cancel" in refused.value.hint
    deployed.pulumi.run("cancel", "--yes", "--stack", "dev")
    deployed.stack().up()

    assert deployed.stack().preview().changes == {"same": 4}
    assert deployed.topics() == {"cli-one", "cli-two", "cli-slow"}


def killed_in_the_middle(deployed: Deployed) -> None:
    """An `up` whose CLI, and all it started, is gone while it works: while it waits for the one slow answer,
    with all else written down. In the middle of a write the CLI would leave half a checkpoint.
    """
    pulumi = deployed.pulumi
    running = subprocess.Popen(
        [str(pulumi.cli), "--non-interactive", "up", "--stack", "dev", "--yes", "--skip-preview"],
        cwd=pulumi.program,
        env=pulumi.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        assert running.stdout is not None
        for line in running.stdout:
            if b"slow" in line and b"creating" in line:
                break
        assert any(waits_for_the_slow_one(deployed) for _ in range(120)), "it ended before it was killed"
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        if running.stdout is not None:
            running.stdout.close()


def waits_for_the_slow_one(deployed: Deployed) -> bool:
    """Whether the state says that everything but the slow topic is done."""
    time.sleep(0.5)
    try:
        kept = json.loads(deployed.pulumi.run("stack", "export", "--stack", "dev"))["deployment"]
    except (PulumiFailed, ValueError):
        return False  # it was being written
    names = {each["inputs"].get("displayName") for each in kept["resources"] if each["urn"].endswith("::two")}
    begun = [each["resource"]["urn"].rpartition("::")[2] for each in kept.get("pending_operations", [])]
    fired = any(report.fired for report in deployed.twin.faults())
    return fired and begun == ["slow"] and names == {"4"}


def test_destroy_deletes_and_keeps_the_stack(deployed: Deployed) -> None:
    result = deployed.stack().destroy()

    assert result.changes == {"delete": 4}
    assert result.outputs == {}
    assert deployed.topics() == set()
    assert "dev" in deployed.pulumi.run("stack", "ls")
