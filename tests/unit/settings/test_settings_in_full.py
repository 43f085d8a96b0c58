"""Triggers, networks, keys, approval and the rest: defaults, and how mistakes are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenshift.errors import SettingsError
from greenshift.settings import Settings
from greenshift.settings.model import parse_settings

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:certificates:3"
GLOBS = "it is a list of at most 8 globs of 1 to 255 characters"
NOT_A_KEY = "it must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>"
NEVER = "it is at most evaluationPeriods, or the alarm never fires"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "functions" / "charge").mkdir(parents=True)
    (tmp_path / "functions" / "charge" / "index.mjs").touch()
    (tmp_path / "shared").mkdir()
    return tmp_path


def parsed(root: Path, **config: Any) -> Settings:
    whole = {"functions": {"charge": {}}, "source": {"repository": "me/app"}, **config}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in whole.items()}
    return parse_settings({f"greenshift:{key}": text for key, text in texts.items()}, root)


def charge(**settings: Any) -> dict[str, Any]:
    return {"charge": settings}


def source(**settings: Any) -> dict[str, Any]:
    return {"repository": "me/app", **settings}


def push(**filters: Any) -> dict[str, Any]:
    return source(triggers={"push": [filters]})


def pull(**filters: Any) -> dict[str, Any]:
    return source(triggers={"pullRequests": [filters]})


def test_defaults_ask_for_nothing_special(root: Path) -> None:
    settings = parsed(root)
    function = settings.functions["charge"]

    assert not settings.source.triggers.is_configured
    assert settings.build.cache.type == "none"
    assert (function.reserved_concurrency, function.layers, bool(function.vpc)) == (None, (), False)
    assert (function.tracing, function.ephemeral_storage, function.log_retention_days) == (False, 512, None)
    assert (settings.release.memory, settings.release.ephemeral_storage) == (1024, 2048)
    assert settings.approval.before_shift is False
    assert settings.permissions_boundary is None
    assert settings.kept_on_destroy == ()
    keys = (settings.artifacts, settings.ledger, settings.logs, settings.notifications)
    assert [each.kms_key_arn for each in keys] == [None] * 4


def test_a_function_has_its_own_alarm_and_the_rest_from_everybody(root: Path) -> None:
    settings = parsed(
        root,
        functions=charge(alarm={"threshold": 1.5, "evaluationPeriods": 4}),
        alarm={"period": 120, "evaluationPeriods": 3, "datapointsToAlarm": 3},
    )

    alarm = settings.alarm_of("charge")

    assert (alarm.threshold, alarm.period) == (1.5, 120)
    assert (alarm.evaluation_periods, alarm.datapoints_to_alarm) == (4, 3)


def test_what_destroy_keeps_is_said_in_full(root: Path) -> None:
    settings = parsed(root, artifacts={"forceDestroy": False}, ledger={"deletionProtection": True})

    assert settings.kept_on_destroy == (
        "artifacts.forceDestroy is false: destroy keeps the artifact bucket and every object in it",
        "ledger.deletionProtection is true: destroy keeps the ledger table and every row in it",
    )


MISTAKES = [
    # triggers
    ("source", push(branchs={}), "source.triggers.push.0.branchs: {}", "did you mean 'branches'?"),
    (
        "source",
        push(tags={"includes": ["v*"]}, branches={"includes": ["main"]}),
        "source.triggers.push.0.tags: {'includes': ['v*']}",
        "CodePipeline filters by tags, or by branches and filePaths",
    ),
    (
        "source",
        push(branches={"includes": ["b"] * 9}),
        f"source.triggers.push.0.branches.includes: {['b'] * 9}",
        GLOBS,
    ),
    (
        "source",
        push(branches={"includes": [""]}),
        "source.triggers.push.0.branches.includes.0: ''",
        "a glob has 1 to 255 characters",
    ),
    (
        "source",
        source(triggers={"push": [{}] * 4}),
        "source.triggers.push: [{}, {}, {}, {}]",
        "a list of at most 3 filters",
    ),
    (
        "source",
        pull(branches={"includes": ["main"]}),
        "source.triggers.pullRequests.0.events: None",
        "a list of OPEN, UPDATED and CLOSED",
    ),
    (
        "source",
        pull(events=["MERGED"]),
        "source.triggers.pullRequests.0.events.0: 'MERGED'",
        "a list of OPEN, UPDATED and CLOSED",
    ),
    (
        "source",
        pull(events=["OPEN", "OPEN"]),
        "source.triggers.pullRequests.0.events: ['OPEN', 'OPEN']",
        "name at least one of OPEN, UPDATED and CLOSED, each once",
    ),
    (
        "source",
        {"provider": "s3", "triggers": {"functionPaths": True}},
        "source.triggers: {'functionPaths': True}",
        "CodePipeline has triggers for provider 'connection' only, not for 's3'",
    ),
    (
        "source",
        source(sharedDirectories=["../other"]),
        "source.sharedDirectories.0: '../other'",
        "it must be a path inside the project, with '/' and without '..'",
    ),
    # functions
    (
        "functions",
        charge(reservedConcurrency=0),
        "functions.charge.reservedConcurrency: 0",
        "a whole number from 1 to 100000",
    ),
    (
        "functions",
        charge(layers=["certificates"]),
        "functions.charge.layers.0: 'certificates'",
        "it must be the ARN of a layer's version, which ends in :<layer>:<number>",
    ),
    (
        "functions",
        charge(layers=[LAYER] * 6),
        f"functions.charge.layers: {[LAYER] * 6}",
        "a list of at most 5 ARNs of layer versions",
    ),
    (
        "functions",
        charge(vpc={"subnetIds": ["subnet-1"]}),
        "functions.charge.vpc.securityGroupIds: None",
        "a VPC needs subnets and security groups",
    ),
    (
        "functions",
        charge(vpc={"subnetIds": ["10.0.0.0/8"], "securityGroupIds": ["sg-1"]}),
        "functions.charge.vpc.subnetIds.0: '10.0.0.0/8'",
        "it must be the id of a subnet, for example subnet-0a1b2c3d",
    ),
    (
        "functions",
        charge(ephemeralStorage=511),
        "functions.charge.ephemeralStorage: 511",
        "a whole number of MB from 512 to 10240",
    ),
    (
        "functions",
        charge(alarm={"datapointsToAlarm": 2}),
        "functions.charge.alarm.datapointsToAlarm: 2",
        NEVER,
    ),
    (
        "functions",
        charge(alarm={"threshold": 0}),
        "functions.charge.alarm.threshold: 0",
        "a number above 0 and up to 100",
    ),
    # the rest
    ("build", {"cache": {"type": "disk"}}, "build.cache.type: 'disk'", "none, local or s3"),
    (
        "build",
        {"cache": {"type": "local", "modes": []}},
        "build.cache.modes: []",
        "name at least one of LOCAL_CUSTOM_CACHE and LOCAL_SOURCE_CACHE",
    ),
    ("artifacts", {"kmsKeyArn": "alias/mine"}, "artifacts.kmsKeyArn: 'alias/mine'", NOT_A_KEY),
    ("ledger", {"kmsKeyArn": "1234abcd"}, "ledger.kmsKeyArn: '1234abcd'", NOT_A_KEY),
    ("logs", {"kmsKeyArn": ""}, "logs.kmsKeyArn: ''", NOT_A_KEY),
    ("notifications", {"kmsKeyArn": "x"}, "notifications.kmsKeyArn: 'x'", NOT_A_KEY),
    (
        "permissionsBoundary",
        "developers",
        "permissionsBoundary: 'developers'",
        "it must be the ARN of an IAM policy",
    ),
    ("approval", {"timeout": 4}, "approval.timeout: 4", "a whole number of minutes from 5 to 86400"),
    ("release", {"memory": 128}, "release.memory: 128", "a whole number of MB from 256 to 10240"),
    (
        "guardrails",
        {"inline-policy": "warn"},
        "guardrails.inline-policy: 'warn'",
        "advisory, mandatory or disabled for the name of a rule",
    ),
    (
        "guardrails",
        {"No Inline": "disabled"},
        "guardrails.No Inline: 'disabled'",
        "a rule's name has lower-case letters, digits and '-'",
    ),
]


@pytest.mark.parametrize(("key", "value", "where", "what"), MISTAKES, ids=[each[2][:60] for each in MISTAKES])
def test_a_mistake_is_answered_with_the_key_the_value_and_what_is_allowed(
    root: Path, key: str, value: Any, where: str, what: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(root, **{key: value})

    assert str(caught.value) == f"greenshift:{where} is not allowed; {what}"


def test_a_shared_directory_must_exist(root: Path) -> None:
    assert parsed(root, source=source(sharedDirectories=["shared"])).source.shared_directories == ("shared",)
    with pytest.raises(SettingsError, match="there is no such directory"):
        parsed(root, source=source(sharedDirectories=["lost"]))


def test_a_key_may_be_a_multi_region_one(root: Path) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd"

    assert parsed(root, logs={"kmsKeyArn": arn}).logs.kms_key_arn == arn
    assert parsed(root, artifacts={"kmsKeyArn": KEY}).artifacts.kms_key_arn == KEY
