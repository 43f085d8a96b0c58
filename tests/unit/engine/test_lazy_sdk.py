"""A program that imports ``pulumi_aws`` late finds in it what it would find otherwise."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SERVICES = ("s3", "lambda_", "sns", "dynamodb")
EVERY_NAME = """
import importlib, json, sys
from greenshift.engine.program import lazy_sdk
if sys.argv[1] == "late":
    lazy_sdk.install()
import pulumi_aws
found = {}
for service in sys.argv[2:]:
    module = importlib.import_module(f"pulumi_aws.{service}")
    hasattr(module, "no_such_name")  # the SDK loads it when it is first looked at
    names = json.load(sys.stdin) if sys.argv[1] == "late" else vars(module)
    kept = [n for n in names if not n.startswith("__") and n not in ("typing", "_builtins", "_utilities")]
    found |= {n: [type(v).__name__, getattr(v, "__module__", ""), getattr(v, "__qualname__", "")]
              for n in kept for v in [getattr(module, n)]}
print(json.dumps(found))
"""
FEW = """
import sys
from greenshift.engine.program import lazy_sdk
lazy_sdk.install()
import pulumi_aws as aws
aws.s3.Bucket, aws.s3.BucketArgs, aws.s3.get_bucket
from pulumi_aws.s3 import BucketVersioning
print(len([n for n in sys.modules if n.startswith("pulumi_aws.s3.")]))
"""
ALL_AT_ONCE = """
from greenshift.engine.program import lazy_sdk
lazy_sdk.install()
from pulumi_aws.sns import *
print(Topic.__module__, get_topic.__module__)
"""


def run(program: str, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_every_name_of_a_service_is_the_same(service: str) -> None:
    whole = json.loads(run(EVERY_NAME, "whole", service))
    assert len(whole) > 20

    late = json.loads(run(EVERY_NAME, "late", service, text=json.dumps(list(whole))))

    wrong = {name: (whole[name], late.get(name)) for name in whole if whole[name] != late.get(name)}
    assert not wrong


def test_a_program_loads_what_it_uses() -> None:
    assert int(run(FEW)) < 12


def test_all_names_may_be_imported_at_once() -> None:
    assert run(ALL_AT_ONCE).split() == ["pulumi_aws.sns.topic", "pulumi_aws.sns.get_topic"]


def test_a_name_that_is_not_there_is_missing_as_before() -> None:
    program = "from greenshift.engine.program import lazy_sdk\nlazy_sdk.install()\nimport pulumi_aws\n"
    said = run(program + "print(getattr(pulumi_aws.sns, 'Nothing', 'missing'))")
    assert said.strip() == "missing"
