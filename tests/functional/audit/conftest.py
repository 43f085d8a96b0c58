"""Stacks as auditing tools see them: deployed by the engine onto a twin, and written in forms they read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.audit.auditors import cfn_lint, checkov
from support.audit.cloudformation import template
from support.audit.exceptions import Finding
from support.audit.terraform_plan import plan
from support.stacks.project_stack import ProjectStack

from greenshift.engine.state.checkpoint import ResourceState
from greenshift.testing import RunningTwin

SUBNETS = {"subnetIds": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"]}

PLAIN: dict[str, Any] = {"functions": {"charge": {}, "refund": {}}, "source": {"repository": "me/app"}}


def hardened(key: str) -> dict[str, Any]:
    """Every setting that answers a finding, set; and what else makes resources of its own."""
    return {
        "functions": {
            "charge": {"reservedConcurrency": 7, "vpc": SUBNETS, "tracing": True},
            "refund": {
                "reservedConcurrency": 2,
                "vpc": SUBNETS,
                "tracing": True,
                "environment": {"LIMIT": "3"},
                "rollout": "Canary7Percent3Minutes",
            },
        },
        "source": {
            "repository": "me/app",
            "triggers": {
                "push": [{"branches": {"includes": ["main"]}}, {"tags": {"includes": ["v*"]}}],
                "pullRequests": [{"events": ["CLOSED"], "filePaths": {"excludes": ["docs/**"]}}],
            },
        },
        "build": {"environment": {"CI_LEVEL": "2"}, "cache": {"type": "s3"}},
        "artifacts": {"kmsKeyArn": key},
        "ledger": {"kmsKeyArn": key},
        "logs": {"kmsKeyArn": key, "retentionDays": 365},
        "notifications": {"kmsKeyArn": key, "emails": ["ops@example.org"]},
        "approval": {"beforeShift": True},
    }


OAUTH: dict[str, Any] = {
    "functions": {"charge": {"rollout": "Linear20PercentEvery7Minutes"}},
    "source": {"repository": "me/app", "provider": "github"},
    "githubToken": "a-token-of-a-person",
}


EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
# Faults that somebody may build in some day: what a type's inputs become, or None when it goes missing.
FAULTS: dict[str, dict[str, Any] | None] = {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": None,
    "aws:s3/bucketVersioning:BucketVersioning": None,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": None,
    "aws:dynamodb/table:Table": {"pointInTimeRecovery": {"enabled": False}},
    "aws:lambda/function:Function": {"runtime": "nodejs14.x", "memorySize": 64},
    "aws:iam/policy:Policy": {"policy": json.dumps(EVERYTHING)},
    "aws:iam/role:Role": {"assumeRolePolicy": '{"Statement": [{"Effect": "Perhaps"}]}'},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"comparisonOperator": "Above"},
}


@dataclass(frozen=True)
class Audited:
    """One stack: what it is made of, and what the two tools find in it."""

    resources: list[ResourceState]
    by_checkov: list[Finding]
    by_cfn_lint: list[Finding]


@pytest.fixture(scope="module")
def stacks(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Audited]:
    """The least a stack can be, one with every setting that makes it stricter, one with an OAuth source; and
    one with faults, to see that the tools see them."""
    key = str(twin.client("kms").create_key()["KeyMetadata"]["Arn"])
    configs = {"plain": PLAIN, "hardened": hardened(key), "oauth": OAUTH}
    folder = tmp_path_factory.mktemp("audit")
    found = {name: resources_of(twin, folder / name, config) for name, config in configs.items()}
    found["faulty"] = spoilt(found["plain"])
    seen = checkov({name: plan(each) for name, each in found.items()}, folder / "plans")
    linted = cfn_lint({name: template(each) for name, each in found.items()}, folder / "templates")
    return {name: Audited(each, seen[name], linted[name]) for name, each in found.items()}


def resources_of(twin: RunningTwin, root: Path, config: dict[str, Any]) -> list[ResourceState]:
    root.mkdir()
    secret = frozenset({"greenshift:githubToken"} & {f"greenshift:{name}" for name in config})
    stack = ProjectStack(twin, root, config, secret, project=root.name)
    stack.up()
    found = stack.resources()
    stack.engine().destroy()
    return found


def spoilt(resources: list[ResourceState]) -> list[ResourceState]:
    changes = {each.type: FAULTS.get(each.type, {}) for each in resources}
    return [
        replace(each, inputs={**each.inputs, **change})
        for each in resources
        if (change := changes[each.type]) is not None
    ]
