"""No process outlives its build: not at a time-out, not when the twin stops, not when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from greenshift.twin.alarms.metrics import MetricStore
from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.clock import ScaledClock
from greenshift.twin.codebuild import rules
from greenshift.twin.codebuild.engine import Engine
from greenshift.twin.codebuild.model import Build
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.settings import read_settings
from greenshift.twin.codebuild.state import State
from greenshift.twin.logs import LogWriter
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.repositories import Repositories
from greenshift.twin.world import ServiceEvent, World

ROLE = "arn:aws:iam::123456789012:role/build"
REPORTS = ReportStore("arn:aws:codebuild:us-east-1:123456789012")


class OpenDoor:
    """Every call succeeds with nothing, every role can be assumed."""

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return {}

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        principal = Principal("role", role_arn, session_name)
        return Session(principal, "k", "s", "t", "us-east-1", "http://127.0.0.1:1")


def make_world(directory: Path, events: list[ServiceEvent]) -> World:
    aws, tasks, clock = OpenDoor(), Tasks(), ScaledClock()
    return World(
        clock=clock,
        aws=aws,
        tasks=tasks,
        emit=events.append,
        metrics=MetricStore(clock),
        logs=LogWriter(aws, tasks),
        repositories=Repositories(),
        directory=directory,
        cache=directory / "cache",
        account="123456789012",
        region="us-east-1",
        endpoint="http://127.0.0.1:1",
    )


def make_build(*commands: str) -> Build:
    state = State("123456789012", "us-east-1")
    lines = "".join(f"      - {command}\n" for command in commands)
    request = {
        "name": "app",
        "source": {
            "type": "NO_SOURCE",
            "buildspec": f"version: 0.2\nphases:\n  build:\n    commands:\n{lines}",
        },
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        "serviceRole": ROLE,
        "timeoutInMinutes": 5,
    }
    document = rules.complete(request, "123456789012", "us-east-1")
    project = state.add_project("app", document, 0.0)
    return state.add_build(project, read_settings(document), document, "me", None, 0.0)


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def pids(build: Build) -> list[int]:
    return [int(line.split()[1]) for line in build.tail if line.startswith("pid ")]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


async def test_a_time_out_ends_the_build_and_its_processes(tmp_path: Path) -> None:
    events: list[ServiceEvent] = []
    world = make_world(tmp_path, events)
    build = make_build("setsid sleep 300 & echo pid $!", "sleep 300")

    Engine(world, REPORTS, minute=0.3).submit(build)
    await until(lambda: build.is_complete)
    await world.tasks.stop()

    assert build.status == "TIMED_OUT"
    phase = next(phase for phase in build.phases if phase.type == "BUILD")
    assert (phase.status, phase.contexts[0].code) == ("TIMED_OUT", "BUILD_TIMED_OUT")
    assert [alive(pid) for pid in pids(build)] == [False]
    assert list((tmp_path / "codebuild" / "builds").iterdir()) == []
    assert events[-1].detail["build-status"] == "TIMED_OUT"


async def test_events_tell_of_each_phase_and_state(tmp_path: Path) -> None:
    events: list[ServiceEvent] = []
    world = make_world(tmp_path, events)
    build = make_build("'false'")

    Engine(world, REPORTS).submit(build)
    await until(lambda: build.is_complete)
    await world.tasks.stop()

    states = [e.detail["build-status"] for e in events if e.detail_type == "CodeBuild Build State Change"]
    phases = {
        e.detail["completed-phase"]: e.detail["completed-phase-status"]
        for e in events
        if e.detail_type == "CodeBuild Build Phase Change"
    }
    assert states == ["IN_PROGRESS", "FAILED"]
    assert (phases["INSTALL"], phases["BUILD"], phases["POST_BUILD"]) == ("SUCCEEDED", "FAILED", "SUCCEEDED")
    assert {(e.source, e.resources) for e in events} == {("aws.codebuild", (build.arn,))}
    assert events[-1].detail["additional-information"]["build-complete"] is True


async def test_stopping_the_twin_ends_its_builds(tmp_path: Path) -> None:
    world = make_world(tmp_path, [])
    build = make_build("setsid sleep 300 & echo pid $!", "sleep 300")

    Engine(world, REPORTS).submit(build)
    await until(lambda: bool(pids(build)))
    await world.tasks.stop()

    assert [alive(pid) for pid in pids(build)] == [False]
    assert list((tmp_path / "codebuild" / "builds").iterdir()) == []


def test_a_killed_twin_takes_its_builds_along(tmp_path: Path) -> None:
    """SIGKILL leaves no time to clean up: the launcher notices that its input has ended."""
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from greenshift.twin.codebuild.shell import Shell\n"
        "async def main() -> None:\n"
        "    folder = Path(sys.argv[1])\n"
        "    environment = {'PATH': '/usr/bin:/bin'}\n"
        "    show = lambda lines: print(*lines, sep=chr(10), flush=True)\n"
        "    shell = Shell('sh', environment, folder, folder, show)\n"
        "    await shell.run('setsid sleep 300 & echo pid $!; echo pid $$; sleep 300')\n"
        "asyncio.run(main())\n"
    )
    twin = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert twin.stdout is not None
    found = [int(twin.stdout.readline().split()[1]) for _ in range(2)]
    assert all(alive(pid) for pid in found)

    twin.send_signal(signal.SIGKILL)
    twin.wait(timeout=10)
    twin.stdout.close()

    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in found) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [alive(pid) for pid in found] == [False, False]
