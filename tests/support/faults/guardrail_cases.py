"""Resources as a rule sees them, in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenshift.guardrails import Inputs, Resource, Stack

AWS = "arn:aws:iam::aws:policy"


def resource(
    type_: str,
    name: str = "it",
    inputs: Mapping[str, object] | None = None,
    *,
    stack: str = "prod",
    parents: str = "",
    is_protected: bool = False,
    depends_on: Sequence[Resource] = (),
    comes_from: Mapping[str, Resource] | None = None,
) -> Resource:
    chain = f"{parents}${type_}" if parents else type_
    return Resource(
        type_,
        name,
        f"urn:pulumi:{stack}::shop::{chain}::{name}",
        Inputs(inputs or {}),  # type: ignore[arg-type]  # literals of the tests
        is_protected=is_protected,
        dependencies=tuple(item.urn for item in depends_on),
        property_dependencies={key: (item.urn,) for key, item in (comes_from or {}).items()},
    )


def stack_of(*resources: Resource) -> Stack:
    return Stack(tuple(resources))
