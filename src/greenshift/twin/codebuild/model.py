"""Projects and builds: what they hold. No wire, no rules of their own beyond phases following each other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.codebuild.handover import Handover
from greenshift.twin.codebuild.settings import BuildSettings

IN_PROGRESS = "IN_PROGRESS"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
FAULT = "FAULT"
TIMED_OUT = "TIMED_OUT"
STOPPED = "STOPPED"

_KEPT_LINES = 200


@dataclass
class Project:
    """``document`` is the project as the API gives it, without the members below."""

    name: str
    arn: str
    document: Mapping[str, Any]
    created: float
    last_modified: float
    builds: int = 0


@dataclass(frozen=True)
class PhaseContext:
    """Why a phase ended as it did; both empty when it succeeded."""

    code: str = ""
    message: str = ""


@dataclass
class PhaseRecord:
    type: str
    start: float
    end: float | None = None
    status: str | None = None
    contexts: list[PhaseContext] = field(default_factory=list)


@dataclass(frozen=True)
class UploadedArtifact:
    """``identifier`` is empty for the primary artifact; the hashes exist for zips only."""

    identifier: str
    location: str
    sha256: str = ""
    md5: str = ""


@dataclass
class Build:
    """One build, from StartBuild to the end of the twin."""

    id: str
    arn: str
    number: int
    settings: BuildSettings
    document: Mapping[str, Any]
    initiator: str
    start: float
    handover: Handover | None = None
    source_version: str | None = None
    resolved_source_version: str | None = None
    status: str = IN_PROGRESS
    end: float | None = None
    phases: list[PhaseRecord] = field(default_factory=list)
    exported: Mapping[str, str] = field(default_factory=dict)
    artifacts: list[UploadedArtifact] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    """ARNs, in the order of the buildspec."""
    has_log_stream: bool = False
    #: The newest lines of the log, for who asks the build rather than CloudWatch Logs.
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))
    stop_requested: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def uuid(self) -> str:
        return self.id.rpartition(":")[2]

    @property
    def log_stream(self) -> str:
        prefix = self.settings.logs.stream_prefix
        return f"{prefix}/{self.uuid}" if prefix else self.uuid

    @property
    def current_phase(self) -> str:
        return self.phases[-1].type

    @property
    def is_complete(self) -> bool:
        return self.end is not None

    @property
    def is_succeeding(self) -> bool:
        """What CODEBUILD_BUILD_SUCCEEDING tells commands: no phase has failed so far."""
        return all(phase.status in (None, SUCCEEDED) for phase in self.phases)
