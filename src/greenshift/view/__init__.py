"""One read model of a stack: pipeline, the release in flight, traffic, alarms, ledger.

Comes in: a stack's outputs and boto3 clients, whatever their endpoint. Goes out: frozen values that the
CLI, ``--json`` and the page render. Nothing here changes anything, and nothing here knows of the twin.
"""

from greenshift.view.model import (
    ActionView,
    FunctionRelease,
    FunctionView,
    ReleaseView,
    Snapshot,
    StageView,
    Transition,
)
from greenshift.view.outputs import FunctionOutputs, StackOutputs
from greenshift.view.stack import StackView

__all__ = [
    "ActionView",
    "FunctionOutputs",
    "FunctionRelease",
    "FunctionView",
    "ReleaseView",
    "Snapshot",
    "StackOutputs",
    "StackView",
    "StageView",
    "Transition",
]
