"""The pipeline's variables: what whoever started an execution wanted to be known of its release.

`StartPipelineExecution` takes them, `GetPipelineExecution` tells them; an execution that a push started has
the defaults. A declared default cannot be empty [API reference: PipelineVariableDeclaration], so "-" says
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from greenshift.contract.rules import Mode, Moved, Rules

NOTHING = "-"
DEFAULTS: Mapping[str, str] = {
    "mode": Mode.NORMAL.value,
    "by": NOTHING,
    "why": NOTHING,
    "author": NOTHING,
    "aliasMoved": NOTHING,
    "again": NOTHING,
}


@dataclass(frozen=True)
class Wish:
    """One execution's variables. ``moved`` is absent when the rule of the deployment stands."""

    mode: Mode = Mode.NORMAL
    by: str = ""
    why: str = ""
    author: str = ""
    moved: Moved | None = None
    again: bool = False
    """Whether a commit is meant that was released before."""

    @property
    def is_special(self) -> bool:
        """Whether an ordinary release of the same commit is not what was asked for."""
        return self.mode is Mode.NOW or self.moved is not None

    def over(self, rules: Rules) -> Rules:
        """The rules of a release that was wished for like this."""
        wished = rules if self.moved is None else replace(rules, moved=self.moved)
        return wished.in_mode(self.mode)


def wish_of(variables: Mapping[str, str]) -> Wish:
    """A value nobody knows is as good as none: a pipeline's variables are anybody's to set."""
    told = {name: value for name, value in variables.items() if value != NOTHING}
    mode, moved = told.get("mode"), told.get("aliasMoved")
    return Wish(
        mode=Mode.NOW if mode == Mode.NOW else Mode.NORMAL,
        by=told.get("by", ""),
        why=told.get("why", ""),
        author=told.get("author", ""),
        moved=Moved(moved) if moved in set(Moved) else None,
        again=told.get("again") == "yes",
    )
