"""Preview, up, refresh and destroy: each opens the state, looks, and deploys or deletes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace

from greenshift.engine.deploying import Deployer, Result, Way
from greenshift.engine.events import Event
from greenshift.engine.importing import Imported, bring_in
from greenshift.engine.policy import policy_pack
from greenshift.engine.policy.inspector import Inspector
from greenshift.engine.policy.policies import Listing, NoPolicies, judge
from greenshift.engine.policy.policy_pack import PolicyPack, Violation
from greenshift.engine.program.callbacks import Callbacks
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.host import Waiting
from greenshift.engine.program.program_spec import Program, Target
from greenshift.engine.properties.values import Properties
from greenshift.engine.provider import Provider
from greenshift.engine.refresh import refresh as look
from greenshift.engine.state.journal import Journal
from greenshift.engine.state.outputs import Output, read_outputs
from greenshift.engine.state.record import Memory, Record
from greenshift.engine.state.recovery import recover
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.statefile import StateFile
from greenshift.engine.steps.deployment import Deployment
from greenshift.engine.steps.hooks import Hooks
from greenshift.engine.steps.run import Run
from greenshift.engine.steps.stop import StopSignal, interrupted, interruptible
from greenshift.engine.steps.targets import Targets


class Engine:
    """Runs one program against one target. One run at a time."""

    def __init__(
        self,
        program: Program,
        target: Target,
        state: StateFile,
        on_event: Callable[[Event], None],
        passphrase: str,
        *,
        provider: Provider | None = None,
        pack: PolicyPack | None = None,
        stand_ins: bool = False,
        spare: Waiting | None = None,
    ) -> None:
        """``stand_ins``: what the twin does not have is kept in the state and told, instead of refused.

        ``spare``: a process that waits for a program, for the first `preview` or `up`.
        """
        self._way = Way(program, target, state, passphrase, provider, stand_ins)
        self._deployer = Deployer(self._way, spare)
        self._on_event = on_event
        self._pack = pack
        self._stop = StopSignal()

    def preview(self, targets: Targets | None = None, *, refresh: bool = False) -> Result:
        """What ``up`` would do. Nothing is created, changed or written."""
        targets = targets or Targets()
        snapshot = self.snapshot()
        run = self._new_run(Memory(snapshot), dry_run=True)
        recover(snapshot, run.record, self._way.providers(snapshot))
        self._prepare(run, snapshot, refresh=refresh)
        with self._inspector(targets, dry_run=True) as inspector, closing(self._deployer):
            if inspector is None:
                return self._deployer.deploy(run, snapshot, NoPolicies(), targets)
            return inspector.preview(run, snapshot)

    def judged(self) -> tuple[Violation, ...]:
        """What the pack says of the program, whatever its level; nothing is created, changed or written.

        A resource the engine does not make is judged like every other.
        """
        snapshot = self.snapshot()
        self._stop = StopSignal()
        run = Run(Memory(snapshot), self._way.reporter(lambda event: None), self._stop, dry_run=True)
        with self._inspector(Targets(), dry_run=True) as inspector, closing(self._deployer):
            found = inspector.violations(run, snapshot) if inspector else []
        return tuple(replace(item, message=run.reporter.clean(item.message)) for item in found)

    def up(self, targets: Targets | None = None, *, refresh: bool = False) -> Result:
        """Bring everything to what the program says, unless a mandatory policy refuses it as a whole."""
        targets = targets or Targets()
        with (
            self._inspector(targets, dry_run=False) as inspector,
            self.editing() as journal,
            closing(self._deployer),
        ):
            snapshot = journal.snapshot
            run = self._new_run(journal, dry_run=False)
            recover(snapshot, journal, self._way.providers(snapshot))
            self._prepare(run, snapshot, refresh=refresh)
            if inspector is None:
                return self._deployer.deploy(run, snapshot, NoPolicies(), targets)
            watch, planned = inspector.before(run, snapshot)
            if planned is not None:
                return planned
            result = self._deployer.deploy(run, snapshot, watch, targets)
            judge(watch.violations(), run.reporter, "everything was created before they could be seen")
            return result

    def refresh(self, targets: Targets | None = None, *, dry_run: bool = False) -> Result:
        """Bring the state to what is there, without a change of anything else."""
        began = time.monotonic()
        targets = targets or Targets()
        with self.editing() as journal:
            record = Memory(journal.snapshot) if dry_run else journal
            run = self._new_run(record, dry_run)
            providers = self._way.providers(journal.snapshot)
            recover(journal.snapshot, record, providers)
            targets.refuse_unmatched(journal.snapshot.resources)
            with interruptible(run.stop):
                look(run, journal.snapshot, providers, targets)
            return Result({}, run.reporter.counts, run.reporter.steps, time.monotonic() - began)

    def bring_in(self, type_: str, name: str, id_: str) -> Imported:
        """Take a resource that exists into the state (``importing``)."""
        program = self._way.program
        with self.editing() as journal:
            root = f"urn:pulumi:{program.stack}::{program.project}"
            return bring_in(journal, self._way.providers(journal.snapshot), root, type_, name, id_)

    def editing(self) -> AbstractContextManager[Journal]:
        """The state, opened to be changed: by a run, or by hand (``edit``)."""
        return self._way.state.opened(self._way.target.instance, self._way.passphrase)

    def snapshot(self) -> Snapshot:
        """The state as it is now."""
        return self._way.state.read(self._way.target.instance, self._way.passphrase)

    def planned(self) -> tuple[tuple[Goal, Properties], ...]:
        """Every resource that an ``up`` would leave, each with its inputs. No policy is asked."""
        snapshot = self.snapshot()
        run = self._new_run(Memory(snapshot), dry_run=True)
        recover(snapshot, run.record, self._way.providers(snapshot))
        listing = Listing()
        with closing(self._deployer):
            self._deployer.deploy(run, snapshot, listing, Targets())
        return tuple(listing.wanted)

    def destroy(self) -> Result:
        """Delete everything in the state. Refuses before deleting anything when a resource is protected."""
        began = time.monotonic()
        with self.editing() as journal:
            run = self._new_run(journal, dry_run=False)
            providers = self._way.providers(journal.snapshot)
            recover(journal.snapshot, journal, providers)
            with interruptible(run.stop), closing(Callbacks()) as callbacks:
                hooks = Hooks(callbacks, run.reporter, dry_run=False)
                Deployment(run, journal.snapshot, providers, hooks).delete_leftovers()
            return Result({}, run.reporter.counts, run.reporter.steps, time.monotonic() - began)

    def outputs(self) -> Mapping[str, Output]:
        """The stack's outputs as the last ``up`` left them, from the state alone."""
        return read_outputs(self._way.state, self._way.target.instance, self._way.passphrase)

    def cancel(self) -> None:
        """Finish the calls in flight and end the run, from another thread."""
        self._stop.set(interrupted())
        self._deployer.cancel()

    def _new_run(self, record: Record, dry_run: bool) -> Run:
        self._stop = StopSignal()
        return Run(record, self._way.reporter(self._on_event), self._stop, dry_run)

    def _prepare(self, run: Run, snapshot: Snapshot, *, refresh: bool) -> None:
        """The look at what is there, before the program runs; of a preview it stays in memory."""
        if refresh:
            quiet = Run(run.record, self._way.reporter(lambda event: None), run.stop, dry_run=False)
            with interruptible(run.stop):
                look(quiet, snapshot, self._way.providers(snapshot), Targets())

    @contextmanager
    def _inspector(self, targets: Targets, *, dry_run: bool) -> Iterator[Inspector | None]:
        """Who asks the policy pack, in its process, when there is a pack."""
        if self._pack is None:
            yield None
            return
        way = self._way
        with policy_pack.running(self._pack, way.program, dry_run, way.passphrase) as pack:
            yield Inspector(way, self._deployer, pack, targets, self._on_event)
