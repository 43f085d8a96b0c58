"""``greenshift up`` on `local` (our engine) and on another stack (the real CLI, through its Automation API):
progress, a failing resource, a policy refusal and Ctrl-C are told alike."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support.pulumi.real_pulumi import RealPulumi, real_pulumi

from greenshift.engine import Engine, Event, PolicyPack, Program, StateFile, StepDone, Target
from greenshift.errors import EngineError, GreenshiftError
from greenshift.guardrails import location
from greenshift.pulumi_cli import PulumiStack
from greenshift.testing import RunningTwin

HEAD = """
import json
import pulumi


def make(type_, resource, /, **inputs):
    return pulumi.CustomResource(type_, resource, inputs, pulumi.ResourceOptions(version="7.51.1"))


"""
TOPIC = 'make("aws:sns/topic:Topic", "t", displayName="{}")\n'
LOST = 'make("aws:lambda/alias:Alias", "lost", name="live", functionName="nobody", functionVersion="1")\n'
WILD = """
statement = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
make("aws:iam/policy:Policy", "wild", policy=json.dumps({"Statement": [statement]}))
"""
OURS, THEIRS = "us-east-1", "eu-west-1"


@dataclass
class Ways:
    """One program, and both ways to deploy it."""

    twin: RunningTwin
    theirs: RealPulumi
    state: StateFile

    def program(self, text: str) -> None:
        (self.theirs.program / "__main__.py").write_text(HEAD + text)

    def ours(self, on_event: Callable[[Event], None] = lambda event: None) -> Engine:
        return Engine(
            Program(self.theirs.program, "shop", "dev", {"aws:region": OURS}),
            Target(self.twin.endpoint, OURS, "instance-1"),
            self.state,
            on_event,
            "passphrase",
            pack=PolicyPack(location.DIRECTORY),
        )

    def stack(self, on_event: Callable[[Event], None] = lambda event: None) -> PulumiStack:
        return PulumiStack(
            self.theirs.program,
            self.theirs.stack,
            on_event,
            policy_packs=(location.DIRECTORY,),
            environment=self.theirs.surroundings(),
        )


@pytest.fixture(scope="module")
def ways(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp("ways")
    program = folder / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (program / "__main__.py").write_text("")
    with (
        real_pulumi(twin, program, folder, starts_plugins=True) as theirs,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name in ("PATH", "PULUMI_PYTHON_CMD"):
            patched.setenv(name, theirs.surroundings()[name])
        theirs.run("config", "set", "aws:region", THEIRS, "--stack", theirs.stack)
        (folder / "state").mkdir()
        yield Ways(twin, theirs, StateFile(folder / "state" / "dev.json"))


def done(events: list[Event]) -> list[tuple[str, str]]:
    return [(each.step.op, each.step.name) for each in events if isinstance(each, StepDone)]


def test_progress_and_result_are_alike(ways: Ways) -> None:
    ways.program(TOPIC.format("one"))
    ours: list[Event] = []
    theirs: list[Event] = []

    our_result, their_result = ways.ours(ours.append).up(), ways.stack(theirs.append).up()

    assert ("create", "t") in done(ours)
    assert set(done(ours)) == set(done(theirs))
    assert our_result.changes == their_result.changes


def test_a_failing_resource_is_named_with_awss_own_error(ways: Ways) -> None:
    ways.program(TOPIC.format("one") + LOST)
    for run in (ways.ours().up, ways.stack().up):
        with pytest.raises(EngineError) as failed:
            run()
        assert "lost" in str(failed.value)
        assert "ResourceNotFoundException" in str(failed.value)


def test_a_policy_refuses_before_anything_is_made(ways: Ways) -> None:
    ways.program(TOPIC.format("one") + WILD)
    for run in (ways.ours().up, ways.stack().up):
        with pytest.raises(GreenshiftError) as refused:
            run()
        assert "wildcard-action" in str(refused.value)
    assert ways.twin.client("iam").list_policies(Scope="Local")["Policies"] == []


def test_ctrl_c_ends_it_and_the_same_command_goes_on(ways: Ways) -> None:
    ways.program(TOPIC.format("two") + 'make("aws:sns/topic:Topic", "slow", displayName="s")\n')
    ways.twin.inject("delay", "sns", "CreateTopic", seconds=3.0)

    def interrupt(event: Event) -> None:
        if "slow" in repr(event) and not pressed.is_set():
            pressed.set()
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    for way in (ways.ours, ways.stack):
        pressed = threading.Event()
        with pytest.raises(EngineError, match="interrupted"):
            way(interrupt).up()
    ways.twin.clear_faults()

    for way in (ways.ours, ways.stack):
        way().up()
    assert set(way().preview().changes) == {"same"}


def test_nothing_is_left(ways: Ways) -> None:
    ways.ours().destroy()
    ways.stack().destroy()
    assert ways.twin.client("sns").list_topics()["Topics"] == []
