"""What the policy pack says of a program before anything of it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from greenshift.engine.deploying import Deployer, Result, Way
from greenshift.engine.events import Diagnostic, Event, StepDone, StepPlanned
from greenshift.engine.policy.policies import Inspection, PolicyError, Watch, judge
from greenshift.engine.policy.policy_pack import PackError, RunningPack, Violation
from greenshift.engine.state.record import Memory
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.steps.run import Run
from greenshift.engine.steps.stop import Interrupted, StopSignal
from greenshift.engine.steps.targets import Targets
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Inspector:
    """Looks at what one run would do, with previews that are not shown."""

    way: Way
    deployer: Deployer
    pack: RunningPack
    targets: Targets
    on_event: Callable[[Event], None]

    def preview(self, run: Run, snapshot: Snapshot) -> Result:
        """A preview that people see; a policy that refuses ends it."""
        inspection = Inspection(self.pack, on_unknown=self.deployer.get_ready)  # then it is not the last look
        result = self.deployer.deploy(run, snapshot, inspection, self.targets)
        judge(self._found(inspection, snapshot), run.reporter, "up would refuse this program")
        if inspection.refusal is not None:
            raise inspection.refusal
        return result

    def violations(self, run: Run, snapshot: Snapshot) -> list[Violation]:
        """All that the pack says, whatever its level."""
        inspection = Inspection(self.pack)
        self.deployer.deploy(run, snapshot, inspection, self.targets)
        return self._found(inspection, snapshot)

    def before(self, run: Run, snapshot: Snapshot) -> tuple[Watch, Result | None]:
        """What the policies say before a run: nothing is created when one of them refuses. With a result, the
        run would change nothing, not even the state: it was the run, and there is no need for another one.

        It foresees ids and ARNs. Should it fail for anything but a policy, such as a look at what is not
        there yet, what was foreseen may be the reason, and it is done again without.
        """
        try:
            return self._inspect(run, snapshot, StopSignal(), foresees=True)
        except (PolicyError, PackError, Interrupted):
            raise
        except EngineError:
            return self._inspect(run, snapshot, run.stop, foresees=False)

    def _inspect(
        self, run: Run, snapshot: Snapshot, stop: StopSignal, *, foresees: bool
    ) -> tuple[Watch, Result | None]:
        """What the program says in it is told only when it fails; else it will say it again."""
        unshown: list[Event] = []

        def notice(event: Event) -> None:
            unshown.append(event)
            if isinstance(event, StepPlanned) and event.step.op not in ("same", "read"):
                self.deployer.expect(event.step.type)

        reporter = self.way.reporter(notice)
        # What changes something will be run.
        ready = self.deployer.get_ready
        preview = Run(Memory(snapshot), reporter, stop, dry_run=True, foresees=foresees, on_change=ready)
        inspection = Inspection(self.pack)
        try:
            planned = self.deployer.deploy(preview, snapshot, inspection, self.targets)
            found = inspection.violations()
            if foresees and inspection.refusal is not None and not any(each.is_mandatory for each in found):
                raise inspection.refusal
            judge(found, preview.reporter, "nothing was created or changed", tell=run.reporter)
            if inspection.refusal is not None:
                raise inspection.refusal
        except EngineError as error:
            if foresees and not isinstance(error, PolicyError):
                raise
            for event in unshown:
                if isinstance(event, Diagnostic):
                    self.on_event(event)
            raise
        if not preview.would_change:
            self._repeat(unshown)
            return Watch(self.pack, {}), planned
        return Watch(self.pack, inspection.known(), frozenset(found)), None

    def _repeat(self, unshown: Iterable[Event]) -> None:
        """What a preview said, as the run it turned out to be."""
        for event in unshown:
            self.on_event(StepDone(event.step, 0.0) if isinstance(event, StepPlanned) else event)

    def _found(self, inspection: Inspection, snapshot: Snapshot) -> list[Violation]:
        """What a preview's policies say, and what they would say of values it does not know."""
        found = inspection.violations()
        if inspection.is_complete:
            return found
        told = {(item.policy, item.urn) for item in found}
        more = self._foreseen(snapshot)
        return [*found, *(item for item in more if (item.policy, item.urn) not in told)]

    def _foreseen(self, snapshot: Snapshot) -> list[Violation]:
        """What policies say once ids and ARNs are taken as they will be. Whatever else such a preview of its
        own trips over is not told: the program as it is was looked at already.
        """
        inspection = Inspection(self.pack)
        reporter = self.way.reporter(lambda event: None)
        quiet = Run(Memory(snapshot), reporter, StopSignal(), dry_run=True, foresees=True)
        try:
            self.deployer.deploy(quiet, snapshot, inspection, self.targets)
        except (PackError, Interrupted):
            raise
        except EngineError:
            return []
        return inspection.violations()
