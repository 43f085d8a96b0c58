"""What was read of a stack, at one moment, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from greenshift.contract.working_copy import WorkingCopy
from greenshift.reading.alarms import Alarm
from greenshift.reading.connections import Connection
from greenshift.reading.executions import Execution
from greenshift.reading.functions import Alias
from greenshift.view import FunctionOutputs, Progress, ReleaseView


@dataclass(frozen=True)
class AliasFacts:
    """A function's alias; None when it does not exist, and then it points to no version."""

    function: FunctionOutputs
    alias: Alias | None = None
    is_held: bool = False
    """Whether the developer's process is there that put a working copy on it."""

    @property
    def copy(self) -> WorkingCopy | None:
        return WorkingCopy.parse(self.alias.description) if self.alias else None

    @property
    def version(self) -> str:
        return self.alias.version if self.alias else ""

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        return self.alias.weights if self.alias else ()

    @property
    def revision(self) -> str:
        return self.alias.revision if self.alias else ""


@dataclass(frozen=True)
class VersionFacts:
    """One published version of a function, and who sends it traffic."""

    function: FunctionOutputs
    version: str
    release: str = ""
    """The release that published it; empty when the deployment or a person did."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeploymentFacts:
    """A CodeDeploy deployment of the stack's application that has not ended."""

    id: str
    group: str
    status: str
    created: datetime
    release: str = ""
    """The release its description names; empty when a person, or CodeDeploy itself, made it."""
    is_rollback: bool = False
    """Whether it is CodeDeploy's own way back from another deployment."""
    shift: timedelta = timedelta(0)
    """From the first move of traffic to the last, as its configuration says."""
    hook: str = ""
    """The lifecycle hook it waits for; empty when it waits for none."""
    hook_since: datetime | None = None


@dataclass(frozen=True)
class AlarmFacts:
    """A function's alarm; None when it does not exist."""

    function: FunctionOutputs
    alarm: Alarm | None = None


@dataclass(frozen=True)
class StackFacts:
    """``releases`` newest first; ``running`` are the ids of executions that have not ended.

    ``executions`` are the newest ones, ``unrecorded`` the ids of those that the ledger has no row of.
    """

    now: datetime
    pipeline: str
    polls: bool
    connection: Connection | None
    newest: Progress | None
    running: frozenset[str]
    releases: tuple[ReleaseView, ...]
    aliases: tuple[AliasFacts, ...]
    alarms: tuple[AlarmFacts, ...]
    versions: tuple[VersionFacts, ...] = ()
    deployments: tuple[DeploymentFacts, ...] = ()
    executions: tuple[Execution, ...] = ()
    unrecorded: frozenset[str] = frozenset()
    is_local: bool = False
    """Whether the stack is a twin's, which has no console."""

    @property
    def is_releasing(self) -> bool:
        """Aliases are split and alarms re-pointed while a release is under way: then that is no fault."""
        return bool(self.running)

    def alias_of(self, key: str) -> AliasFacts | None:
        return next((alias for alias in self.aliases if alias.function.key == key), None)

    def release(self, release_id: str) -> ReleaseView | None:
        return next((release for release in self.releases if release.id == release_id), None)

    def execution(self, execution_id: str) -> Execution | None:
        return next((execution for execution in self.executions if execution.id == execution_id), None)

    def versions_of(self, key: str) -> tuple[VersionFacts, ...]:
        """Oldest first."""
        found = (version for version in self.versions if version.function.key == key)
        return tuple(sorted(found, key=lambda each: int(each.version)))
