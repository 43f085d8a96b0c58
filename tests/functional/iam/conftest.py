"""A pipeline on a twin that judges every call: deployed by the engine, and led through all it can meet."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from greenshift.actions import ReleaseRequest, start_release
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin, start_twin

SECONDS = 300.0
LIVE = "live"
# One whose alarm fires, one that has arrived by then, one that is still under way.
KEYS = ("pay", "page", "ship")

GOOD = """
import os, boto3
from boto3.dynamodb.conditions import Key

def handler(event, context):
    if "greenshift" in event:
        return "{answer}"
    table = boto3.resource("dynamodb").Table(os.environ["DEPLOYMENT_TABLE_NAME"])
    key = {{"deploymentId": "payment#" + event["id"]}}
    table.put_item(Item=key)
    table.update_item(Key=key, UpdateExpression="SET amount = :a", ExpressionAttributeValues={{":a": 1}})
    table.query(KeyConditionExpression=Key("deploymentId").eq(key["deploymentId"]))
    return table.get_item(Key=key)["Item"]["deploymentId"]
"""
BAD = """
def handler(event, context):
    if "greenshift" in event:
        return "{answer}"
    raise RuntimeError("{answer}")
"""
BROKEN = "import a_module_nobody_packaged\n\ndef handler(event, context):\n    return '{answer}'\n"

# A minute of the twin's takes a fifth of a second here, so that few calls fall into it.
PROJECT = """
name: shop
runtime: python
config:
  greenshift:source: {value: {repository: acme/shop, branch: main}}
  greenshift:functions:
    value:
      pay: {directory: pay, runtime: python3.13, handler: app.handler, test: sh test.sh}
      page: {directory: page, runtime: python3.13, handler: app.handler, rollout: AllAtOnce}
      ship: {directory: ship, runtime: python3.13, handler: app.handler}
  greenshift:rollout: {value: Canary50Percent30Minutes}
  greenshift:alarm: {value: {minimumCalls: 1}}
  greenshift:versions: {value: {keep: 1, keepDays: 0}}
"""


@dataclass
class Shop:
    """The project, its repository and what is deployed of it."""

    twin: RunningTwin
    directory: Path

    def write(self, pay: str = GOOD, *, answer: str, test: str = "true") -> None:
        """What the next release is made of; every answer is another code."""
        for key in KEYS:
            (self.directory / key).mkdir(exist_ok=True)
        (self.directory / "pay" / "app.py").write_text(pay.format(answer=answer))
        for key in ("page", "ship"):
            (self.directory / key / "app.py").write_text(GOOD.format(answer=answer))
        (self.directory / "pay" / "test.sh").write_text(f"{test}\n")
        self._git("add", "--all")
        self._git("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", answer)

    def create(self) -> None:
        self.directory.mkdir()
        (self.directory / "Pulumi.yaml").write_text(PROJECT)
        (self.directory / "__main__.py").write_text(
            "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
        )
        (self.directory / ".gitignore").write_text("state\n")
        self._git("init", "--quiet", "--initial-branch", "main")
        self.write(answer="one")
        self.twin.register_repository("acme/shop", self.directory)

    def up(self) -> None:
        project = load_project(self.directory, "local")
        program = Program(self.directory, "shop", "local", project.config, project.secret_keys)
        target = Target(self.twin.endpoint, self.twin.region, "one")
        state = self.directory / "state"
        state.mkdir(exist_ok=True)
        Engine(program, target, StateFile(state / "s.json"), lambda _: None, "a passphrase").up()

    def start(self) -> str:
        answer = self.twin.client("codepipeline").start_pipeline_execution(name="shop-local")
        return str(answer["pipelineExecutionId"])

    def release(self, *, traffic: bool = True) -> str:
        """Release what is committed, under traffic; how the pipeline's execution ended."""
        return self.follow(self.start(), traffic=traffic)

    def follow(self, execution: str, *, traffic: bool = True) -> str:
        deadline = time.monotonic() + SECONDS
        while (status := self.status(execution)) == "InProgress":
            assert time.monotonic() < deadline, self.state()
            if traffic:
                self.use()
            time.sleep(0.05)
        self.wait_until(lambda: self.ledger_status(execution) not in ("SHIFTING", "ROLLING_BACK"))
        return status

    def use(self) -> None:
        for key in KEYS:
            self.twin.client("lambda").invoke(
                FunctionName=f"shop-local-{key}", Qualifier=LIVE, Payload=json.dumps({"id": "1"})
            )

    def first_execution(self) -> str:
        found = self.twin.client("codepipeline").list_pipeline_executions(pipelineName="shop-local")
        return str(found["pipelineExecutionSummaries"][-1]["pipelineExecutionId"])

    def status(self, execution: str) -> str:
        found = self.twin.client("codepipeline").get_pipeline_execution(
            pipelineName="shop-local", pipelineExecutionId=execution
        )
        return str(found["pipelineExecution"]["status"])

    def state(self) -> str:
        """Every stage and action with its error, for a failing test to show."""
        stages = self.twin.client("codepipeline").get_pipeline_state(name="shop-local")["stageStates"]
        return json.dumps([stage.get("actionStates") for stage in stages], default=str)

    def ledger_status(self, execution: str) -> str:
        return str(self._row(execution).get("status", {}).get("S", ""))

    def is_refused(self, rollback: str) -> bool:
        """Whether the answer to a rollback stands aside, where no release is."""
        return bool(self._row(f"aside/{rollback}"))

    def _row(self, key: str) -> dict[str, Any]:
        table = self.twin.client("dynamodb")
        found = table.get_item(TableName="shop-local-ledger", Key={"deploymentId": {"S": key}})
        return dict(found.get("Item", {}))

    def last_deployment(self, key: str) -> str | None:
        """The newest deployment of a function's group that succeeded."""
        found = self.twin.client("codedeploy").list_deployments(
            applicationName="shop-local",
            deploymentGroupName=f"shop-local-{key}",
            includeOnlyStatuses=["Succeeded"],
        )["deployments"]
        return str(found[0]) if found else None

    def versions(self) -> dict[str, Any]:
        client = self.twin.client("lambda")
        return {
            key: client.get_alias(FunctionName=f"shop-local-{key}", Name=LIVE)["FunctionVersion"]
            for key in KEYS
        }

    def all_versions(self, key: str) -> list[str]:
        client = self.twin.client("lambda")
        found = client.list_versions_by_function(FunctionName=f"shop-local-{key}")["Versions"]
        return [str(version["Version"]) for version in found]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.state()
            time.sleep(0.02)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.directory, check=True, capture_output=True, timeout=30)


