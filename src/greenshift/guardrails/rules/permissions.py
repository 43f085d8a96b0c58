"""What roles may do: policies that exist, are no wider than needed, and stand where they can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from greenshift.contract.policies import Statement
from greenshift.guardrails.aws_types import INLINE_POLICIES, ROLE, ROLE_POLICIES_EXCLUSIVE
from greenshift.guardrails.identity import DOCUMENT_TYPES, is_limited, is_limited_by_tag, statements
from greenshift.guardrails.managed_policies import (
    NAMING_TYPES,
    ManagedPolicies,
    managed_path,
    managed_policies,
    named_policies,
)
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, AnyRule, Rule


def _inline_policy(resource: Resource) -> Iterator[str]:
    """Inline policies have no name of their own, no versions, and are in no list of policies."""
    inputs = resource.inputs
    if resource.type in INLINE_POLICIES:
        yield "it is an inline policy"
    elif resource.type == ROLE and _names_one(resource):
        yield "it has inline_policies"
    elif resource.type == ROLE_POLICIES_EXCLUSIVE and inputs.texts("policyNames"):
        yield f"it keeps inline policies: {', '.join(inputs.texts('policyNames'))}"


def _names_one(role: Resource) -> bool:
    """An empty block is AWS's way to say that there must be none."""
    blocks = role.inputs.items("inlinePolicies")
    return role.inputs.is_unknown("inlinePolicies") or any(block.keys() for block in blocks)


INLINE_POLICY = Rule(
    name="inline-policy",
    why="Where only managed policies are allowed, an inline one fails the audit, and it has no versions.",
    fix="make it an aws.iam.Policy and attach it with aws.iam.RolePolicyAttachment",
    level=MANDATORY,
    types=(*INLINE_POLICIES, ROLE, ROLE_POLICIES_EXCLUSIVE),
    check=_inline_policy,
)


def _managed_policy_exists(resource: Resource, known: ManagedPolicies) -> Iterator[str]:
    """AWS managed policies are named by path and name; a wrong path is another policy, and mostly none."""
    for arn in named_policies(resource):
        path = managed_path(arn)
        if path is None or path in known.paths:
            continue
        nearest = known.nearest(path)
        hint = f"; the nearest that does is {arn.removesuffix(path)}{nearest}" if nearest else ""
        yield f"{arn} does not exist among AWS's managed policies (list of {known.as_of}){hint}"


MANAGED_POLICY_EXISTS = Rule(
    name="managed-policy-exists",
    why="Attaching an AWS managed policy by a wrong ARN fails with NoSuchEntity in the middle of an update.",
    fix="use the ARN of a policy that exists; service-role/ is part of some, and not of others",
    level=MANDATORY,
    types=NAMING_TYPES,
    check=lambda resource: _managed_policy_exists(resource, managed_policies()),
)


# AWS managed policies that give a pipeline far more than it needs, each with what it gives.
#
# Source: the policies' own documents, as of the date in ``data/managed_policies.json``.
OVER_BROAD = {
    "/AdministratorAccess": "everything in the account",
    "/PowerUserAccess": "everything but identities",
    "/IAMFullAccess": "making itself administrator",
    "/AWSCodeDeployFullAccess": "codedeploy:* on everything",
    "/AWSCodeDeployDeployerAccess": "deployments of every application",
    "/AWSCodePipeline_FullAccess": "codepipeline:* and iam:PassRole on *",
    "/AWSCodeBuildAdminAccess": "codebuild:* and more on everything",
    "/AWSLambda_FullAccess": "lambda:* and iam:PassRole on *",
    "/AWSLambdaExecute": "logs:* and the objects of all buckets",
    "/service-role/AWSLambdaRole": "invoking every function",
    "/AmazonDynamoDBFullAccess": "dynamodb:* on everything",
    "/AmazonDynamoDBFullAccess_v2": "dynamodb:* on everything",
    "/AmazonS3FullAccess": "s3:* on all buckets",
    "/AmazonS3ReadOnlyAccess": "reading all buckets",
    "/AmazonSNSFullAccess": "sns:* on all topics",
    "/AmazonSQSFullAccess": "sqs:* on all queues",
    "/AmazonEventBridgeFullAccess": "events:* on everything",
    "/CloudWatchFullAccess": "cloudwatch:* and logs:* on everything",
    "/CloudWatchFullAccessV2": "cloudwatch:* and logs:* on everything",
    "/CloudWatchLogsFullAccess": "logs:* on everything",
    "/SecretsManagerReadWrite": "reading and writing all secrets",
}


def _over_broad_managed_policy(resource: Resource) -> Iterator[str]:
    for arn in named_policies(resource):
        # As a permissions boundary a broad policy takes away and gives nothing.
        if arn == resource.inputs.text("permissionsBoundary"):
            continue
        gives = OVER_BROAD.get(managed_path(arn) or "")
        if gives:
            yield f"{arn} gives {gives}"


