"""A stack as a user has it, on a twin whose time goes on by itself and can be moved on by hours at once."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from greenshift.checks import Finding
from greenshift.checks.deployed import check_stack
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.repair import RULES, Mended, Outcome, Patience, Plan, mend
from greenshift.settings import load_project
from greenshift.testing import RunningTwin, start_twin
from greenshift.view import ReleaseView, StackOutputs, StackView, ledger

PROJECT = """\
name: shop
runtime: python
config:
  greenshift:source:
    value: {repository: me/shop, branch: main}
  greenshift:functions:
    value:
      charge: {directory: functions/charge, runtime: python3.13, handler: charge.handler}
      refund: {directory: functions/refund, runtime: python3.13, handler: refund.handler}
  greenshift:rollout:
    value: Canary10Percent5Minutes
"""
PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
HANDLER = "def handler(event, context):\n    return {'ok': True}\n"
KEYS = ("charge", "refund")
SLOW = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
QUICK = "CodeDeployDefault.LambdaAllAtOnce"
# Seconds of the wall, for a machine on which others work too.
PATIENCE = Patience(pause=0.05, again=0.5, longest=90)
LIMIT = 120.0


class Time:
    """The twin's clock, moved on from here; nothing else moves it."""

    def __init__(self, twin: RunningTwin) -> None:
        self._twin = twin
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Time:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=60)

    def jump(self, *, minutes: float) -> None:
        with self._lock:
            self._twin.advance(minutes * 60)

    def _run(self) -> None:
        """Some 100 twin seconds a second, less while the twin works."""
        while not self._over.wait(0.02):
            with self._lock:
                self._twin.advance(2)


class Shop:
    """The deployed stack, the repository it is released from, and what a person can do with them."""

    def __init__(self, twin: RunningTwin, time: Time, outputs: StackOutputs, directory: Path) -> None:
        self.twin, self.time, self.outputs, self.directory = twin, time, outputs, directory
        self.client: Callable[[str], Any] = cache(twin.client)

    # What doctor and repair say

    def found(self) -> list[Finding]:
        return list(check_stack(self.outputs, self.client))

    def rules(self) -> list[str]:
        """The kinds of what is wrong that repair could mend."""
        return sorted(finding.rule for finding in self.found() if finding.rule in RULES)

    def repair(
        self, *only: str, agree: Callable[[Plan], bool] = lambda plan: True
    ) -> tuple[Mended, list[Plan]]:
        plans: list[Plan] = []
        told: list[Outcome] = []

        def see(plan: Plan) -> bool:
            plans.append(plan)
            return agree(plan)

        mended = mend(self.outputs, self.client, agree=see, tell=told.append, only=only, patience=PATIENCE)
        assert tuple(told) == mended.outcomes
        return mended, plans

    # What a person does

    def write(self, key: str, code: str, message: str) -> None:
        (self.directory / "functions" / key / f"{key}.py").write_text(code)
        commit(self.directory, message)

    def start(self) -> str:
        started = self.client("codepipeline").start_pipeline_execution(name=self.outputs.pipeline)
        return str(started["pipelineExecutionId"])

    def release(self) -> str:
        """A whole release, and the status its execution ends with."""
        return self.ended(self.start())

    def ended(self, execution: str) -> str:
        def status() -> str | None:
            found = self.client("codepipeline").get_pipeline_execution(
                pipelineName=self.outputs.pipeline, pipelineExecutionId=execution
            )["pipelineExecution"]["status"]
            return None if found in ("InProgress", "Stopping") else str(found)

        return until(status, "the execution's end")

    def notified(self, execution: str) -> ReleaseView:
        """The release once its end was told: from then on nobody works on it."""

        def told() -> ReleaseView | None:
            row = self.row(execution)
            return row if row is not None and row.ended_at and row.notified == row.ended_at else None

        return until(told, "the message of the release's end")

    def row(self, execution: str) -> ReleaseView | None:
        return ledger.release(self.client("dynamodb"), self.outputs.table, execution)

    def name(self, key: str) -> str:
        return next(function.name for function in self.outputs.functions if function.key == key)

    def alias(self, key: str) -> dict[str, Any]:
        return dict(self.client("lambda").get_alias(FunctionName=self.name(key), Name="live"))

    def live(self, key: str) -> str:
        """The version that has all the traffic."""
        alias = self.alias(key)
        assert not alias.get("RoutingConfig", {}).get("AdditionalVersionWeights")
        return str(alias["FunctionVersion"])

    def versions(self, key: str) -> list[str]:
        listed = self.client("lambda").list_versions_by_function(FunctionName=self.name(key))
        return [each["Version"] for each in listed["Versions"] if each["Version"] != "$LATEST"]

    def shift(self, config: str) -> None:
        """Let every group shift so; slowly is what the stack says."""
        for function in self.outputs.functions:
            self.client("codedeploy").update_deployment_group(
                applicationName=self.outputs.pipeline,
                currentDeploymentGroupName=function.deployment_group,
                deploymentConfigName=config,
            )

    @contextmanager
    def shifting_slowly(self) -> Iterator[None]:
        self.shift(SLOW)
        try:
            yield
        finally:
            self.shift(QUICK)

    def deafen(self, *, deaf: bool) -> None:
        """Switch the rule off that tells the recorder of executions, or on again."""
        events = self.client("events")
        (events.disable_rule if deaf else events.enable_rule)(Name=f"{self.outputs.pipeline}-executions")


def until(look: Callable[[], Any], what: str, limit: float = LIMIT) -> Any:
    """The first answer that is not None and not False."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {limit} seconds")


def commit(directory: Path, message: str) -> None:
    for arguments in (
        ("add", "--all"),
        ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "--quiet", "-m", message),
    ):
        subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)


@pytest.fixture(name="until")
def waiting() -> Callable[..., Any]:
    """What ``until`` above does, for test modules, which cannot import this one."""
    return until


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("shop")
    write_project(directory)
    project = load_project(directory, "local")
    with start_twin(clock="manual") as twin, Time(twin) as time:
        twin.register_repository("me/shop", directory)
        engine = Engine(
            Program(directory, project.name, project.stack, project.config, project.secret_keys),
            Target(twin.endpoint, twin.region, "instance-1"),
            StateFile(tmp_path_factory.mktemp("state") / "local.json"),
            lambda event: None,
            "correct horse",
        )
        result = engine.up()
        outputs = StackOutputs.parse({name: output.value for name, output in result.outputs.items()})
        shop = Shop(twin, time, outputs, directory)
        first = StackView(outputs, shop.client).latest_execution()
        assert first is not None and shop.ended(first) == "Succeeded"
        shop.notified(first)
        shop.shift(QUICK)
        yield shop


@pytest.fixture(autouse=True)
def healthy(shop: Shop) -> Iterator[None]:
    """Each test leaves the stack as it should be: a good release, and doctor has nothing to say."""
    yield
    shop.deafen(deaf=False)
    for key in KEYS:
        shop.write(key, HANDLER + f"# {time.monotonic()}\n", "Good again")
    execution = shop.start()
    assert shop.ended(execution) == "Succeeded"
    shop.notified(execution)
    assert [finding for finding in shop.found() if finding.level != "hint"] == []


def write_project(directory: Path) -> None:
    (directory / "Pulumi.yaml").write_text(PROJECT)
    (directory / "__main__.py").write_text(PROGRAM)
    for key in KEYS:
        folder = directory / "functions" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.py").write_text(HANDLER)
    subprocess.run(
        ["git", "init", "--quiet", "--initial-branch", "main"], cwd=directory, check=True, capture_output=True
    )
    commit(directory, "First")
