"""A stack seen through its AWS APIs: the entry to everything in this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from greenshift.advice import LOCAL
from greenshift.contract.names import lambda_log_group
from greenshift.reading.executions import read_executions
from greenshift.reading.functions import Alias
from greenshift.reading.pipeline import Declaration
from greenshift.reading.settings import read_settings
from greenshift.view import builds, ledger, past, pipeline
from greenshift.view.alarms import read_alarms
from greenshift.view.aliases import read_aliases
from greenshift.view.functions import functions
from greenshift.view.ledger import Query
from greenshift.view.logs import BuildTail, GroupTail
from greenshift.view.look import look, traffic_of
from greenshift.view.metrics import Metrics, served_since, wanted_of
from greenshift.view.model import (
    AsideView,
    BuildView,
    ExecutionView,
    FunctionTraffic,
    FunctionView,
    LedgerPage,
    Progress,
    ReleaseView,
    Snapshot,
    Timeline,
)
from greenshift.view.moments import iso
from greenshift.view.outputs import FunctionOutputs, StackOutputs
from greenshift.view.pace import Pace
from greenshift.view.readers import PAGE, Clients, Readers
from greenshift.view.settings import SettingChange, changes_of
from greenshift.view.state import Approval
from greenshift.view.undone import marked

__all__ = ["Clients", "StackView"]


class StackView:
    """Reads one stack, and keeps what cannot change or need not be asked again. One caller at a time."""

    def __init__(
        self, outputs: StackOutputs, clients: Clients, pace: Pace | None = None, name: str = LOCAL
    ) -> None:
        """``name`` is what commands call the stack: advice to type one names it."""
        self.outputs = outputs
        self._name = name
        self._readers = Readers(outputs, clients, pace or Pace())

    # The whole stack

    def snapshot(self) -> Snapshot:
        """Everything now, in a few calls; see ``Pace`` for what comes over several looks."""
        return look(self._readers, self._name)

    def approvals(self) -> tuple[Approval, ...]:
        """Every question that waits for an answer, with the token that answers it."""
        return self._readers.pipeline.read().approvals

    @property
    def declaration(self) -> Declaration:
        """The pipeline as it is declared."""
        return self._readers.pipeline.declaration

    def connected_to(self) -> str:
        """What the host of the repository runs, as its connection says (GitHubEnterpriseServer); or empty."""
        return self._readers.connection.software(self.declaration.connection_arn)

    # One execution

    def progress(self, execution_id: str) -> Progress:
        """One execution now; the aliases read are those of the functions its release changes."""
        execution = self._readers.pipeline.progress(execution_id)
        release = ledger.release(self._client("dynamodb"), self.outputs.table, execution_id)
        return Progress(
            pipeline=self.outputs.pipeline,
            execution=execution_id,
            status=execution.status,
            commit=execution.commit,
            message=execution.message,
            stages=execution.stages,
            functions=self._moved(release, has_ended=execution.has_ended) if release else (),
            release=release,
        )

    def moved(self, release: ReleaseView) -> tuple[FunctionView, ...]:
        """The functions that a release changes, now; of many some in a look, and all once it has ended."""
        return self._moved(release, has_ended=release.has_ended)

    def _moved(self, release: ReleaseView, *, has_ended: bool) -> tuple[FunctionView, ...]:
        changed = {function.key for function in release.changed}
        wanted = [function for function in self.outputs.functions if function.key in changed]
        if not wanted:
            return ()
        aliases = self._followed(wanted, changed, has_ended=has_ended)
        return functions(wanted, aliases, read_alarms(self._client("cloudwatch"), wanted))

    def _followed(
        self, wanted: list[FunctionOutputs], changed: set[str], *, has_ended: bool
    ) -> dict[str, Alias | None]:
        """Some of the aliases in a look, and all of them in the last: that one is told as the end."""
        if has_ended:
            return read_aliases(self._client("lambda"), wanted, self._readers.pace.aliases_a_second)
        return self._readers.followed.read(wanted, changed)

    def executions(self, limit: int = 20) -> tuple[ExecutionView, ...]:
        """The latest executions, newest first, without their stages."""
        found = read_executions(self._client("codepipeline"), self.outputs.pipeline, limit)
        return tuple(pipeline.execution_view(each) for each in found)

    def latest_execution(self) -> str | None:
        """The newest execution's id; None when the pipeline never ran."""
        return next((execution.id for execution in self.executions(1)), None)

    def running_executions(self) -> dict[str, str]:
        """Executions under way, newest first: id -> commit, empty while Source has not read it yet."""
        return {each.id: each.commit for each in self.executions() if each.status == "InProgress"}

    # Functions and their traffic

    def live(self) -> tuple[FunctionView, ...]:
        """Every function's alias and alarm, all read now."""
        wanted = self.outputs.functions
        alarms = read_alarms(self._client("cloudwatch"), wanted)
        aliases = read_aliases(self._client("lambda"), wanted, self._readers.pace.aliases_a_second)
        return functions(wanted, aliases, alarms)

    def traffic(self, key: str, releases: Sequence[ReleaseView], lately: timedelta) -> FunctionTraffic:
        """What one function's alias served in the time until now, by version.

        KeyError when there is no such function. ``releases`` are the function's newest ones: they tell which
        versions served in that time.
        """
        function = self._function(key)
        alarms = read_alarms(self._client("cloudwatch"), [function])
        alias = read_aliases(self._client("lambda"), [function])[key]
        end = self._readers.time.ask_again()
        start = end - lately
        versions = served_since(iso(start), key, alias.versions if alias else (), releases)
        wanted = wanted_of(function, versions, alarms.get(function.alarm))
        return Metrics(self._client("cloudwatch"), 0).read([wanted], start, end, end)[0]

    def served(self, release: ReleaseView) -> tuple[FunctionTraffic, ...]:
        """What a release's functions served while it moved them; nothing when it moved none."""
        now = self._readers.time.ask_again()
        return traffic_of(self._readers, release, Metrics(self._client("cloudwatch"), 0), now)

    def settings_between(self, function: str, older: str, newer: str) -> tuple[SettingChange, ...] | None:
        """How two versions of a function, by its name, differ in settings; None when one is gone."""
        found = [read_settings(self._client("lambda"), function, each) for each in (older, newer)]
        before, after = found
        return changes_of(before, after) if before is not None and after is not None else None

    # The ledger

    def history(self, limit: int) -> list[ReleaseView]:
        """The latest releases, newest first."""
        found = ledger.releases(self._client("dynamodb"), self.outputs.table, self.outputs.pipeline, limit)
        return list(marked(list(found)))

    def ledger_page(self, start: str = "", limit: int = PAGE, query: Query | None = None) -> LedgerPage:
        """Releases newest first, from where the page before ended, filtered."""
        client, outputs, wanted = self._client("dynamodb"), self.outputs, query or Query()
        page = ledger.page(client, outputs.table, outputs.pipeline, limit, start, wanted)
        if not (start or wanted.function or wanted.status):  # all that came after them are among them
            return replace(page, releases=marked(page.releases))
        found = ledger.with_undone(client, outputs.table, outputs.pipeline, page.releases)
        return replace(page, releases=found)

    def page_after(self, release_id: str, query: Query | None = None) -> str:
        """Where the page after a release starts; the beginning when the ledger does not have it."""
        found = self.release(release_id)
        return ledger.after(found, self.outputs.pipeline, query) if found else ""

    def now(self) -> datetime:
        """The time by AWS's clock."""
        return self._readers.time.ask_again()

    def release(self, release_id: str) -> ReleaseView | None:
        """One release as it is now; None when the ledger does not have it."""
        return ledger.release(self._client("dynamodb"), self.outputs.table, release_id)

    def aside(self, id_: str) -> AsideView | None:
        """What became of an execution or a rollback of this id, when it was no release."""
        return ledger.aside(self._client("dynamodb"), self.outputs.table, id_)

    def find(self, start: str) -> list[str]:
        """The ids of executions and releases that begin so, newest first; ``latest`` is the newest of all.

        Where none does, those whose commit's id does.
        """
        executions = self.executions()
        if start == "latest":
            return self._latest([each.id for each in executions])
        found = [each.id for each in executions if each.id.startswith(start)]
        found = found or past.find(self._client("dynamodb"), self.outputs, start)
        return found or [each.id for each in executions if each.commit.startswith(start)]

    def _latest(self, executions: list[str]) -> list[str]:
        """The newest execution, or the newest release when that came without one: a rollback."""
        newest = self.ledger_page(limit=1).releases
        if newest and newest[0].mode == "rollback":
            return [newest[0].id]
        return executions[:1] or [row.id for row in newest]

    def timeline(self, release_id: str) -> Timeline:
        """One release in full, by its whole id."""
        return past.read_timeline(self._client, self.outputs, release_id, self._readers.time.ask_again(0))

    def execution(self, release_id: str) -> ExecutionView | None:
        """The execution of a release, with its stages; None when there is none."""
        return past.read_execution(self._client("codepipeline"), self.outputs.pipeline, release_id)

    # Logs

    def function_tail(self, key: str, since: datetime) -> GroupTail:
        """What one function prints; KeyError when there is no such function."""
        return self._tail(self._function(key).name, since)

    def controller_tail(self, since: datetime) -> GroupTail:
        """What the function prints that publishes and shifts."""
        return self._tail(self.declaration.controller, since)

    def builds(self, limit: int = 30) -> tuple[BuildView, ...]:
        """The pipeline's latest builds, newest first, without their reports; at most 100."""
        return builds.read_newest(self._client("codebuild"), self.declaration.build_project, limit)

    def build_tail(self, build_id: str) -> BuildTail:
        """What a build prints, from its first line."""
        return BuildTail(self._client("codebuild"), self._client("logs"), build_id)

    def _tail(self, function: str, since: datetime) -> GroupTail:
        return GroupTail(self._client("logs"), lambda_log_group(function), since)

    def build_log(self, build_id: str) -> list[str]:
        """Everything a build printed; empty when its log is gone."""
        try:
            return builds.log_lines(self._client("codebuild"), self._client("logs"), build_id)
        except ClientError:
            return []

    def _function(self, key: str) -> FunctionOutputs:
        return {function.key: function for function in self.outputs.functions}[key]

    def _client(self, service: str) -> Any:
        return self._readers.client(service)