OVER_BROAD_MANAGED_POLICY = Rule(
    name="over-broad-managed-policy",
    why="A role of a pipeline that may do everything is the account's weakest door.",
    fix="write a customer-managed policy with the actions and resources this role needs, and attach that",
    level=MANDATORY,
    types=NAMING_TYPES,
    check=_over_broad_managed_policy,
)


def _wildcard_action(resource: Resource) -> Iterator[str]:
    """A wildcard in an action also allows what AWS will add to the service next year."""
    for statement in statements(resource):
        if not statement.is_allow:
            continue
        wild = [each for each in statement.actions if _is_wild(each, by_tag=is_limited_by_tag(statement))]
        if wild:
            yield f"{statement.sid} allows {', '.join(wild)}"
        if statement.not_actions:
            yield f"{statement.sid} allows everything but {', '.join(statement.not_actions)} (NotAction)"


def _is_wild(action: str, *, by_tag: bool) -> bool:
    """Where a tag of the resource decides, a whole service can do harm to the tagged ones only."""
    return "*" in action.split(":")[0] if by_tag else "*" in action or "?" in action


WILDCARD_ACTION = Rule(
    name="wildcard-action",
    why="A role that may do a whole service can do harm nobody thought of.",
    fix="name each action the role calls",
    level=MANDATORY,
    types=DOCUMENT_TYPES,
    check=_wildcard_action,
)


# ``Resource: *`` is right only for actions that know no resource; which those are is data.
#
# ``data/unscopable_actions.json`` has them for all services. A few more need it although AWS lists a
# resource for them; each stands below with its source.
_DATA = Path(__file__).parent.parent / "data" / "unscopable_actions.json"

NEED_ALL = {
    "cloudwatch:describealarms": "API reference, DescribeAlarms: composite alarms need permission on *",
    "cloudwatch:getmetricdata": "Service Authorization Reference: only datasets have ARNs, metrics have none",
    "cloudwatch:putmetricdata": "user guide, condition keys: cloudwatch:namespace limits it, no ARN",
    # The Lambda developer guide, "Giving Lambda functions access to a VPC", gives them on *: the interface
    # does not exist yet, or nobody but Lambda knows it.
    **{
        f"ec2:{action}": "Lambda developer guide, VPC: AWSLambdaVPCAccessExecutionRole"
        for action in (
            "createnetworkinterface",
            "deletenetworkinterface",
            "assignprivateipaddresses",
            "unassignprivateipaddresses",
        )
    },
    "codepipeline:pollforjobs": "user guide, custom actions: a worker polls before it knows a pipeline",
}


@cache
def unscopable() -> Mapping[str, frozenset[str]]:
    """Service prefix to its actions, in lower case."""
    document = json.loads(_DATA.read_text(encoding="utf-8"))
    return {service: frozenset(actions) for service, actions in document["actions"].items()}


def _wildcard_resource(resource: Resource, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for statement in statements(resource):
        scopable = [action for action in statement.actions if not _needs_all(action, known)]
        if _is_for_everything(statement) and scopable:
            yield f"{statement.sid} allows {', '.join(scopable)} on every resource"


def _is_for_everything(statement: Statement) -> bool:
    return statement.is_allow and not is_limited(statement) and any(map(_is_everything, statement.resources))


def _is_everything(resource: str) -> bool:
    """``*``, and an ARN that names nothing but a service: ``arn:aws:dynamodb:*:*:table/*``."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return resource == "*"
    _, _, service, region, account, name = parts
    kind = "" if service == "s3" else r"(?:[a-z-]+[/:])?"  # there, what stands before the slash is a bucket
    return {region, account} <= {"", "*"} and re.fullmatch(rf"{kind}[*/:]+", name) is not None


def _needs_all(action: str, known: Mapping[str, frozenset[str]]) -> bool:
    service, _, name = action.lower().partition(":")
    return action.lower() in NEED_ALL or name in known.get(service, frozenset())


WILDCARD_RESOURCE = Rule(
    name="wildcard-resource",
    why="An action that can be limited to the resources of this stack should be, or it reaches all others.",
    fix="name the ARNs; keep * in a statement of its own, for actions that know no resource",
    level=MANDATORY,
    types=DOCUMENT_TYPES,
    check=lambda resource: _wildcard_resource(resource, unscopable()),
)

RULES: tuple[AnyRule, ...] = (
    INLINE_POLICY,
    MANAGED_POLICY_EXISTS,
    OVER_BROAD_MANAGED_POLICY,
    WILDCARD_ACTION,
    WILDCARD_RESOURCE,
)
