"""What was created or deleted, as a person reads it: of many resources the components they belong to. Pure.

A first ``up`` creates a hundred of them, a ``destroy`` deletes them, and nobody reads a hundred lines that
say the same. What changes, is replaced or fails is told one by one, elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from greenshift.contract.text import listed
from greenshift.engine import Step, StepDone, progress_line
from greenshift.engine.display import SIGNS, printed

_ONE_BY_ONE = 12
"""So many are told one by one."""
_NAMED = 4


def told(done: Sequence[StepDone]) -> list[str]:
    """Lines about steps of one kind; what lies below a component (or any other resource) is counted there."""
    if len(done) <= _ONE_BY_ONE:
        return [progress_line(each) for each in done]
    steps = [each.step for each in done]
    above = {_chain(step).rpartition("$")[0] for step in steps}
    heads = [step for step in steps if _chain(step) in above or "$" not in _chain(step)]
    parts = Counter(_chain(step).rpartition("$")[0] for step in steps if step not in heads)
    kinds = dict.fromkeys([*map(_chain, heads), *parts])
    sign = SIGNS[steps[0].op]
    return [_line(sign, kind, [s for s in heads if _chain(s) == kind], parts[kind]) for kind in kinds]


def _line(sign: str, kind: str, heads: Iterable[Step], parts: int) -> str:
    names = listed(sorted(step.name for step in heads), _NAMED)
    count = f"{parts} part{'' if parts == 1 else 's'}" if parts else ""
    what = f"{names} ({count})" if names and count else names or count
    return f"{sign}  {printed(kind.rpartition('$')[2]):<36} {what}"


def _chain(step: Step) -> str:
    """The types from the outermost component to its own: ``a:b:Pipeline$a:b:Ledger$aws:sns/topic:Topic``."""
    return step.urn.split("::", 3)[2]
