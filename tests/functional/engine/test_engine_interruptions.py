"""A run may end at any moment: killed, interrupted, refused. The same command then continues."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine import Event, StepDone, StepStarted
from greenshift.errors import EngineError

FIVE_TOPICS = """
    before = []
    for number in range(5):
        options = pulumi.ResourceOptions(depends_on=before)
        before = [aws.sns.Topic(f"t{number}", name=f"five-{number}", opts=options)]
"""

# Runs `up` in a process of its own, and ends that process at a chosen moment.
RUNNER = """
    import json, os, signal, sys, time
    from pathlib import Path
    from greenshift.engine import Engine, Program, StateFile, StepDone, Target
    from greenshift.engine.aws.provider import AwsProvider
    from greenshift.errors import GreenshiftError

    order = json.loads(sys.argv[1])

    def end(sign):
        os.kill(os.getpid(), sign)

    class Deadly(AwsProvider):
        def create(self, type_, inputs):
            if order["when"] == "ctrl-c" and inputs["name"] == "five-3":
                time.sleep(5)  # the next call may be under way already; the one after it must not begin
            found = super().create(type_, inputs)
            if order["when"] == "created" and inputs["name"] == "five-2":
                end(signal.SIGKILL)
            return found

    def on_event(event):
        if order["when"] == "done" and isinstance(event, StepDone) and event.step.name == "t2":
            end(signal.SIGKILL)
        if order["when"] == "ctrl-c" and isinstance(event, StepDone) and event.step.name == "t2":
            end(signal.SIGINT)

    directory = Path(order["directory"])
    target = Target(order["endpoint"], "us-east-1", "instance-1")
    engine = Engine(Program(directory, "shop", "local", {}), target,
                    StateFile(Path(order["state"])), on_event, "correct horse",
                    provider=Deadly(order["endpoint"], "us-east-1"))
    try:
        engine.up()
    except GreenshiftError as error:
        print(json.dumps([error.message, error.hint]))
"""


def run_until(stack: Any, when: str) -> subprocess.CompletedProcess[str]:
    order = {"when": when, "directory": str(stack.directory), "state": str(stack.state_path)}
    order["endpoint"] = stack.twin.endpoint
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUNNER), json.dumps(order)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def topics(stack: Any) -> list[str]:
    found = stack.twin.client("sns").list_topics()["Topics"]
    return sorted(topic["TopicArn"].rsplit(":", 1)[1] for topic in found if "five-" in topic["TopicArn"])


def programs_of(directory: Path) -> list[int]:
    """Program processes that work in this folder (the program changes into it)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == directory:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.mark.parametrize("when", ["done", "created"])
def test_a_killed_run_is_continued_without_making_anything_twice(stack: Any, when: str) -> None:
    """``created``: killed after AWS answered and before it was written down."""
    stack.program(FIVE_TOPICS)

    ended = run_until(stack, when)

    assert ended.returncode == -signal.SIGKILL
    assert topics(stack) == ["five-0", "five-1", "five-2"]
    deadline = time.monotonic() + 10
    while programs_of(stack.directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert programs_of(stack.directory) == []  # the program does not outlive its engine
    result = stack.up()

    assert result.changes.get("create") == 2
    assert result.changes.get("replace") is None
    assert topics(stack) == [f"five-{number}" for number in range(5)]
    assert stack.destroy().changes == {"delete": 6}
    assert topics(stack) == []


def test_destroy_after_a_killed_create_leaves_nothing(stack: Any) -> None:
    stack.program(FIVE_TOPICS)
    run_until(stack, "created")

    stack.destroy()

    assert topics(stack) == []


def test_ctrl_c_finishes_the_step_says_what_to_do_and_the_next_run_continues(stack: Any) -> None:
    stack.program(FIVE_TOPICS)

    ended = run_until(stack, "ctrl-c")

    message, hint = json.loads(ended.stdout)
    assert message.startswith("interrupted")
    assert hint == "run the same command again to continue"
    assert not stack.state_path.with_name("local.json.journal").exists()
    assert not stack.state_path.with_name("local.json.lock").exists()
    state = json.loads(stack.state_path.read_text())["deployment"]
    made = [
        item["id"].rsplit(":", 1)[1] for item in state["resources"] if item["type"] == "aws:sns/topic:Topic"
    ]
    assert sorted(made) == topics(stack)
    assert len(made) < 5
    stack.up()
    assert topics(stack) == [f"five-{number}" for number in range(5)]
    stack.destroy()


def test_cancel_stops_a_run_from_another_thread(stack: Any) -> None:
    stack.program("import time\naws.sns.Topic('t', name='five-x').arn.apply(lambda arn: time.sleep(120))")
    engine = stack.engine()

    def cancel_when_running(event: Event) -> None:
        if isinstance(event, StepDone) and event.step.name == "t":
            threading.Thread(target=engine.cancel).start()

    stack.listener = cancel_when_running
    with pytest.raises(EngineError, match="interrupted"):
        engine.up()
    assert programs_of(stack.directory) == []
    stack.listener = lambda event: None
    stack.destroy()


def test_two_runs_at_once_are_refused(stack: Any) -> None:
    stack.program("aws.sns.Topic('t', name='five-x')")
    refusals: list[EngineError] = []

    def run_another(event: Event) -> None:
        if isinstance(event, StepStarted):
            stack.listener = lambda event: None
            try:
                stack.destroy()
            except EngineError as error:
                refusals.append(error)

    stack.listener = run_another
    stack.up()

    assert f"another run (process {os.getpid()}) is working on this stack" in refusals[0].message
    stack.destroy()


def test_the_first_failure_stops_what_has_not_begun(stack: Any) -> None:
    stack.twin.client("logs").create_log_group(logGroupName="/taken")
    stack.program(
        """
        bad = aws.cloudwatch.LogGroup("bad", name="/taken")
        aws.sns.Topic("after", name="five-after", opts=pulumi.ResourceOptions(depends_on=[bad]))
        """
    )
    with pytest.raises(EngineError, match="ResourceAlreadyExistsException"):
        stack.up()
    assert topics(stack) == []

    stack.twin.client("logs").delete_log_group(logGroupName="/taken")
    assert stack.up().changes == {"same": 1, "create": 2}
    stack.destroy()
