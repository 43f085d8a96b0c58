"""Every permission of every policy is needed: taken away, something that really happened is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from greenshift.components.policies.build import build_policy
from greenshift.components.policies.controller import controller_policy
from greenshift.components.policies.evidence import UNPROVED
from greenshift.components.policies.hook import hook_policy
from greenshift.components.policies.ledger import function_policy
from greenshift.components.policies.logs import function_log_policy
from greenshift.components.policies.pipeline import pipeline_policy
from greenshift.components.policies.recorder import recorder_policy
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.twin.iam.document import Document, parse
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide
from greenshift.twin.iam.needs import Need

NAMES = Names("shop", "local")
ARNS = Arns("123456789012", "us-east-1")
KEYS = ("page", "pay", "ship")
CONFIGS = ("CodeDeployDefault.LambdaAllAtOnce",)

POLICIES = {
    "pipeline": pipeline_policy(NAMES, ARNS, connection_arn="*", source_bucket=None),
    "build": build_policy(NAMES, ARNS),
    "controller": controller_policy(NAMES, ARNS, keys=KEYS, deployment_configs=CONFIGS),
    "hook": hook_policy(NAMES, ARNS, keys=KEYS),
    "recorder": recorder_policy(NAMES, ARNS, keys=KEYS, deployment_configs=CONFIGS),
    "function": function_policy(NAMES, ARNS),
    "function-logs": function_log_policy(NAMES, ARNS, keys=KEYS),
}
FUNCTIONS = [f"shop-local-{key}-function" for key in KEYS]
ROLES = {
    "pipeline": ["shop-local-pipeline"],
    "build": ["shop-local-build"],
    "controller": ["shop-local-controller"],
    "hook": ["shop-local-before-hook", "shop-local-after-hook"],
    "recorder": ["shop-local-recorder"],
    "function": FUNCTIONS,
    "function-logs": FUNCTIONS,
}
PERMISSIONS = [
    (word, statement["Sid"], action)
    for word, text in POLICIES.items()
    for statement in json.loads(text)["Statement"]
    for action in statement["Action"]
]
UNPROVED_ACTIONS = {(row.principal, row.action) for row in UNPROVED}


@dataclass(frozen=True)
class Lived:
    """What every role asked for, and what it has: AWS's own text of each attached policy."""

    asked: list[tuple[str, Need]]
    attached: dict[str, list[str]]

    def refused_without(self, roles: list[str], sid: str, action: str) -> list[Need]:
        return [
            need
            for role, need in self.asked
            if role in roles
            and not is_allowed([without(text, sid, action) for text in self.attached[role]], need)
        ]


def without(text: str, sid: str, action: str) -> Document:
    """The policy less one action of one statement."""
    body = json.loads(text)
    for statement in body["Statement"]:
        if statement.get("Sid") == sid:
            statement["Action"] = [each for each in statement["Action"] if each != action]
    return parse(json.dumps(body))


def is_allowed(documents: list[Document], need: Need) -> bool:
    return any(
        decide(Policies(documents), Access(action, need.resource, "arn:aws:iam::1:role/r", "s"))
        is Verdict.ALLOWED
        for action in (need.action, *need.instead)
    )


@pytest.fixture(scope="module")
def evidence(lived: Any) -> Lived:
    iam, judged = lived.twin.client("iam"), lived.twin.twin.guard.asked
    assert [need for (_, need), verdict in judged.items() if verdict is not Verdict.ALLOWED] == []
    asked = [(arn.rsplit("/", 1)[-1], need) for arn, need in judged]
    return Lived(asked, {role: list(policies_of(iam, role)) for role in {role for role, _ in asked}})


