"""What happens to a stack in mid-release, and is not its own doing.

What the release needs is deleted by hand: one true sentence, and a stack that comes back. The machine's clock
is set: nothing. (The twin is killed: see tests/e2e/test_twin_killed.py.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.stacks.delivered import STACK, Delivered, until

from greenshift.actions.release_request import ReleaseRequest
from greenshift.checks.deployed import check_stack
from greenshift.checks.deployed.missed import MISSED
from greenshift.contract.statuses import Status
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.repair import RULES, Patience, fix
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


def topic_and_artifact(stack: Delivered) -> None:
    arn = f"arn:aws:sns:{stack.twin.region}:{stack.twin.account}:{STACK}-releases"
    stack.twin.client("sns").delete_topic(TopicArn=arn)
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
    "topic and artifact": (topic_and_artifact, "Succeeded", ""),
    "alarm": (alarm, "Failed", f"alarm {STACK}-page-errors does not exist"),
    "deployment group": (deployment_group, "Failed", f"name: {STACK}-page"),
    "function": (function, "Failed", f"{STACK}-page or its alias 'live' does not exist"),
    "table": (table, "Failed", "the table of the ledger does not exist"),
}


# The others end as one of these does, and only `make sweep` has the time for them.
FEW = ("topic and artifact", "function", "table")


@pytest.mark.parametrize("case", CASES)
def test_a_release_says_what_is_gone_and_the_stack_comes_back(
    stack: Delivered, case: str, is_full: bool
) -> None:
    if not is_full and case not in FEW:
        pytest.skip("make sweep has the time for it")
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
    request = ReleaseRequest(now=True, adopt=is_told, why="something was deleted by hand")
    stack.succeed(stack.good(f"after {case}"), request)
    _repair(stack, outputs)
    assert _left(stack, outputs) == set()
    assert all(weights == {} for _, weights in stack.aliases().values())


def test_a_release_whose_deployment_group_was_deleted_before_ends_by_itself(stack: Delivered) -> None:
    _up(stack)
    deployment_group(stack)

    execution = stack.start(stack.good("without a group from the beginning"))
    ends = (Status.FAILED, Status.ROLLED_BACK)
    until(lambda: _status(stack, execution) in ends, stack.state, 300)
    until(lambda: stack.status(execution) != "InProgress", stack.state, 90)  # the job is answered after that

    assert f"name: {STACK}-page: run `greenshift up --refresh`" in _error(stack)
    assert all(weights == {} for _, weights in stack.aliases().values())
    outputs = _up(stack)
    stack.succeed(stack.good("with its group again"))
    assert _left(stack, outputs) <= {"orphan-version"}


def test_what_doctor_says_to_type_brings_back_what_was_deleted_by_hand(stack: Delivered) -> None:
    """An `up` alone takes the state's word for it, and finds nothing to do."""
    outputs = _up(stack)
    alarm(stack)
    stack.twin.client("lambda").delete_alias(FunctionName=f"{STACK}-pay", Name="live")
    gone = {"alarm-missing", "alias-missing"}

    said = {each.rule: each.fix for each in check_stack(outputs, stack.twin.client)}
    assert gone <= set(said)
    assert all("greenshift up --refresh makes it again" in said[rule] for rule in gone)
    _up(stack, refresh=False)
    assert gone <= {each.rule for each in check_stack(outputs, stack.twin.client)}

    _repair(stack, _up(stack))
    left = check_stack(outputs, stack.twin.client)
    assert [each for each in left if each.level == "error" or each.rule in RULES] == []


def test_a_release_goes_on_when_the_machines_clock_is_set(
    stack: Delivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution, real = stack.start(stack.good("at another time")), time.time
    until(lambda: _status(stack, execution) == Status.SHIFTING, stack.state, 120)

    monkeypatch.setattr(time, "time", lambda: real() + 10 * 365 * 86_400.0)
    until(lambda: stack.now() > _began(stack, execution) + 300, stack.state)
    monkeypatch.setattr(time, "time", lambda: real() - 10 * 365 * 86_400.0)

    assert stack.follow(execution) == "Succeeded", stack.state()
    assert all(weights == {} for _, weights in stack.aliases().values())
    found = stack.release(execution)
    assert found.ended_at is not None
    assert timedelta(0) < found.ended_at - found.started_at < timedelta(days=2)


def _began(stack: Delivered, execution: str) -> float:
    return stack.release(execution).started_at.timestamp()


def _repair(stack: Delivered, outputs: StackOutputs) -> None:
    """``greenshift repair --yes``."""
    fix(outputs, stack.twin.client, agree=lambda plan: True, tell=lambda _: None, patience=PATIENCE)


def _left(stack: Delivered, outputs: StackOutputs) -> set[str]:
    """What is wrong of all that repair knows. That nobody was told of an end, as topic or ledger were gone
    then, is found from a quarter of an hour on: a busy machine is there before the test ends.
    """
    found = {each.rule for each in check_stack(outputs, stack.twin.client) if each.rule in RULES}
    return found - {MISSED}


def _status(stack: Delivered, execution: str) -> Any:
    found = stack.ledger.release(execution)
    return found.status if found else None


def _error(stack: Delivered) -> str:
    """What the pipeline tells of its failed action; empty when none failed."""
    states = stack.pipeline.get_pipeline_state(name=STACK)["stageStates"]
    last = states[-1]["actionStates"][0]["latestExecution"]
    return str(last.get("errorDetails", {}).get("message", ""))


def _up(stack: Delivered, *, refresh: bool = True) -> StackOutputs:
    """``greenshift up``."""
    project = load_project(stack.folder, "local")
    program = Program(stack.folder, "shop", "local", project.config, project.secret_keys)
    state = StateFile(Path(stack.folder) / ".state" / "local.json")
    target = Target(stack.twin.endpoint, stack.twin.region, "one")
    result = Engine(program, target, state, lambda _: None, "a passphrase").up(refresh=refresh)
    return StackOutputs.parse({name: output.value for name, output in result.outputs.items()})
