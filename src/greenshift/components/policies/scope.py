"""Which functions a role of the stack reaches: each by name, or all names that start with the stack's base.

A managed policy holds 6,144 characters, so 200 functions cannot be listed. The prefix reaches further than
meant in one way that matters, the stack's own control functions; those are denied again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import Statement

# What no role may do to the stack's own functions, although their names match.
_OWN = (
    "lambda:DeleteFunction",
    "lambda:InvokeFunction",
    "lambda:PublishVersion",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
)


@dataclass(frozen=True)
class FunctionScope:
    functions: tuple[str, ...]
    """The functions, unqualified and with any qualifier."""
    versions: tuple[str, ...]
    """The same with a qualifier only: a version or an alias, never ``$LATEST`` by its bare name."""
    bare: tuple[str, ...]
    """The same without a qualifier."""
    roles: tuple[str, ...]
    """The roles the functions run as."""
    alarms: tuple[str, ...]
    denials: tuple[Statement, ...] = ()


def listed_functions(names: Names, arns: Arns, keys: Sequence[str]) -> FunctionScope:
    functions = [arns.function(names.function(key)) for key in sorted(keys)]
    versions = tuple(f"{arn}:*" for arn in functions)
    return FunctionScope(
        functions=(*functions, *versions),
        versions=versions,
        bare=tuple(functions),
        roles=tuple(arns.role(names.function_role(key)) for key in sorted(keys)),
        alarms=tuple(arns.alarm(names.alarm(key)) for key in sorted(keys)),
    )


def every_function(names: Names, arns: Arns) -> FunctionScope:
    prefix = arns.function(f"{names.base}-*")
    own = [arns.function(name) for name in (names.controller, names.recorder, names.first_image)]
    return FunctionScope(
        functions=(prefix,),
        versions=(f"{prefix}:*",),
        bare=(prefix,),
        roles=(arns.role(f"{names.base}-*"),),
        alarms=(arns.alarm(f"{names.base}-*-errors"),),
        denials=(
            Statement(
                sid="NotItself",
                effect="Deny",
                actions=[*_OWN],
                resources=[*own, *(f"{arn}:*" for arn in own)],
            ),
        ),
    )
