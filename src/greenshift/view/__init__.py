"""One read model of a stack: pipeline, the release in flight, traffic, alarms, ledger, what needs a person.

Comes in: a stack's outputs and boto3 clients, whatever their endpoint. Goes out: frozen values that the
CLI, ``--json`` and the page render. Nothing here changes anything, and nothing here knows of the twin.

    view = StackView(outputs, clients)
    view.snapshot()          the whole stack; call it again and again, it reads what may have changed
    view.progress(id)        one execution, as ``greenshift release`` follows it
    view.ledger_page(...)    the ledger, page by page
"""

from greenshift.view.hours import AWS, Hours
from greenshift.view.ledger import Query
from greenshift.view.model import (
    ActionView,
    AlarmView,
    Attention,
    BuildView,
    ExecutionView,
    FailedTest,
    FunctionRelease,
    FunctionTraffic,
    FunctionView,
    HookView,
    LedgerPage,
    Moment,
    PipelineView,
    PlannedStep,
    Progress,
    ReleaseView,
    ReportView,
    Retried,
    ShiftView,
    Snapshot,
    SourceTraffic,
    StageView,
    Timeline,
    TrafficPoint,
    Transition,
    VersionCounts,
    VersionTraffic,
    plain,
)
from greenshift.view.outputs import FunctionOutputs, StackOutputs
from greenshift.view.pace import EAGER, Pace
from greenshift.view.settings import SettingChange
from greenshift.view.stack import StackView
from greenshift.view.state import Approval

__all__ = [
    "AWS",
    "EAGER",
    "ActionView",
    "AlarmView",
    "Approval",
    "Attention",
    "BuildView",
    "ExecutionView",
    "FailedTest",
    "FunctionOutputs",
    "FunctionRelease",
    "FunctionTraffic",
    "FunctionView",
    "HookView",
    "Hours",
    "LedgerPage",
    "Moment",
    "Pace",
    "PipelineView",
    "PlannedStep",
    "Progress",
    "Query",
    "ReleaseView",
    "ReportView",
    "Retried",
    "SettingChange",
    "ShiftView",
    "Snapshot",
    "SourceTraffic",
    "StackOutputs",
    "StackView",
    "StageView",
    "Timeline",
    "TrafficPoint",
    "Transition",
    "VersionCounts",
    "VersionTraffic",
    "plain",
]
