"""Greenshift's own components keep every rule, in every form of source."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.stacks.guarded import Guarded

from greenshift.guardrails.registry import our_own
from greenshift.settings import load_project

PAYMENTS = Path(__file__).parents[3] / "examples" / "payments"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ALL_OF_LAMBDA = {
    "directory": "functions/charge",
    "vpc": {"subnetIds": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"]},
    "tracing": True,
    "rollout": "AllAtOnce",
}
RULES = {rule.name for rule in our_own()}


@pytest.fixture
def payments(guarded: Guarded) -> Guarded:
    """The example, in a folder of its own."""
    shutil.copytree(PAYMENTS, guarded.directory, dirs_exist_ok=True)
    guarded.config = dict(load_project(guarded.directory, "local").config)
    return guarded


def told(guarded: Guarded) -> list[str]:
    """Rules that warned."""
    return [head.rpartition(": ")[2] for head in guarded.warning_heads if head.rpartition(": ")[2] in RULES]


def test_the_example_breaks_no_rule_before_and_while_it_is_created(payments: Guarded) -> None:
    payments.engine().up()

    assert told(payments) == []
    payments.engine().destroy()


EVERYTHING = {
    "source": {"provider": "s3", "bucket": "sources", "key": "payments.zip"},
    "functions": {"charge": ALL_OF_LAMBDA},
    "artifacts": {"kmsKeyArn": KEY},
    "ledger": {"kmsKeyArn": KEY},
    "logs": {"kmsKeyArn": KEY},
    "notifications": {"kmsKeyArn": KEY, "emails": ["ops@example.org"]},
    "approval": {"beforeShift": True},
    "build": {"cache": {"type": "s3"}, "environment": {"LEVEL": "warn"}},
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/developers",
}


@pytest.mark.parametrize(
    ("settings", "warns"),
    [
        (EVERYTHING, []),
        ({"source": {"provider": "github", "repository": "acme/payments"}}, ["github-oauth-source"]),
        ({"artifacts": {"forceDestroy": False}}, ["bucket-keeps-data"]),
        ({"build": {"environment": {"NPM_TOKEN": "t"}}}, ["plain-secret-in-build"]),
    ],
    ids=["everything", "oauth", "kept", "token"],
)
def test_every_form_of_it_breaks_no_mandatory_rule(
    payments: Guarded, settings: dict[str, object], warns: list[str]
) -> None:
    for key, value in settings.items():
        payments.config[f"greenshift:{key}"] = value if isinstance(value, str) else json.dumps(value)

    payments.engine().preview()

    assert warns == told(payments)
