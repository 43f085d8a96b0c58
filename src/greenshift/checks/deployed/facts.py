"""What was read of a stack, at one moment, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from greenshift.view import FunctionOutputs, Progress, ReleaseView


@dataclass(frozen=True)
class ConnectionFacts:
    """The connection the pipeline reads its source with; ``status`` is empty when it does not exist."""

    arn: str
    name: str = ""
    provider: str = ""
    status: str = ""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


@dataclass(frozen=True)
class AliasFacts:
    """``version`` is empty when the alias does not exist; ``weights`` are versions besides it -> percent."""

    function: FunctionOutputs
    version: str = ""
    weights: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class AlarmFacts:
    """``state`` is empty when the alarm does not exist; ``watched`` is the version it looks at, if one."""

    function: FunctionOutputs
    state: str = ""
    reason: str = ""
    since: datetime | None = None
    watched: str = ""


@dataclass(frozen=True)
class StackFacts:
    """``releases`` newest first; ``running`` are the ids of executions that have not ended."""

    now: datetime
    pipeline: str
    polls: bool
    connection: ConnectionFacts | None
    newest: Progress | None
    running: frozenset[str]
    releases: tuple[ReleaseView, ...]
    aliases: tuple[AliasFacts, ...]
    alarms: tuple[AlarmFacts, ...]

    @property
    def is_releasing(self) -> bool:
        """Aliases are split and alarms re-pointed while a release is under way: then that is no fault."""
        return bool(self.running)

    def alias_of(self, key: str) -> AliasFacts | None:
        return next((alias for alias in self.aliases if alias.function.key == key), None)
