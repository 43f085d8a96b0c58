"""Publish: from a build artifact to new, smoke-tested versions that get no traffic yet.

Everything that can be refused is refused before anything is published. After that each function is done on
its own and remembered when done, so that an invocation that runs out of time is continued by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

from greenshift.contract.clock import Clock
from greenshift.contract.release import Lease, Release, ReleasedFunction
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed
from greenshift.release.comparison.inspection import Inspector
from greenshift.release.entrance import Entrance
from greenshift.release.errors import Refusal, ReleaseError, StaleRelease, describe, is_transient
from greenshift.release.job import Job, Token
from greenshift.release.notices.report import JobReport, Verdict, report_of, report_of_aside
from greenshift.release.package.artifact import BuildArtifact, PackageStore
from greenshift.release.package.manifest import Package, refuse_strangers
from greenshift.release.record.asides import Aside
from greenshift.release.record.asked import as_asked
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.retention import OURS
from greenshift.release.services.functions import Functions
from greenshift.release.services.pipeline import Pipeline
from greenshift.release.services.pool import WORKERS, in_batches, in_parallel
from greenshift.release.services.smoke import event_of, verdict
from greenshift.release.shift import LEASE_SECONDS, Remaining
from greenshift.release.survey import Survey, changes, refuse_problems, survey
from greenshift.release.targets import Target, Targets
from greenshift.release.variables import Wish, wish_of

# Publishing one function takes seconds; a smoke test may take a function's whole time-out.
_TIME_FOR_ONE = 120.0
# An invocation that is killed reports nothing, so the row counts those that got nowhere.
_ATTEMPTS = 12
# A Publish that failed before any traffic moved may be retried by CodePipeline ("Retry stage").
_UNTOUCHED = frozenset({State.UNCHANGED, State.PUBLISHED})

Fetch = Callable[[], AbstractContextManager[BuildArtifact]]


class Publisher:
    """Carries out one Publish job."""

    def __init__(
        self,
        targets: Targets,
        ledger: Ledger,
        pipeline: Pipeline,
        functions: Functions,
        inspector: Inspector,
        store: PackageStore,
        clock: Clock,
        owner: str,
        remaining: Remaining,
        make_way: Callable[[Release], None],
        entrance: Entrance,
    ) -> None:
        """``make_way`` is called for each release that is published, perhaps twice."""
        self._targets = targets
        self._ledger = ledger
        self._pipeline = pipeline
        self._functions = functions
        self._inspector = inspector
        self._store = store
        self._clock = clock
        self._owner = owner
        self._remaining = remaining
        self._make_way = make_way
        self._entrance = entrance

    def publish(self, job: Job, fetch: Fetch) -> JobReport:
        report = self._publish(job, fetch)
        # Only an open question holds up a release that others give way to.
        if self._targets.approves_waves and report.verdict is Verdict.SUCCEEDED:
            release = self._ledger.release(job.release_id)
            if release is not None and release.status is Status.PUBLISHED:
                self._make_way(release)
        return report

    def _publish(self, job: Job, fetch: Fetch) -> JobReport:
        release = self._open(job)
        if isinstance(release, Aside):
            return report_of_aside(
                release, is_asked=self._targets.approves_shift or self._targets.approves_waves
            )
        if release.status is not Status.PUBLISHING:
            return _report(release)
        if release.attempts >= _ATTEMPTS:
            return _report(self._fail(release.id, f"publishing was interrupted {_ATTEMPTS} times in a row"))
        trying = replace(release, attempts=release.attempts + 1)
        held = self._ledger.acquire(trying, self._owner, self._clock.now(), LEASE_SECONDS)
        if held is None:
            return _continue("another invocation is publishing")
        if held.abort is not None:
            return _report(self._fail(held.id, held.abort))
        try:
            with fetch() as artifact:
                return self._publish_all(held, artifact)
        except Exception as error:
            # A lost write is no reason to fail: somebody took over, or asked for an abort. Look again.
            if is_transient(error) or isinstance(error, StaleRelease):
                self._let_go(release.id)
                raise
            return _report(self._fail(release.id, describe(error)))

    def _open(self, job: Job) -> Release | Aside:
        """This execution's release: begun now, or gone on with, or begun again by a retry of the stage; or
        why there is none.
        """
        release = self._ledger.release(job.release_id)
        if release is None:
            begun, wish = self._begin(job)
            return self._entrance.turned_away(begun, wish) or self._ledger.create(begun)
        if not _may_reopen(release, job):
            return release
        blank = replace(release, functions=(), findings=(), reason=None, abort=None, alarm=None)
        again = replace(blank, attempts=0, job=job.id)
        return self._ledger.save(
            release, again.moved_to(Status.PUBLISHING, self._clock.now(), "publish retried")
        )

    def _begin(self, job: Job) -> tuple[Release, Wish]:
        now = self._clock.now()
        execution = self._pipeline.execution(job.release_id)
        wish = wish_of(execution.variables if execution else {})
        begun = Release(
            id=job.release_id,
            pipeline=self._targets.pipeline,
            status=Status.PUBLISHING,
            started_at=now,
            since=now,
            rules=wish.over(self._targets.rules),
            job=job.id,
        )
        return as_asked(begun, execution, wish).noting(now, "publishing began"), wish

    def _publish_all(self, release: Release, artifact: BuildArtifact) -> JobReport:
        manifest = artifact.manifest()
        refuse_strangers(manifest, self._targets.functions)
        todo = [item for item in manifest.packages if release.function(item.function) is None]
        surveys = survey(self._ledger, self._functions, self._targets, todo)
        refuse_problems(manifest, artifact, surveys)
        safety = self._inspector.look(changes(todo, surveys), at_once=release.mode is not Mode.NORMAL)
        if (told := safety.told_in(release, self._clock.now())) != release:
            release = self._save(release, told)
        safety.refuse()
        publish_one = partial(self._publish_one, release.id, artifact, surveys, safety.snapshots)
        for turn, batch in enumerate(in_batches(todo, WORKERS)):
            # One batch at least, or a short time-out would come again for ever.
            if turn and self._remaining() < _TIME_FOR_ONE:
                self._let_go(release.id)
                return _continue(f"published {len(release.functions)} of {len(manifest.packages)} functions")
            done = in_parallel(publish_one, batch)
            release = self._save(release, release.with_functions(done))
        return _report(self._finish(release))

    def _publish_one(
        self,
        release_id: str,
        artifact: BuildArtifact,
        surveys: Mapping[str, Survey],
        snapshots: Mapping[str, str],
        package: Package,
    ) -> ReleasedFunction:
        target, before = self._targets.functions[package.function], surveys[package.function]
        live = version = before.alias.version
        if not before.is_up_to_date(package):
            self._update_code(target, package, artifact, before)
            description = f"{OURS}{release_id}"
            version = self._functions.publish_version(target.name, package.code_sha256, description)
        state = State.UNCHANGED if version == live else State.PUBLISHED
        if state is State.PUBLISHED:
            self._smoke(target, version)
        snapshot = snapshots.get(target.key)
        return ReleasedFunction(
            target.key,
            target.name,
            live,
            version,
            state,
            wave=target.wave,
            snapshot=snapshot,
            is_first=before.is_first,
        )

    def _update_code(self, target: Target, package: Package, artifact: BuildArtifact, before: Survey) -> None:
        if before.latest.code_sha256 == package.code_sha256:
            return
        if package.image_uri:
            self._functions.update_image(target.name, package.image_uri)
            return
        with artifact.package(package) as path:
            key = self._store.put(package, path)
        self._functions.update_code(target.name, self._store.bucket, key)

    def _smoke(self, target: Target, version: str) -> None:
        if not target.smoke.enabled:
            return
        invocation = self._functions.invoke(target.name, version, event_of(target.smoke))
        if (why := verdict(target.smoke, invocation)) is not None:
            raise ReleaseError(f"{target.key}: version {version} did not pass its smoke test: {why}")

    def _finish(self, release: Release) -> Release:
        changed = [item.key for item in release.changed]
        cause = f"published {listed(changed)}" if changed else "nothing changed"
        return self._save(release, release.moved_to(Status.PUBLISHED, self._clock.now(), cause), keep=False)

    def _save(self, old: Release, new: Release, *, keep: bool = True) -> Release:
        until = self._clock.now() + timedelta(seconds=LEASE_SECONDS)
        lease = Lease(self._owner, until) if keep else None
        return self._ledger.save(old, replace(new, attempts=0, lease=lease))

    def _fail(self, release_id: str, reason: str) -> Release:
        """End the release as it is written now: no alias was moved, whatever was published stays without
        traffic.
        """
        current = self._ledger.release(release_id)
        if current is None or current.is_ended:
            raise Refusal(reason)
        failed = current.moved_to(Status.FAILED, self._clock.now(), reason)
        return self._ledger.save(current, replace(failed, reason=reason, lease=None))

    def _let_go(self, release_id: str) -> None:
        current = self._ledger.release(release_id)
        if current is not None and current.lease is not None and current.lease.owner == self._owner:
            self._ledger.save(current, replace(current, lease=None))


def _may_reopen(release: Release, job: Job) -> bool:
    """A first invocation with another job id is a person's retry; the same id is a duplicate delivery."""
    is_retry = job.token is None and job.id != release.job
    is_untouched = all(item.state in _UNTOUCHED for item in release.functions)
    return release.status is Status.FAILED and is_retry and is_untouched


def _continue(summary: str) -> JobReport:
    return JobReport(Verdict.CONTINUE, summary, token=Token().text())


def _report(release: Release) -> JobReport:
    """A Publish that is over; what came after it is Shift's to report, except a failure."""
    if release.status is Status.FAILED:
        return report_of(release, None, Token())
    changed = [f"{item.key} {item.from_version} -> {item.to_version}" for item in release.changed]
    unchanged = len(release.functions) - len(changed)
    told = f"published {listed(changed, 20)}" if changed else "nothing changed"
    return JobReport(
        Verdict.SUCCEEDED, told + (f"; {unchanged} unchanged" if changed and unchanged else ""), 100
    )
