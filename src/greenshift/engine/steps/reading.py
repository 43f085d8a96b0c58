"""Resources that exist already: looked at for the program (``get``), or taken over by it (``import_``)."""

from __future__ import annotations

from dataclasses import replace

from greenshift.engine.events import Step
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import Properties, has_unknown
from greenshift.engine.provider import Found, Observed
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.states import next_state
from greenshift.engine.steps.providers import Providers
from greenshift.engine.steps.run import Run
from greenshift.errors import EngineError


class Reading:
    """The looking half of a run."""

    def __init__(self, run: Run, providers: Providers) -> None:
        self._run = run
        self._providers = providers

    def read(self, goal: Goal, id_: str, old: ResourceState | None, reference: str) -> ResourceState:
        """A step ``read``: the resource with this id, as it is now."""
        step = Step(goal.urn, goal.type, goal.name, "read")
        observed = self._observe(goal, id_, reference)
        found = Found(observed.id, observed.outputs)
        state = replace(next_state(goal, goal.inputs, found, reference), external=True)
        self._run.settle(step, state, old)
        return state

    def adopt(self, goal: Goal, reference: str) -> ResourceState:
        """The state of a resource to be taken over, refused where the program wants it otherwise."""
        observed = self._observe(goal, goal.options.import_id, reference)
        ignored = goal.options.ignore_changes
        wanted = diff.ignored(observed.inputs, goal.inputs, ignored)
        provider = self._providers.of(reference)
        checked = provider.check(goal.type, goal.urn, wanted, observed.inputs)
        shared = provider.spec(goal.type).shared
        said = {key: value for key, value in observed.inputs.items() if key in checked or key not in shared}
        self._refuse_difference(goal, said, checked)
        return next_state(goal, checked, Found(observed.id, observed.outputs), reference)

    def adopted(self, state: ResourceState) -> None:
        """A step ``import``: it is the program's from now on."""
        self._run.settle(Step(state.urn, state.type, state.name, "import"), state, None)

    def _observe(self, goal: Goal, id_: str, reference: str) -> Observed:
        observed = self._providers.of(reference).observe(goal.type, id_)
        if observed is None:
            raise EngineError(
                f"{goal.name} ({goal.type}): there is no resource with the id {id_}",
                hint="the id is the one the AWS provider has for it, often its name or ARN",
            )
        return observed

    @staticmethod
    def _refuse_difference(goal: Goal, there: Properties, wanted: Properties) -> None:
        if any(has_unknown(value) for value in wanted.values()):
            return
        differences = diff.changes(there, wanted)
        if differences:
            told = ", ".join(f"{each.path} ({each.before or 'nothing'} there)" for each in differences)
            raise EngineError(
                f"{goal.name} ({goal.type}): inputs to import do not match the existing resource: {told}",
                hint="give it the values that are there, or name them in ignore_changes; change them later",
            )
