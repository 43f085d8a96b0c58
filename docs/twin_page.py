"""The page of what the twin has of AWS: every operation of its services, and where it differs on purpose."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.metadata import version

import botocore
from botocore import xform_name

from greenshift.twin import departures, registry
from greenshift.twin.departures import Operations
from greenshift.twin.moto import additions
from greenshift.twin.service import service_model

# What the twin's own checks and Greenshift's components use of moto; moto has more.
MOTO_SERVICES = (
    "apigateway",
    "apigatewayv2",
    "dynamodb",
    "ec2",
    "iam",
    "kinesis",
    "kms",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "ssm",
    "stepfunctions",
    "sts",
)

# What a service is for, in the words of the person who looks for it.
PURPOSES = {
    "cloudwatch": "metrics, metric math, alarms",
    "codebuild": "projects, and builds that run",
    "codeconnections": "connections to a repository",
    "codedeploy": "applications, groups and deployments, for Lambda",
    "codepipeline": "pipelines and their executions",
    "events": "buses, their rules and targets, archives and replays",
    "lambda": "functions, versions, aliases, invocations that run, and what feeds them",
    "scheduler": "one-off and recurring schedules",
    "sqs": "queues",
}


def twin_page(notice: str) -> str:
    """What of AWS the twin does, what it only keeps, what it refuses, and where it differs."""
    found = {name: departures.operations(name) for name in registry.NAMES}
    lines = [
        "# What of AWS the twin has",
        "",
        notice,
        "",
        f"The twin implements {len(found)} services itself. Requests and answers are checked against",
        f"botocore's model of each (botocore {botocore.__version__}).",
        "Each of their operations is one of these:",
        "",
        "- **executed**: it does what AWS documents, but for [departures](#deliberate-departures-from-aws);",
        "- **stored**: what it is given is kept, told again where AWS tells it, and has no effect;",
        "- **refused**: it is answered with `NotImplementedException` and its name, never with silence.",
        "",
        "A test sends every operation to a twin and compares what comes back with this page.",
        "",
        "| service | for | executed | stored | refused |",
        "| --- | --- | ---: | ---: | ---: |",
        *(_count(name, each) for name, each in found.items()),
        "",
        *_moto_lines(),
    ]
    for name, each in found.items():
        lines += ["", *_service_lines(name, each)]
    return "\n".join([*lines, "", *_departure_lines()]) + "\n"


def _count(name: str, found: Operations) -> str:
    counts = f"{len(found.executed)} | {len(found.stored)} | {len(found.refused)}"
    return f"| [{name}](#{name}) | {PURPOSES[name]} | {counts} |"


def _service_lines(name: str, found: Operations) -> Iterator[str]:
    yield f"## {name}"
    kinds = {"Executed": found.executed, "Stored": found.stored, "Refused": found.refused}
    for kind, names in kinds.items():
        yield ""
        yield f"{kind}, {len(names)} of {found.total}" + (":" if names else ".")
        if names:
            yield ""
            yield ", ".join(f"`{each}`" for each in names) + "."


def _departure_lines() -> Iterator[str]:
    yield "## Deliberate departures from AWS"
    yield ""
    yield "Where the twin differs from AWS on purpose, and why. *Refused* means an error that names what is"
    yield "missing. *Ignored* means that a value is taken and has no effect."
    for section in departures.sections():
        yield ""
        yield f"### {section.title}"
        yield ""
        yield "| subject | on the twin | reason |"
        yield "| --- | --- | --- |"
        for each in section.departures:
            yield f"| {each.subject} | {each.here} | {each.reason} |"


def _moto_lines() -> Iterator[str]:
    yield "## Served by moto"
    yield ""
    yield f"Everything else on the port is moto's (moto {version('moto')}). These are the services of it that"
    yield "Greenshift itself touches. The count is of operations moto has a handler for; that is no promise"
    yield "that each behaves as on AWS. Other services of moto answer too, untested here."
    yield ""
    yield "| service | operations |"
    yield "| --- | ---: |"
    for name in MOTO_SERVICES:
        has, total = _moto_count(name)
        yield f"| {name} | {has} of {total} |"


def _moto_count(name: str) -> tuple[int, int]:
    """How many operations of botocore's model moto has a handler named for, with what the twin adds to it."""
    additions.add_to(name)
    module = importlib.import_module(f"moto.{name}.responses")
    here = module.__name__
    handlers = [found for found in vars(module).values() if getattr(found, "__module__", "") == here]
    operations = service_model(name).operation_names
    has = [op for op in operations if any(hasattr(handler, xform_name(op)) for handler in handlers)]
    return len(has), len(operations)
