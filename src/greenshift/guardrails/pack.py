"""The rules as a Pulumi policy pack: the only file that knows ``pulumi_policy``.

Pulumi hands over one resource at a time, then all of them; values not known yet raise when they are
touched, and become ``UNKNOWN`` here. Config comes as to every pack: in the environment, as ``PULUMI_CONFIG``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from greenshift.guardrails.code_archives import opened
from greenshift.guardrails.levels import levels
from greenshift.guardrails.registry import rules_for
from greenshift.guardrails.resources import UNKNOWN, Inputs, Resource, Stack, Value
from greenshift.guardrails.rule import AnyRule, Finding, Level, Rule

NAME = "greenshift"


def serve(environment: Mapping[str, str]) -> None:
    """Print the port, then answer for ever."""
    PolicyPack(name=NAME, policies=policies(environment))


def policies(environment: Mapping[str, str]) -> list[Policy]:
    rules = rules_for(environment)
    config = json.loads(environment.get("PULUMI_CONFIG") or "{}")
    level = levels(config, rules)
    return [policy(rule, level[rule.name]) for rule in rules]


def policy(rule: AnyRule, level: Level) -> Policy:
    enforcement = EnforcementLevel(level)
    if isinstance(rule, Rule):
        return ResourceValidationPolicy(
            name=rule.name,
            description=rule.why,
            enforcement_level=enforcement,
            remediation_steps=rule.fix,
            validate=_resource_check(rule),
        )
    return StackValidationPolicy(
        name=rule.name,
        description=rule.why,
        enforcement_level=enforcement,
        remediation_steps=rule.fix,
        validate=_stack_check(rule.check, rule.fix),
    )


def _message(reason: str, fix: str) -> str:
    return f"{reason}\nFix: {fix}"


def _broken(error: Exception) -> str:
    return f"the rule itself failed: {type(error).__name__}: {error}\nFix: fix the rule, or disable it"


def _resource_check(rule: Rule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in rule.types:
            return
        resource = Resource(
            args.resource_type, args.name, args.urn, _inputs(args.props), is_protected=args.opts.protect
        )
        try:
            for reason in rule.check(resource):
                report(_message(reason, rule.fix), args.urn)
        except Exception as error:  # a rule of the user's own: what cannot be judged must not pass
            report(_broken(error), args.urn)

    return validate


def _stack_check(
    check: Callable[[Stack], Iterable[Finding]], fix: str
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(tuple(_resource(resource) for resource in args.resources))
        try:
            for finding in check(stack):
                report(_message(finding.reason, fix), finding.resource.urn)
        except Exception as error:
            report(_broken(error), args.resources[0].urn if args.resources else None)

    return validate


def _resource(resource: PolicyResource) -> Resource:
    return Resource(
        resource.resource_type,
        resource.name,
        resource.urn,
        _inputs(resource.props),
        is_protected=resource.opts.protect,
        dependencies=tuple(item.urn for item in resource.dependencies),
        property_dependencies={
            key: tuple(item.urn for item in items) for key, items in resource.property_dependencies.items()
        },
    )


def _inputs(properties: Mapping[str, object]) -> Inputs:
    return Inputs({key: _at(properties, key) for key in properties})


def _at(container: Mapping[str, object] | Sequence[object], key: str | int) -> Value:
    """One value out of a proxy that raises on what is not known."""
    try:
        value = container[key]  # type: ignore[index]  # a key for a mapping, a place for a list
    except UnknownValueError:
        return UNKNOWN
    return _value(value)


def _value(value: object) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, pulumi.Archive):
        return opened(value)
    if isinstance(value, Mapping):
        return {str(key): _at(value, key) for key in value}
    if isinstance(value, Sequence):
        return [_at(value, place) for place in range(len(value))]
    return None  # an asset: no rule looks into a single file
