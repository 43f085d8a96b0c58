"""Stacks as auditing tools see them: deployed by the engine onto a twin, and written in forms the tools read.

The tools are in an environment of their own (``make test`` makes it): they need an older boto3 than we do.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from exceptions import Finding
from project_stack import ProjectStack
from terraform_plan import plan

from greenshift.engine.checkpoint import ResourceState
from greenshift.testing import RunningTwin

TOOLS = Path(__file__).parents[3] / ".venv-audit" / "bin"
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


@dataclass(frozen=True)
class Audited:
    """One stack: what it is made of, and what checkov finds in it."""

    resources: list[ResourceState]
    findings: list[Finding]


@pytest.fixture(scope="module")
def stacks(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Audited]:
    """The least a stack can be, one with every setting that makes it stricter, one with an OAuth source."""
    key = str(twin.client("kms").create_key()["KeyMetadata"]["Arn"])
    configs = {"plain": PLAIN, "hardened": hardened(key), "oauth": OAUTH}
    folder = tmp_path_factory.mktemp("audit")
    found = {name: resources_of(twin, folder / name, config) for name, config in configs.items()}
    return {name: Audited(each, checkov(plan(each), folder)) for name, each in found.items()}


def resources_of(twin: RunningTwin, root: Path, config: dict[str, Any]) -> list[ResourceState]:
    root.mkdir()
    secret = frozenset({"greenshift:githubToken"} & {f"greenshift:{name}" for name in config})
    stack = ProjectStack(twin, root, config, secret, project=root.name)
    stack.up()
    found = stack.resources()
    stack.engine().destroy()
    return found


@pytest.fixture
def lint(tmp_path: Path) -> Callable[[dict[str, Any]], list[Finding]]:
    return lambda document: cfn_lint(document, tmp_path)


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[dict[str, Any]], list[Finding]]:
    return lambda document: checkov(document, tmp_path)


def checkov(document: dict[str, Any], folder: Path) -> list[Finding]:
    """Every check of checkov that fails, asked of nobody but itself: nothing is downloaded."""
    tool = installed("checkov")
    file = folder / "plan.json"
    file.write_text(json.dumps(document))
    asked = (tool, "--file", file, "--framework", "terraform_plan", "--output", "json", "--skip-download")
    report = answer(asked, folder)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] == len(document["planned_values"]["root_module"]["resources"])
    return [
        Finding(each["check_id"], each["resource"], each["check_name"])
        for each in report["results"]["failed_checks"]
    ]


def cfn_lint(document: dict[str, Any], folder: Path) -> list[Finding]:
    """Every error and warning of cfn-lint, with the resource it is about."""
    tool = installed("cfn-lint")
    file = folder / "template.json"
    file.write_text(json.dumps(document))
    report = answer((tool, "--regions", "us-east-1", "--format", "json", "--", file), folder)
    return [Finding(each["Rule"]["Id"], str(each["Location"]["Path"][1]), each["Message"]) for each in report]


def installed(tool: str) -> Path:
    path = TOOLS / tool
    assert path.exists(), f"{tool} is not installed: make .venv-audit/.ready"
    return path


def answer(command: tuple[str | Path, ...], folder: Path) -> Any:
    """What a tool says as JSON, without the caller's environment: a key in it would make it ask a server."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=folder)
    return json.loads(done.stdout)
