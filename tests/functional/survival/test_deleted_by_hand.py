"""What a release needs is deleted by hand in mid-release: one true sentence, and a stack that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from delivered import STACK, Delivered, until

from greenshift.actions.wish import Wish
from greenshift.checks.deployed import check_stack
from greenshift.contract.statuses import Status
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.repair import RULES, Patience, mend
from greenshift.settings import load_project
from greenshift.testing import start_twin
from greenshift.view import StackOutputs

# Long enough to delete something in its middle: 3 seconds of the wall.
ROLLOUT = "Canary50Percent15Minutes"
SPEED = 300
PATIENCE = Patience(pause=0.05, again=0.5, longest=60)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    with start_twin(speed=SPEED) as twin:
        made = Delivered(twin, tmp_path_factory.mktemp("shop"), ("page", "pay"), ROLLOUT)
        made.succeed(made.good("first"))
        yield made


def alarm(stack: Delivered) -> None:
    stack.twin.client("cloudwatch").delete_alarms(AlarmNames=[f"{STACK}-page-errors"])


def topic(stack: Delivered) -> None:
    arn = f"arn:aws:sns:{stack.twin.region}:{stack.twin.account}:{STACK}-releases"
    stack.twin.client("sns").delete_topic(TopicArn=arn)


def artifact(stack: Delivered) -> None:
    s3 = stack.twin.client("s3")
    for each in s3.list_object_versions(Bucket=stack.bucket).get("Versions", []):
        s3.delete_object(Bucket=stack.bucket, Key=each["Key"], VersionId=each["VersionId"])


def deployment_group(stack: Delivered) -> None:
    stack.twin.client("codedeploy").delete_deployment_group(
        applicationName=STACK, deploymentGroupName=f"{STACK}-page"
    )


def function(stack: Delivered) -> None:
    stack.twin.client("lambda").delete_function(FunctionName=f"{STACK}-page")


def table(stack: Delivered) -> None:
    dynamodb = stack.twin.client("dynamodb")
    dynamodb.update_table(TableName=f"{STACK}-ledger", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=f"{STACK}-ledger")


# What is deleted, how the release ends, and what its sentence names.
CASES: dict[str, tuple[Callable[[Delivered], None], str, str]] = {
    "topic": (topic, "Succeeded", ""),
    "artifact": (artifact, "Succeeded", ""),
    "alarm": (alarm, "Failed", f"alarm {STACK}-page-errors does not exist"),
    "deployment group": (deployment_group, "Failed", f"name: {STACK}-page"),
    "function": (function, "Failed", f"{STACK}-page or its alias 'live' does not exist"),
    "table": (table, "Failed", "the table of the ledger does not exist"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_release_says_what_is_gone_and_the_stack_comes_back(stack: Delivered, case: str) -> None:
    delete, ends, named = CASES[case]
    execution = stack.start(stack.good(f"without {case}"))
    until(lambda: _status(stack, execution) == Status.SHIFTING, stack.state, 120)

    delete(stack)
    until(lambda: stack.status(execution) != "InProgress", stack.state, 90)

    assert stack.status(execution) == ends, stack.state()
    said = _error(stack)
    assert named in said
    assert (ends == "Succeeded") or "run `greenshift up --refresh`" in said, said
    assert "Traceback" not in said
    outputs = _up(stack)
    _repair(stack, outputs)
    # The versions of a function that was made anew are gone with it, so a person says: from where it is.
    is_told = case == "function"
    assert is_told or _left(stack, outputs) == set()
    _release(stack, stack.good(f"after {case}"), Wish(adopt=is_told, why="something was deleted by hand"))
    _repair(stack, outputs)
    assert _left(stack, outputs) == set()
    assert len({weights == {} for _, weights in stack.aliases().values()}) == 1


def _release(stack: Delivered, sources: dict[str, str], wish: Wish) -> None:
    stack.build(sources)
    started = stack.pipeline.start_pipeline_execution(name=STACK, variables=wish.variables())
    assert stack.follow(started["pipelineExecutionId"]) == "Succeeded", stack.state()


def _repair(stack: Delivered, outputs: StackOutputs) -> None:
    """``greenshift repair --yes``."""
    mend(outputs, stack.twin.client, agree=lambda plan: True, tell=lambda _: None, patience=PATIENCE)


def _left(stack: Delivered, outputs: StackOutputs) -> set[str]:
    """What is wrong of all that repair knows."""
    return {each.rule for each in check_stack(outputs, stack.twin.client) if each.rule in RULES}


def _status(stack: Delivered, execution: str) -> Any:
    found = stack.ledger.release(execution)
    return found.status if found else None


def _error(stack: Delivered) -> str:
    """What the pipeline tells of its failed action; empty when none failed."""
    states = stack.pipeline.get_pipeline_state(name=STACK)["stageStates"]
    last = states[-1]["actionStates"][0]["latestExecution"]
    return str(last.get("errorDetails", {}).get("message", ""))


def _up(stack: Delivered) -> StackOutputs:
    """``greenshift up --refresh``."""
    project = load_project(stack.folder, "local")
    program = Program(stack.folder, "shop", "local", project.config, project.secret_keys)
    state = StateFile(Path(stack.folder) / ".state" / "local.json")
    target = Target(stack.twin.endpoint, stack.twin.region, "one")
    result = Engine(program, target, state, lambda _: None, "a passphrase").up(refresh=True)
    return StackOutputs.parse({name: output.value for name, output in result.outputs.items()})
