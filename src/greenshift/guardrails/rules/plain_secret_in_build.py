"""Whoever may read a build project reads its environment."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUILD_PROJECT
from greenshift.guardrails.plain_variables import plain_secrets
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import ADVISORY, Rule


def check(project: Resource) -> Iterator[str]:
    variables = project.inputs.item("environment").items("environmentVariables")
    for name in plain_secrets(variables):
        yield f"its environment has {name} as plain text"


RULE = Rule(
    name="plain-secret-in-build",
    why="The environment of a build project can be read by everyone who may look at it.",
    mend="keep it in Secrets Manager or Parameter Store, named by the variable or by env: of the buildspec",
    level=ADVISORY,
    types=(BUILD_PROJECT,),
    check=check,
)
