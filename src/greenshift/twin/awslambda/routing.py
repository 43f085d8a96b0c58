"""Which version an invocation runs: function and qualifier -> ``Route``."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Function, Version
from greenshift.twin.awslambda.names import LATEST, Place, is_version
from greenshift.twin.awslambda.versions import find_version
from greenshift.twin.awslambda.weights import choose_version


@dataclass(frozen=True)
class Route:
    """One invocation's way; ``invoked_arn`` is the ARN as the caller named it, alias included."""

    function: Function
    version: Version
    qualifier: str | None
    is_alias: bool
    invoked_arn: str


def route(function: Function, qualifier: str | None, place: Place, random: Random, now: float) -> Route:
    arn = place.arn(function.name, qualifier)
    if qualifier is None or qualifier == LATEST:
        return Route(function, function.serving_latest(now), qualifier, False, arn)
    if is_version(qualifier):
        return Route(function, find_version(function, qualifier, place), qualifier, False, arn)
    alias = function.aliases.get(qualifier)
    if alias is None:
        raise errors.function_not_found(arn)
    number = choose_version(alias, random)
    version = function.serving_latest(now) if number == LATEST else find_version(function, number, place)
    return Route(function, version, qualifier, True, arn)
