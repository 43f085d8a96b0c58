"""What a person may want to know of a stack, as frozen values; one file a noun.

Shares are percent of traffic, times ISO-8601 in UTC, and what is not known (yet) is empty: ``""``, ``()`` or
None. ``plain`` makes JSON of any of them, and ``greenshift.view.schema`` says how that JSON looks.
"""

from greenshift.view.model.attention import Attention
from greenshift.view.model.builds import BuildView, FailedTest, ReportView
from greenshift.view.model.functions import AlarmView, FunctionView
from greenshift.view.model.pipeline import ActionView, ExecutionView, PipelineView, StageView
from greenshift.view.model.plain import plain
from greenshift.view.model.releases import AsideView, FunctionRelease, LedgerPage, ReleaseView, Transition
from greenshift.view.model.shift import HookView, PlannedStep, ShiftView
from greenshift.view.model.snapshot import Progress, Snapshot
from greenshift.view.model.sources import Retried, SourceTraffic, VersionCounts
from greenshift.view.model.timeline import AlarmChange, Moment, Timeline
from greenshift.view.model.traffic import FunctionTraffic, TrafficPoint, VersionTraffic

__all__ = [
    "ActionView",
    "AlarmChange",
    "AlarmView",
    "AsideView",
    "Attention",
    "BuildView",
    "ExecutionView",
    "FailedTest",
    "FunctionRelease",
    "FunctionTraffic",
    "FunctionView",
    "HookView",
    "LedgerPage",
    "Moment",
    "PipelineView",
    "PlannedStep",
    "Progress",
    "ReleaseView",
    "ReportView",
    "Retried",
    "ShiftView",
    "Snapshot",
    "SourceTraffic",
    "StageView",
    "Timeline",
    "TrafficPoint",
    "Transition",
    "VersionCounts",
    "VersionTraffic",
    "plain",
]
