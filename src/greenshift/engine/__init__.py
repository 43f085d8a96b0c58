"""Runs a Pulumi (Python) program without the Pulumi CLI, by serving Pulumi's own gRPC protocol.

In:  a program, an endpoint URL, a state file.      Out: events while it works, and a result.

    engine -> deploying -> program/ (its process, gRPC in and out) -> steps/deployment
    steps/ deployment -> decide, order (pure), change, removal -> provider (``aws/``, ``local/``)
    state/ statefile -> document (the checkpoint), journal (the lines since), snapshot
    policy/ inspector -> policy_pack (the pack's process) + policies (what it may say, and when)

It knows an endpoint and nothing of what serves it. On AWS the real Pulumi CLI does this job. The names are
loaded when first used: the program's own process needs one small module of this package, and starts twice.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenshift.engine.deploying import Result
    from greenshift.engine.display import plan_line, progress_line, summary
    from greenshift.engine.engine import Engine
    from greenshift.engine.events import (
        Diagnostic,
        Event,
        OutputsChanged,
        PropertyChange,
        Step,
        StepDone,
        StepFailed,
        StepPlanned,
        StepStarted,
    )
    from greenshift.engine.policy.policies import PolicyError
    from greenshift.engine.policy.policy_pack import PolicyPack, Violation
    from greenshift.engine.program.host import ProgramError
    from greenshift.engine.program.program_spec import Program, Target
    from greenshift.engine.state.outputs import Output, read_outputs
    from greenshift.engine.state.statefile import StateFile
    from greenshift.engine.steps.targets import Scope, Targets

__all__ = [
    "Diagnostic",
    "Engine",
    "Event",
    "Output",
    "OutputsChanged",
    "PolicyError",
    "PolicyPack",
    "Program",
    "ProgramError",
    "PropertyChange",
    "Result",
    "Scope",
    "StateFile",
    "Step",
    "StepDone",
    "StepFailed",
    "StepPlanned",
    "StepStarted",
    "Target",
    "Targets",
    "Violation",
    "plan_line",
    "progress_line",
    "read_outputs",
    "summary",
]

_HOMES = {
    "deploying": ("Result",),
    "display": ("plan_line", "progress_line", "summary"),
    "engine": ("Engine",),
    "events": (
        "Diagnostic",
        "Event",
        "OutputsChanged",
        "PropertyChange",
        "Step",
        "StepDone",
        "StepFailed",
        "StepPlanned",
        "StepStarted",
    ),
    "program.host": ("ProgramError",),
    "state.outputs": ("Output", "read_outputs"),
    "policy.policies": ("PolicyError",),
    "policy.policy_pack": ("PolicyPack", "Violation"),
    "program.program_spec": ("Program", "Target"),
    "state.statefile": ("StateFile",),
    "steps.targets": ("Scope", "Targets"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
