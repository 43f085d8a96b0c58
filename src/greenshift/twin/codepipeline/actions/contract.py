"""The small interface between the runner and the actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from greenshift.twin.callers.principal import Session
from greenshift.twin.clock import Clock, ScaledClock
from greenshift.twin.codepipeline.approvals import Approvals
from greenshift.twin.codepipeline.declaration import ActionTypeId
from greenshift.twin.codepipeline.jobs import ActionPlace, Jobs
from greenshift.twin.codepipeline.state import Artifact, RevisionOverride, SourceRevision
from greenshift.twin.world import World


class ActionFailed(Exception):
    """An action came to a bad end; code and message are its ``errorDetails``."""

    def __init__(self, code: str, message: str, *, external_id: str = "", updated_by: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.external_id = external_id
        self.updated_by = updated_by


@dataclass(frozen=True)
class Outcome:
    """A good end."""

    variables: Mapping[str, str] = field(default_factory=dict)
    revision: SourceRevision | None = None
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    updated_by: str = ""


@dataclass(frozen=True)
class Progress:
    """What can be seen of an action while it runs; empty fields change nothing."""

    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    entity_url: str = ""
    percent: int | None = None
    token: str = ""


@dataclass(frozen=True)
class Timing:
    """How long actions wait, in seconds of twin time unless named otherwise.

    The silence limit of a Lambda invoke action is 20 minutes and its total 24 hours (quotas page). The
    function itself runs in real time however fast the clock: at speed 600, 20 minutes are two real
    seconds, which a cold start alone may take. So an action waits ``real_silence`` real seconds at least.
    """

    continuation_interval: float = 30.0
    silence: float = 20 * 60.0
    total: float = 24 * 3600.0
    real_silence: float = 60.0
    approval: float = 7 * 24 * 3600.0
    build_poll: float = 1.0
    real_build_poll: float = 0.1

    def silence_limit(self, clock: Clock) -> float:
        return max(self.silence, self.real_silence * speed_of(clock))

    def poll_interval(self, clock: Clock) -> float:
        """Builds take real time: on a fast clock, asking every twin second would be asking all the time."""
        return max(self.build_poll, self.real_build_poll * speed_of(clock))


def speed_of(clock: Clock) -> float:
    """Twin seconds in a real second; a clock moved by hand has no speed, and counts as 1."""
    return clock.speed if isinstance(clock, ScaledClock) else 1.0


@dataclass(frozen=True)
class ActionContext:
    """Everything one run of an action may use."""

    world: World
    session: Session
    place: ActionPlace
    type: ActionTypeId
    configuration: Mapping[str, str]
    inputs: tuple[Artifact, ...]
    outputs: tuple[Artifact, ...]
    encryption_key: str | None
    override: RevisionOverride | None
    source_revisions: Mapping[str, str]  # artifact name -> revision id
    timeout_in_minutes: int | None
    progress: Callable[[Progress], None]
    jobs: Jobs
    approvals: Approvals
    timing: Timing

    async def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call through the door, as the action's role."""
        return await self.world.aws.call(self.session.principal, service, operation, parameters)

    async def store_output(self, body: bytes, **headers: str) -> None:
        """Put the (only) output artifact into the artifact bucket; ``headers`` are members of PutObject."""
        [artifact] = self.outputs
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.encryption_key}
            if self.encryption_key
            else {}
        )
        place = {"Bucket": artifact.bucket, "Key": artifact.key}
        await self.call("s3", "PutObject", **place, Body=body, **encryption, **headers)


class Action(Protocol):
    async def __call__(self, context: ActionContext) -> Outcome: ...
