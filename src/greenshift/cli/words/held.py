"""How much a twin holds. Two countings exist, and each says which it is. Pure.

``up`` counts what a program declares, so also what AWS has as a part of something else: a permission, an
attached policy, a bucket's rules. AWS lists by name only what stands on its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.cli.words.spoken import count


def stacks(resources: Mapping[str, int]) -> str:
    """``stack local (97 resources)``: of each stack as many as ``up`` counts; "" of none."""
    return ", ".join(f"stack {name} ({count(number, 'resource')})" for name, number in resources.items())


def as_aws_lists(resources: Mapping[str, int]) -> str:
    """``52 resources of 12 services, as AWS lists them``, from how many each service lists."""
    total = count(sum(resources.values()), "resource")
    return f"{total} of {count(len(resources), 'service')}, as AWS lists them"