def policies_of(iam: Any, role: str) -> Iterator[str]:
    for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=each["PolicyArn"])["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=each["PolicyArn"], VersionId=version)["PolicyVersion"]
        yield json.dumps(found["Document"])


@pytest.mark.parametrize(("word", "sid", "action"), PERMISSIONS, ids=[":".join(each) for each in PERMISSIONS])
def test_without_this_permission_something_that_happened_is_refused(
    evidence: Lived, word: str, sid: str, action: str
) -> None:
    refused = evidence.refused_without(ROLES[word], sid, action)

    # A row in the table of the unproved must go when the permission turns out to be used after all.
    assert bool(refused) is not ((word, action) in UNPROVED_ACTIONS)
    assert {need.action for need in refused} <= {action}


def test_a_connection_is_used_by_either_of_its_two_permissions_and_not_without_both(evidence: Lived) -> None:
    (text,) = evidence.attached["shop-local-pipeline"]
    both = ("codeconnections:UseConnection", "codestar-connections:UseConnection")
    bare = json.dumps(json.loads(text)).replace(both[0], "sts:X").replace(both[1], "sts:Y")

    refused = [
        need
        for role, need in evidence.asked
        if role == "shop-local-pipeline" and not is_allowed([parse(bare)], need)
    ]

    assert {need.action for need in refused} == {both[0]}


def test_the_policies_on_the_twin_are_the_ones_proved_here(evidence: Lived) -> None:
    for role in {role for roles in ROLES.values() for role in roles}:
        wanted = [text for word, text in POLICIES.items() if role in ROLES[word]]
        assert permissions(evidence.attached[role]) == permissions(wanted)


def permissions(documents: list[str]) -> set[tuple[str, str]]:
    return {
        (each["Sid"], action)
        for text in documents
        for each in json.loads(text)["Statement"]
        if "Sid" in each
        for action in each["Action"]
    }


REMOVALS = [
    ("pipeline", "codebuild:StartBuild"),
    ("build", "logs:CreateLogStream"),
    ("controller", "lambda:PublishVersion"),
    ("controller", "codedeploy:RegisterApplicationRevision"),
]


@pytest.mark.parametrize(("word", "action"), REMOVALS)
def test_a_release_without_a_permission_fails_and_names_it(lived: Any, word: str, action: str) -> None:
    lived.write(answer=action)
    arn = f"arn:aws:iam::123456789012:policy/shop-local-{word}"
    with permission_removed(lived.twin.client("iam"), arn, action):
        assert lived.release(traffic=False) == "Failed"

    assert f"not authorized to perform: {action} on resource: arn:aws:" in lived.state()


def test_no_policy_of_ours_can_delete_a_function(lived: Any) -> None:
    documents = [parse(text) for text in POLICIES.values()]
    arn = ARNS.function(NAMES.function("pay"))

    def is_deletable(resource: str) -> bool:
        return is_allowed(documents, Need("lambda:DeleteFunction", resource))

    assert is_deletable(f"{arn}:3")
    assert not is_deletable(arn)
    iam = lived.twin.client("iam")
    attached = [parse(text) for role in ROLES["recorder"] for text in policies_of(iam, role)]
    assert not is_allowed(attached, Need("lambda:DeleteFunction", arn))


def test_a_function_without_its_ledger_permission_is_told_which(lived: Any) -> None:
    lambda_, iam = lived.twin.client("lambda"), lived.twin.client("iam")
    attached = iam.list_attached_role_policies(RoleName="shop-local-page-function")["AttachedPolicies"]
    (arn,) = (each["PolicyArn"] for each in attached if each["PolicyName"] == "shop-local-function")
    with permission_removed(iam, arn, "dynamodb:PutItem"):
        answer = lambda_.invoke(FunctionName="shop-local-page", Qualifier="live", Payload='{"id": "1"}')

    assert (
        "assumed-role/shop-local-page-function/shop-local-page is not authorized to perform: dynamodb:PutItem"
        in answer["Payload"].read().decode()
    )


@contextmanager
def permission_removed(iam: Any, arn: str, action: str) -> Iterator[None]:
    """One action less in a customer-managed policy, for a while."""
    before = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    body = iam.get_policy_version(PolicyArn=arn, VersionId=before)["PolicyVersion"]["Document"]
    for statement in body["Statement"]:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(body), SetAsDefault=True)
    try:
        yield
    finally:
        iam.set_default_policy_version(PolicyArn=arn, VersionId=before)
        iam.delete_policy_version(PolicyArn=arn, VersionId=made["PolicyVersion"]["VersionId"])
