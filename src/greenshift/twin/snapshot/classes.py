"""The classes whose objects a snapshot may hold: our own records, and moto's models.

A file may come from anybody, so this is a list of what may be, not of what may not. An object is made by
``object.__new__`` and given its attributes: no constructor and no method of a file's choice runs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from types import FunctionType
from typing import Any

from greenshift.twin.snapshot.errors import Unkeepable, Unreadable

_OWN = frozenset(
    {
        "greenshift.rollout.strategy",
        *(
            f"greenshift.twin.{name}"
            for name in (
                "alarms.composite",
                "alarms.dashboards",
                "alarms.expressions.tree",
                "alarms.metrics",
                "alarms.model",
                "alarms.notifications",
                "alarms.queries",
                "alarms.state",
                "alarms.statistics",
                "alarms.suppression",
                "awslambda.layers",
                "awslambda.model",
                "callers.chain",
                "callers.principal",
                "codebuild.handover",
                "codebuild.junit",
                "codebuild.model",
                "codebuild.reports",
                "codebuild.settings",
                "codeconnections.state",
                "codedeploy.appspec",
                "codedeploy.lifecycle",
                "codedeploy.model",
                "codedeploy.observations",
                "codedeploy.progress",
                "codepipeline.approvals",
                "codepipeline.declaration",
                "codepipeline.jobs",
                "codepipeline.state",
                "codepipeline.webhooks",
                "cron",
                "door",
                "events.archives",
                "events.buses",
                "events.inputs",
                "events.model",
                "events.patterns.tree",
                "events.replays",
                "events.schedule",
                "scheduler.model",
                "sources.filters",
                "sources.model",
                "sqs.model",
                "sqs.moves",
                "sqs.ordering",
                "sqs.queue",
            )
        ),
    }
)
# What moto's backends keep; its modules that answer requests keep nothing.
_MOTO = re.compile(r"moto\.[a-z0-9_]+(\.\w+)*\.(?!responses$|urls$|server$)\w+")
_OTHERS = frozenset({"requests.structures:CaseInsensitiveDict"})


_WITH_METHODS = "moto.ec2.models.security_groups"
"""The groups and rules there keep methods of their own, which only tell whether a filter is for them."""


def method_of(kind: type, name: str) -> FunctionType:
    """A method that a state may hold; raises LookupError for any other."""
    found = vars(kind).get(name)
    if kind.__module__ == _WITH_METHODS and name.startswith("filter_") and isinstance(found, FunctionType):
        return found
    raise LookupError(f"the method {name} of {kind.__name__}")


_FACTORIES: dict[str, type] = {each.__name__: each for each in (list, dict, set, int, str, float)}
_OF_MOTO = "moto.apigateway.integration_parsers.unknown_parser:TypeUnknownParser"


def factory_name(factory: Any) -> str:
    """By which a file names what a ``defaultdict`` makes; raises Unkeepable for what it may not make."""
    if isinstance(factory, type):
        name = _full_name(factory)
        if name == _OF_MOTO:
            return name
        if _FACTORIES.get(factory.__name__) is factory:
            return factory.__name__
    raise Unkeepable(f"a defaultdict of {factory!r}")


def factory_named(name: str) -> type:
    return named(name) if name == _OF_MOTO else _FACTORIES[name]


def name_of(cls: type) -> str:
    """By which a file names a class; raises Unkeepable for one that no file may hold."""
    name = _full_name(cls)
    if not _is_listed(name):
        raise Unkeepable(name)
    return name


@cache
def named(name: str) -> type:
    """The class a file names; raises Unreadable for what is not listed, or not there."""
    if not _is_listed(name):
        raise Unreadable(f"it holds an object of {name!r}, which no snapshot does")
    module, _, path = name.partition(":")
    try:
        found: object = import_module(module)
        for part in path.split("."):
            found = vars(found)[part]
    except (ImportError, KeyError, TypeError):
        raise Unreadable(f"it holds an object of {name!r}, which is not here") from None
    # A name that was only imported there is somebody else's class.
    if not isinstance(found, type) or _full_name(found) != name:
        raise Unreadable(f"it holds an object of {name!r}, which is no class of it")
    return found


def _full_name(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def _is_listed(name: str) -> bool:
    module = name.partition(":")[0]
    return module in _OWN or name in _OTHERS or _MOTO.fullmatch(module) is not None
