"""A buildspec that runs npm at the top of the repository assumes a package.json there.

CodeBuild runs the commands of a buildspec in one shell, in order (buildspec reference, version 0.2), so a
``cd`` counts for what comes after it. A buildspec in the repository's own file cannot be seen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from greenshift.guardrails.aws_types import BUILD_PROJECT
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

_NPM = re.compile(r"\bnpm\s+(ci|install|i|test|t|run)\b")
_ELSEWHERE = re.compile(
    r"\b(cd|pushd)\s|--prefix\b|--workspaces?\b|package(-lock)?\.json|\bfor\s|--if-present"
)


def check(project: Resource) -> Iterator[str]:
    for command in _commands(project.inputs.item("source").text("buildspec") or ""):
        if _ELSEWHERE.search(command):
            return
        if _NPM.search(command):
            yield f"its buildspec runs '{command.strip()}' at the top of the repository"
            return


def _commands(text: str) -> Iterator[str]:
    """Of all phases; nothing for the name of a file, and for what is no YAML."""
    try:
        spec = yaml.safe_load(text)
    except yaml.YAMLError:
        return
    phases = spec.get("phases") if isinstance(spec, Mapping) else None
    for phase in phases.values() if isinstance(phases, Mapping) else ():
        yield from _texts(phase.get("commands") if isinstance(phase, Mapping) else None)


def _texts(commands: Any) -> list[str]:
    return [each for each in commands if isinstance(each, str)] if isinstance(commands, list) else []


RULE = Rule(
    name="build-each-function",
    why="Functions without package.json, or in Python, fail a build that runs npm for the whole repository.",
    mend="build each function in its directory, and npm only where there is a package.json; or leave the "
    "buildspec to Greenshift",
    level=MANDATORY,
    types=(BUILD_PROJECT,),
    check=check,
)
