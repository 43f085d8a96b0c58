"""What is written into a program in plain text and should not be: secrets, accounts, regions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUILD_PROJECT, FUNCTION, PIPELINE, WEBHOOK
from greenshift.guardrails.pipelines import Action, actions
from greenshift.guardrails.plain_variables import is_named_secret, looks_secret, plain_secrets
from greenshift.guardrails.program import Program
from greenshift.guardrails.resources import Inputs, Resource, Stack
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Finding, Rule, StackRule

# Whoever may read a pipeline reads its configuration, so no secret belongs in it.
#
# GitHub's OAuth token is the exception CodePipeline's API forces, and the API hides it again.
VARIABLES = "EnvironmentVariables"


def _plain_secret(pipeline: Resource) -> Iterator[str]:
    for action in actions(pipeline):
        for name in plain_secrets(_variables(action.configuration.text(VARIABLES) or "")):
            yield f"{action.label} has {name} as plain text"
        for key in sorted(action.configuration.keys() - {VARIABLES}):
            if looks_secret(action.configuration.text(key) or "") and not _must_be_there(action, key):
                yield f"{action.label} has a secret in {key}"


def _must_be_there(action: Action, key: str) -> bool:
    return action.is_github_oauth and key == "OAuthToken"


def _variables(text: str) -> list[Inputs]:
    """CodePipeline takes them as JSON text (user guide, CodeBuild action)."""
    try:
        listed = json.loads(text)
    except ValueError:
        return []
    return [Inputs(item) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


PLAIN_SECRET = Rule(
    name="plain-secret",
    why="The configuration of a pipeline can be read by everyone who may look at it.",
    fix="keep it in Secrets Manager or Parameter Store, and give the variable that type and the name",
    level=MANDATORY,
    types=(PIPELINE,),
    check=_plain_secret,
)


def _plain_secret_in_build(project: Resource) -> Iterator[str]:
    """Whoever may read a build project reads its environment."""
    variables = project.inputs.item("environment").items("environmentVariables")
    for name in plain_secrets(variables):
        yield f"its environment has {name} as plain text"


PLAIN_SECRET_IN_BUILD = Rule(
    name="plain-secret-in-build",
    why="The environment of a build project can be read by everyone who may look at it.",
    fix="keep it in Secrets Manager or Parameter Store, named by the variable or by env: of the buildspec",
    level=ADVISORY,
    types=(BUILD_PROJECT,),
    check=_plain_secret_in_build,
)


def _plain_secret_in_function(function: Resource) -> Iterator[str]:
    """Whoever may look at a function reads its environment (API reference, GetFunctionConfiguration)."""
    variables = function.inputs.item("environment").item("variables")
    for name in sorted(variables.keys()):
        if looks_secret(variables.text(name) or ""):
            yield f"its environment has a key or token in {name}"


PLAIN_SECRET_IN_FUNCTION = Rule(
    name="plain-secret-in-function",
    why="The environment of a function can be read by everyone who may look at it.",
    fix="keep it in Secrets Manager or Parameter Store; give the function its name and the right to read it",
    level=MANDATORY,
    types=(FUNCTION,),
    check=_plain_secret_in_function,
)


def _written_secret(resource: Resource, program: Program) -> Iterator[str]:
    """A secret that is written in the program is in git, for everyone who ever clones it.

    Known by what it is given to, and by its standing in a file of the program, in quotes: a secret from
    Pulumi's configuration or from the environment stands in none.
    """
    for name, value in _secrets(resource):
        place = program.written(value)
        if place:
            yield f"its {name} is written in {place}"


def _secrets(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.type == WEBHOOK:
        yield "secret", resource.inputs.item("authenticationConfiguration").text("secretToken") or ""
    elif resource.type == PIPELINE:
        for action in actions(resource):
            yield f"OAuthToken of {action.label}", action.configuration.text("OAuthToken") or ""
    else:
        variables = resource.inputs.item("environment").item("variables")
        for name in sorted(variables.keys()):
            value = variables.text(name) or ""
            if is_named_secret(name, value):
                yield f"variable {name}", value


WRITTEN_SECRET = Rule(
    name="written-secret",
    why="A secret in a program is in git, and stays there.",
    fix="take it from the configuration (pulumi config set --secret) or, better, from Secrets Manager; and "
    "make a new one, as this one is known",
    level=MANDATORY,
    types=(PIPELINE, WEBHOOK, FUNCTION),
    check=lambda resource: _written_secret(resource, Program.here()),
)


# An account, a region or an ARN that is written in the program holds for one stack only.
#
# Only what stands in a file of the program in quotes counts: what came from an output does not. Layers are
# somebody else's, and named by their ARN.
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[^\s\"'\\]+")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d")


def _hard_coded_place(stack: Stack, program: Program) -> Iterator[Finding]:
    for resource in stack.resources:
        if resource.type.startswith("aws:"):
            seen = dict(_written(resource, program))
            for text, reason in seen.items():
                yield Finding(resource, f"{reason} {text} is written in {program.written(text)}")


def _written(resource: Resource, program: Program) -> Iterator[tuple[str, str]]:
    for key, value in resource.inputs.every_text():
        for arn in _ARN.findall(value):
            if ":layer:" not in arn and program.written(arn):
                yield arn, "the ARN"
        if _ACCOUNT.fullmatch(value) and program.written(value):
            yield value, "the account"
        if key != "region" and _REGION.fullmatch(value) and program.written(value):
            yield value, "the region"


HARD_CODED_PLACE = StackRule(
    name="hard-coded-place",
    why="A program that names its account, its region or an ARN cannot make a second stack elsewhere.",
    fix="use the output of the resource it names, aws.get_caller_identity(), aws.get_region(), or the config",
    level=ADVISORY,
    check=lambda stack: _hard_coded_place(stack, Program.here()),
)

RULES: tuple[AnyRule, ...] = (
    PLAIN_SECRET,
    PLAIN_SECRET_IN_BUILD,
    PLAIN_SECRET_IN_FUNCTION,
    WRITTEN_SECRET,
    HARD_CODED_PLACE,
)