@contextmanager
def deployed_shop(folder: Path, *, speed: float = 300) -> Iterator[Shop]:
    with start_twin(speed=speed) as twin:
        shop = Shop(twin, folder / "shop")
        shop.create()
        shop.up()
        yield shop


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A pipeline that has been through good, bad, broken, unchanged, failed and abandoned releases."""
    with deployed_shop(tmp_path_factory.mktemp("lived")) as shop:
        live_through_everything(shop)
        yield shop


def live_through_everything(shop: Shop) -> None:
    assert shop.follow(shop.first_execution()) == "Succeeded", shop.state()
    assert shop.release() == "Succeeded", shop.state()  # the same commit again: nothing to do
    shop.write(answer="next")
    client = shop.twin.client("codepipeline")
    next_ = start_release(
        client, "shop-local", ReleaseRequest(now=True, by="t", why="nobody here waits for it")
    )
    assert shop.follow(next_) == "Succeeded", shop.state()
    roll_back(shop, next_)
    live = shop.versions()
    shop.write(BAD, answer="two")
    assert shop.release() == "Failed"  # its alarm sends everything back
    assert shop.versions() == live
    shop.write(BROKEN, answer="three")
    assert shop.release(traffic=False) == "Failed"  # its smoke test refuses it
    shop.write(answer="four", test="false")
    assert shop.release(traffic=False) == "Failed"  # its own test fails the build
    for alone in ("controller", "recorder"):
        shop.write(answer=f"split before the {alone}")
        leave_split(shop, alone)
    shop.write(answer="held")
    abandon_before_it_began(shop)
    shop.write(answer="five")
    abandon(shop)
    assert shop.versions() == live
    grow_old(shop)


def grow_old(shop: Shop) -> None:
    """Somebody gives a role more by hand, and a good release makes the versions of the bad ones needless."""
    more = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    shop.twin.client("iam").put_role_policy(
        RoleName="shop-local-ship-function",
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": more}),
    )
    shop.write(answer="six")
    before = len(shop.all_versions("pay"))
    assert shop.release() == "Succeeded", shop.state()
    shop.wait_until(lambda: len(shop.all_versions("pay")) < before)


def abandon(shop: Shop) -> None:
    """Stop the pipeline while it shifts; the recorder alone takes the release back."""
    before = shop.last_deployment("page")
    execution = shop.start()
    # One function has arrived and must be sent back, the other is under way and must be stopped.
    shop.wait_until(lambda: shop.last_deployment("page") not in (before, None))
    shop.twin.client("codepipeline").stop_pipeline_execution(
        pipelineName="shop-local", pipelineExecutionId=execution, abandon=True
    )
    shop.wait_until(lambda: shop.ledger_status(execution) == "ROLLED_BACK")


def abandon_before_it_began(shop: Shop) -> None:
    """Somebody holds an alias by hand, so the release waits; the recorder alone ends it."""
    lambda_, pay = shop.twin.client("lambda"), {"FunctionName": "shop-local-pay", "Name": LIVE}
    other = next(each for each in shop.all_versions("pay") if each not in ("$LATEST", shop.versions()["pay"]))
    lambda_.update_alias(**pay, RoutingConfig={"AdditionalVersionWeights": {other: 0.1}})
    execution = shop.start()
    shop.wait_until(lambda: shop.ledger_status(execution) == "SHIFTING")
    shop.twin.client("codepipeline").stop_pipeline_execution(
        pipelineName="shop-local", pipelineExecutionId=execution, abandon=True
    )
    shop.wait_until(lambda: shop.ledger_status(execution) == "FAILED")
    lambda_.update_alias(**pay, RoutingConfig={"AdditionalVersionWeights": {}})


def roll_back(shop: Shop, last: str) -> None:
    """As `greenshift rollback` asks for it: there, to and fro; and to where nobody can go."""
    ask_for_rollback(shop, "rollback-1", "")
    shop.wait_until(lambda: shop.ledger_status("rollback-1") == "SUCCEEDED")
    ask_for_rollback(shop, "rollback-2", last)
    shop.wait_until(lambda: shop.ledger_status("rollback-2") == "SUCCEEDED")
    ask_for_rollback(shop, "rollback-3", "nowhere")
    shop.wait_until(lambda: shop.is_refused("rollback-3"))


def ask_for_rollback(shop: Shop, id_: str, to: str) -> None:
    errand = {"errand": "rollback", "id": id_, "to": to, "by": "t", "why": "to see what it takes"}
    shop.twin.client("lambda").invoke(
        FunctionName="shop-local-controller",
        InvocationType="Event",
        Payload=json.dumps({"greenshift": errand}).encode(),
    )


def leave_split(shop: Shop, alone: str) -> None:
    """A deployment is stopped without rollback, so its alias stays split while another is under way. The
    controller sends everything back while nobody can call the recorder; or the recorder does, after the
    pipeline was stopped as well while nobody could call the controller.
    """
    codedeploy = shop.twin.client("codedeploy")
    execution = shop.start()
    shop.wait_until(lambda: is_split(shop, "pay"))
    group = {"applicationName": "shop-local", "deploymentGroupName": "shop-local-pay"}
    (running,) = codedeploy.list_deployments(**group, includeOnlyStatuses=["InProgress"])["deployments"]
    with nobody_can_call(shop, "recorder" if alone == "controller" else "controller"):
        codedeploy.stop_deployment(deploymentId=running, autoRollbackEnabled=False)
        if alone == "recorder":
            shop.twin.client("codepipeline").stop_pipeline_execution(
                pipelineName="shop-local", pipelineExecutionId=execution, abandon=True
            )
        shop.wait_until(lambda: shop.ledger_status(execution) == "ROLLED_BACK")
    shop.wait_until(lambda: shop.status(execution) != "InProgress")


@contextmanager
def nobody_can_call(shop: Shop, purpose: str) -> Iterator[None]:
    """One of our own functions, for a while."""
    client, function = shop.twin.client("lambda"), {"FunctionName": f"shop-local-{purpose}"}
    client.put_function_concurrency(**function, ReservedConcurrentExecutions=0)
    yield
    client.delete_function_concurrency(**function)


def is_split(shop: Shop, key: str) -> bool:
    alias = shop.twin.client("lambda").get_alias(FunctionName=f"shop-local-{key}", Name=LIVE)
    return bool((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights"))
