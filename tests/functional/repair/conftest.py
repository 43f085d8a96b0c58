"""A stack as a user has it, on a twin whose time goes on by itself and can be moved on by hours at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.stacks.kept import SNAPSHOT, Kept
from support.stacks.shop import GOOD, KEYS, Deployed, deploy, keep, take_up

from greenshift.checks import Finding
from greenshift.checks.deployed import check_stack
from greenshift.repair import RULES, Fixed, Outcome, Patience, Plan, fix
from greenshift.testing import RunningTwin, restore_twin, start_twin
from greenshift.view import ReleaseView, StackView, ledger

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

    def now(self) -> float:
        return float(self._twin.request("GET", "/_twin/health")["time"])

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

    def __init__(self, deployed: Deployed, time: Time) -> None:
        self.twin, self.outputs, self.client = deployed.twin, deployed.outputs, deployed.client
        self.repository, self.time = deployed.repository, time

    # What doctor and repair say

    def found(self) -> list[Finding]:
        return list(check_stack(self.outputs, self.client))

    def rules(self) -> list[str]:
        """The kinds of what is wrong that repair could fix."""
        return sorted(finding.rule for finding in self.found() if finding.rule in RULES)

    def repair(
        self, *only: str, agree: Callable[[Plan], bool] = lambda plan: True
    ) -> tuple[Fixed, list[Plan]]:
        plans: list[Plan] = []
        told: list[Outcome] = []

        def see(plan: Plan) -> bool:
            plans.append(plan)
            return agree(plan)

        fixed = fix(self.outputs, self.client, agree=see, tell=told.append, only=only, patience=PATIENCE)
        assert tuple(told) == fixed.outcomes
        return fixed, plans

    # What a person does

    def write(self, key: str, code: str, message: str) -> None:
        self.repository.edit(**{key: code})
        self.repository.commit(message)

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

    def why(self, execution: str) -> list[str]:
        """What each action that did not succeed says of itself."""
        listed = self.client("codepipeline").list_action_executions(
            pipelineName=self.outputs.pipeline, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        return [json.dumps(each, default=str) for each in listed if each["status"] != "Succeeded"]

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


@pytest.fixture(name="until")
def waiting() -> Callable[..., Any]:
    """What ``until`` above does, for test modules, which cannot import this one."""
    return until


@pytest.fixture(scope="module")
def shop(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = kept.folder("shop-on-a-manual-clock", released_once)
    with restore_twin(folder / SNAPSHOT, clock="manual", port=0) as twin, Time(twin) as time:
        yield Shop(take_up(twin, folder, tmp_path_factory.mktemp("stack")), time)


def released_once(folder: Path) -> None:
    """The shop after its first release, whose end was told."""
    with start_twin(clock="manual") as twin:
        with Time(twin) as time:
            shop = Shop(deployed := deploy(twin, folder, "Canary10Percent5Minutes"), time)
            first = StackView(shop.outputs, shop.client).latest_execution()
            assert first is not None and shop.ended(first) == "Succeeded"
            shop.notified(first)
            shop.shift(QUICK)
        keep(deployed, folder)


@pytest.fixture(autouse=True)
def healthy(shop: Shop) -> Iterator[None]:
    """Each test leaves the stack as it should be, if need be by a good release: doctor has nothing to say."""
    yield
    shop.deafen(deaf=False)
    if not wrong(shop):
        return
    for key in KEYS:
        shop.write(key, GOOD + f"# {time.monotonic()}\n", "Good again")
    execution = shop.start()
    assert shop.ended(execution) == "Succeeded", shop.why(execution)
    shop.notified(execution)
    assert wrong(shop) == []


def wrong(shop: Shop) -> list[Finding]:
    return [finding for finding in shop.found() if finding.level != "hint"]
