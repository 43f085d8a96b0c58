"""What `greenshift permissions` prints is enough: a stack is made, changed and deleted with nothing else.

Our engine makes the calls, judged by the twin's IAM. Pulumi's AWS provider reads more than it does, and only
an account can show what.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.stacks.project_stack import ProjectStack

from greenshift.contract.names import Names
from greenshift.engine.aws.calls import Credentials
from greenshift.errors import EngineError
from greenshift.pulumi_cli.deployer import Deployed, deployer_policies
from greenshift.testing import RunningTwin
from greenshift.twin.iam.evaluate import Verdict

CONFIG: dict[str, Any] = {
    "source": {"repository": "me/shop", "branch": "main"},
    "functions": {"charge": {"environment": {"RATE": "1"}}, "refund": {"reservedConcurrency": 5}},
    "rollout": "Linear20PercentEvery1Minute",
    "approval": {"beforeShift": True},
    "notifications": {"emails": ["ops@example.org"]},
}
# Everything that can change in place, and a function more and one less.
CHANGED = CONFIG | {
    "functions": {"charge": {"environment": {"RATE": "2"}, "memory": 512, "timeout": 20}, "gift": {}},
    "rollout": "Canary10Percent5Minutes",
    "approval": {},
    "notifications": {"emails": []},
    "alarm": {"threshold": 2},
    "ledger": {"retentionDays": 30},
    "tags": {"team": "payments"},
}


@pytest.fixture
def stack(twin: RunningTwin, tmp_path: Path, credentials: Credentials) -> ProjectStack:
    """A project whose deployer has the deployer's policies, and no others."""
    return ProjectStack(twin, tmp_path, CONFIG, credentials=credentials)


@pytest.fixture(scope="module")
def credentials(twin: RunningTwin) -> Credentials:
    iam = twin.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": twin.account}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=document)["Role"]
    stack = Deployed(Names("shop", "local"), twin.account, twin.region)
    for name, policy in deployer_policies(stack).items():
        made = iam.create_policy(PolicyName=f"deployer-{name}", PolicyDocument=json.dumps(policy))
        iam.attach_role_policy(RoleName="deployer", PolicyArn=made["Policy"]["Arn"])
    found = twin.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ada")["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def asked(twin: RunningTwin) -> dict[str, set[Verdict]]:
    """What the deployer needed, and how that was judged."""
    found: dict[str, set[Verdict]] = {}
    for (arn, need), verdict in twin.twin.guard.asked.items():
        if "deployer" in arn:
            found.setdefault(need.action, set()).add(verdict)
    return found


def test_a_deployer_makes_changes_and_deletes_a_stack(stack: ProjectStack) -> None:
    made = stack.up().changes
    stack.change(CHANGED)
    changed = stack.up().changes
    stack.engine().destroy()

    assert made["create"] > 80
    assert changed["update"] > 3 and changed["create"] and changed["delete"]
    needed = asked(stack.twin)
    assert {verdict for verdicts in needed.values() for verdict in verdicts} == {Verdict.ALLOWED}
    assert {"iam:PassRole", "lambda:CreateFunction", "codepipeline:UpdatePipeline"} <= set(needed)


def test_they_reach_no_other_project(stack: ProjectStack) -> None:
    stack.project = "other"

    with pytest.raises(EngineError, match="is not authorized to perform"):
        stack.up()
