"""The sets of settings that the provider judges: between them every resource and option we create."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from greenshift.testing import RunningTwin

Settings = Mapping[str, Any]
EXAMPLES = Path(__file__).parents[3] / "examples"
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/0b8b0b2e-1d2c-4b1e-9c3b-111111111111"
SECRET_KEYS = frozenset({"greenshift:githubToken"})
REPOSITORY = {"repository": "me/app"}


def all_settings(twin: RunningTwin) -> dict[str, Settings]:
    """By the name of the project that has them; makes on the twin what they expect to be there."""
    return {
        "plain": {"functions": {"charge": {}, "refund": {}}, "source": REPOSITORY},
        "full": _everything(twin),
        "oauth": _oauth(),
        "bucket": _bucket(),
        "connected": {"functions": {"charge": {}}, "source": {**REPOSITORY, "connectionArn": CONNECTION}},
        **{path.name: _example(path) for path in sorted(EXAMPLES.iterdir()) if path.is_dir()},
    }


def _everything(twin: RunningTwin) -> Settings:
    key = twin.client("kms").create_key()["KeyMetadata"]["Arn"]
    anything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    boundary = twin.client("iam").create_policy(PolicyName="developers", PolicyDocument=anything)
    for name in ("theirs-0", "theirs-1"):
        twin.client("cloudwatch").put_metric_alarm(
            AlarmName=name, MetricName="m", Namespace="n", Statistic="Sum", Period=60, EvaluationPeriods=1,
            Threshold=1, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
    return {
        "functions": _varied_functions(),
        "waves": [["charge"], ["refund", "report"]],
        "source": {**REPOSITORY, "sharedDirectories": ["shared"], "triggers": _triggers()},
        "build": {
            "environment": {"CI_LEVEL": "2"},
            "cache": {"type": "local", "modes": ["LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"]},
            "timeout": 30,
            "computeType": "BUILD_GENERAL1_MEDIUM",
            "image": "aws/codebuild/standard:7.0",
        },
        "alarm": {"threshold": 2.5, "also": ["theirs-0"]},
        "artifacts": {"kmsKeyArn": key, "expireDays": 60, "incompleteUploadDays": 3},
        "ledger": {"kmsKeyArn": key, "retentionDays": 100},
        "logs": {"kmsKeyArn": key, "retentionDays": 365},
        "notifications": {
            "kmsKeyArn": key,
            "emails": ["ops@example.org"],
            "chatWebhook": "https://chat.example.org/hooks/x",
        },
        "pipeline": {"executionMode": "SUPERSEDED"},
        "release": {"architecture": "arm64"},
        "shift": {"whenNobodyCalls": "synthetic", "bakeMinutes": 5, "whenAlarmFires": "refuse"},
        "approval": {"beforeShift": True, "betweenWaves": True, "timeout": 600, "message": "go?"},
        "permissionsBoundary": boundary["Policy"]["Arn"],
        "tags": {"team": "payments", "Cost": "x"},
    }


def _varied_functions() -> dict[str, Settings]:
    network = {
        "subnetIds": ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
        "securityGroupIds": ["sg-0a1b2c3d"],
    }
    called = {"smoke": {"event": {"x": 1}}}
    return {
        "charge": {
            "reservedConcurrency": 7,
            "vpc": network,
            "tracing": True,
            "memory": 512,
            "timeout": 30,
            "architecture": "arm64",
            "ephemeralStorage": 1024,
            "logRetentionDays": 90,
            "environment": {"LIMIT": "3", "TEMPLATE": "a${b}%{c}"},
            "alarm": {
                "threshold": 1.5,
                "period": 120,
                "evaluationPeriods": 3,
                "datapointsToAlarm": 2,
                "also": ["theirs-1"],
            },
            "smoke": {"enabled": True, "event": {"warmUp": True}},
            "safety": {"accept": ["concurrency-lowered"]},
            "rollout": "Canary10Percent5Minutes",
        },
        "refund": {
            "reservedConcurrency": 2,
            "vpc": network,
            "tracing": True,
            "environment": {"LIMIT": "3"},
            "rollout": "Canary7Percent3Minutes",
            **called,
        },
        "report": {"rollout": "Linear20PercentEvery7Minutes", "vpc": network, **called},
        "mail": {"rollout": "AllAtOnce", **called},
    }


def _triggers() -> Settings:
    outside_docs = {"filePaths": {"excludes": ["docs/**"]}}
    branches = {"includes": ["main", "release/**"], "excludes": ["release/old-*"]}
    return {
        "push": [{"branches": branches, **outside_docs}, {"tags": {"includes": ["v*"]}}],
        "pullRequests": [{"events": ["CLOSED"], "branches": {"includes": ["main"]}, **outside_docs}],
        "functionPaths": True,
    }


def _oauth() -> Settings:
    return {
        "functions": {"charge": {"rollout": "Linear20PercentEvery7Minutes"}},
        "source": {**REPOSITORY, "provider": "github"},
        "githubToken": "a-token-of-a-person",
        "build": {"cache": {"type": "s3"}},
        "approval": {"beforeShift": True, "notify": False},
    }


def _bucket() -> Settings:
    return {
        "functions": {"charge": {"rollout": "AllAtOnce"}, "refund": {"runtime": "python3.12"}},
        "source": {"provider": "s3", "key": "drop/app.zip"},
        "ledger": {"pointInTimeRecovery": False},
        "versions": {"prune": False},
    }


def _example(directory: Path) -> Settings:
    """What the example's own Pulumi.yaml says; a value there may be wrapped in ``value``."""
    config = yaml.safe_load((directory / "Pulumi.yaml").read_text()).get("config") or {}
    found = {
        key.removeprefix("greenshift:"): value["value"]
        if isinstance(value, dict) and "value" in value
        else value
        for key, value in config.items()
        if key.startswith("greenshift:")
    }
    return {**found, "source": found.get("source") or REPOSITORY}
