"""Runs a Pulumi (Python) program without the Pulumi CLI, by serving Pulumi's own gRPC protocol.

In:  a program, an endpoint URL, a state file.      Out: events while it works, and a result.

    engine -> host (the program's process) + monitor, console (gRPC) -> deployment (steps)
    deployment -> decide, diff, order, states (pure) + removal + provider (``aws/``) + statefile

It knows an endpoint and nothing of what serves it. On AWS the real Pulumi CLI does this job.
"""

from greenshift.engine.display import plan_line, progress_line, summary
from greenshift.engine.engine import Engine, Output, Result
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
from greenshift.engine.host import ProgramError
from greenshift.engine.program_spec import Program, Target
from greenshift.engine.statefile import StateFile

__all__ = [
    "Diagnostic",
    "Engine",
    "Event",
    "Output",
    "OutputsChanged",
    "Program",
    "ProgramError",
    "PropertyChange",
    "Result",
    "StateFile",
    "Step",
    "StepDone",
    "StepFailed",
    "StepPlanned",
    "StepStarted",
    "Target",
    "plan_line",
    "progress_line",
    "summary",
]
