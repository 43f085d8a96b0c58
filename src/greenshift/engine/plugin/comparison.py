"""What a change of inputs means for a resource that exists: an update, or a replacement. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.engine.events import PropertyChange
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import Properties
from greenshift.engine.provider import TypeSpec
from greenshift.engine.steps.decide import has_same_identity
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Comparison:
    """``delete_first``: the old and the new one cannot exist at the same time.

    It is said of an update, too: what a program's options make a replacement of it, is one as well.
    """

    changes: tuple[PropertyChange, ...] = ()
    properties: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_first: bool = False


def compare(spec: TypeSpec, old: Properties, new: Properties, *, named_by_us: bool) -> Comparison:
    """``named_by_us``: the physical name was generated, so a replacement may get another one."""
    changed = frozenset(diff.changed_keys(old, new))
    if not changed:
        return Comparison()
    replaces = changed & spec.replacing(new)
    unknown = changed - spec.replace - spec.update
    unsupported = sorted(unknown & spec.properties if spec.is_open else unknown)
    if unsupported and not replaces:
        raise EngineError(
            f"changing {', '.join(unsupported)} is not supported",
            hint="replace it, for example with: pulumi up --replace URN",
        )
    return Comparison(
        changes=diff.changes(old, new, replaces),
        properties=tuple(sorted(changed)),
        replaces=tuple(sorted(replaces)),
        delete_first=not named_by_us and has_same_identity(old, new, spec),
    )
