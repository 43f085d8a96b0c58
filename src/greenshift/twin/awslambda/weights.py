"""Weighted aliases: which weights are allowed, and which version an invocation gets.

User guide, "Lambda alias routing configuration": at most two versions, both published, with the same
execution role and the same dead-letter configuration. The choice is made anew for each invocation.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Alias, Function
from greenshift.twin.awslambda.names import LATEST, Place
from greenshift.twin.awslambda.versions import find_version


def check_routing(function: Function, version: str, weights: Mapping[str, float], place: Place) -> None:
    """Refuse an alias that AWS would refuse."""
    main = find_version(function, version, place)
    if not weights:
        return
    if len(weights) > 1:
        raise errors.invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    additional, weight = next(iter(weights.items()))
    if LATEST in (version, additional):
        raise errors.invalid("$LATEST is not supported for an alias pointing to more than 1 version")
    if additional == version:
        raise errors.invalid(
            f"Invalid function version {version}. "
            f"Function version {version} is already included in routing configuration."
        )
    if not 0.0 <= weight <= 1.0:
        raise errors.invalid(f"Weight {weight} of version {additional} must be between 0.0 and 1.0")
    other = find_version(function, additional, place)
    if main.configuration.role != other.configuration.role:
        raise errors.invalid("Both versions of a weighted alias must have the same execution role")
    if main.configuration.dead_letter_arn != other.configuration.dead_letter_arn:
        raise errors.invalid("Both versions of a weighted alias must have the same dead-letter configuration")


def choose_version(alias: Alias, random: Random) -> str:
    """The version one invocation runs: the additional one with its weight, else the main one."""
    for additional, weight in alias.weights.items():
        if random.random() < weight:
            return additional
    return alias.version
