"""Deployment groups: which of them shift Lambda functions, and the alias each of them has to itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from greenshift.guardrails.aws_types import ALIAS, APPLICATION, DEPLOYMENT_CONFIG, DEPLOYMENT_GROUP
from greenshift.guardrails.resources import Resource, Stack

LAMBDA = "Lambda"
_USUAL = "Server"  # an application that does not say (API reference, CreateApplication)


def application_of(stack: Stack, group: Resource) -> Resource | None:
    return stack.target(group, "appName", APPLICATION, "name")


def platform(application: Resource) -> str:
    """The compute platform; empty while it is not known."""
    if application.inputs.is_unknown("computePlatform"):
        return ""
    return application.inputs.text("computePlatform") or _USUAL


def has_lambda_configuration(stack: Stack, group: Resource) -> bool:
    """By the configuration it names: CodeDeploy's own for Lambda, or one of this program."""
    made = stack.target(group, "deploymentConfigName", DEPLOYMENT_CONFIG, "deploymentConfigName")
    if made is not None:
        return made.inputs.text("computePlatform") == LAMBDA
    return (group.inputs.text("deploymentConfigName") or "").startswith("CodeDeployDefault.Lambda")


def is_for_lambda(stack: Stack, group: Resource) -> bool:
    """By its application's compute platform; else by its configuration, which names the platform."""
    application = application_of(stack, group)
    if application is not None and platform(application):
        return platform(application) == LAMBDA
    return has_lambda_configuration(stack, group)


def without_alias(stack: Stack) -> Iterator[Resource]:
    """Lambda's groups for which no alias is left. Which function a group deploys stands in no resource, so
    each takes one of those it depends on, and one that depends on none takes what is left over."""
    aliases = [alias.urn for alias in stack.of(ALIAS)]
    groups = sorted(
        (group for group in stack.of(DEPLOYMENT_GROUP) if is_for_lambda(stack, group)),
        key=lambda group: group.urn,  # programs register at the same time, and the answer is one
    )
    wishes = {group.urn: [urn for urn in aliases if urn in group.dependencies] for group in groups}
    claimed = {urn for wished in wishes.values() for urn in wished}
    rest = [urn for urn in aliases if urn not in claimed]
    wishes = {group: wished or rest for group, wished in wishes.items()}
    taken: dict[str, str] = {}
    for group in groups:
        if not _takes(group.urn, wishes, taken, set()):
            yield group


def _takes(group: str, wishes: Mapping[str, Iterable[str]], taken: dict[str, str], asked: set[str]) -> bool:
    """Whether the group gets an alias, if need be by giving another group another of its own."""
    for alias in wishes[group]:
        if alias in asked:
            continue
        asked.add(alias)
        if alias not in taken or _takes(taken[alias], wishes, taken, asked):
            taken[alias] = group
            return True
    return False
