"""What CodeDeploy remembers: applications, groups, configs, revisions and deployments.

Values only. Everything is frozen, so whoever holds one holds a moment; what changes is replaced in ``State``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from greenshift.rollout import Strategy
from greenshift.twin.codedeploy.progress import Plan, Progress

RevisionKind = Literal["AppSpecContent", "String", "S3"]


@dataclass(frozen=True)
class AlarmSettings:
    """``alarmConfiguration``: the alarms that stop a deployment."""

    enabled: bool = False
    ignore_poll_failure: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class RollbackSettings:
    """``autoRollbackConfiguration``: which endings are followed by a rollback."""

    enabled: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """An SNS topic told of certain events."""

    name: str
    target_arn: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Config:
    """A deployment config: immutable, as there is no call to change one."""

    id: str
    name: str
    strategy: Strategy
    created: float
    predefined: bool = False


@dataclass(frozen=True)
class Revision:
    """Where an AppSpec is: in the request itself, or in S3."""

    kind: RevisionKind
    content: str = ""
    bucket: str = ""
    key: str = ""
    bundle_type: str = ""
    version: str | None = None
    etag: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True)
class RegisteredRevision:
    """What an application knows of a revision it has been shown or has deployed."""

    revision: Revision
    registered: float
    description: str | None = None
    first_used: float | None = None
    last_used: float | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A deployment group. It names no function: those come from each deployment's AppSpec (user guide)."""

    id: str
    application: str
    name: str
    config: str
    role_arn: str
    alarms: AlarmSettings = AlarmSettings()
    rollback: RollbackSettings = RollbackSettings()
    triggers: tuple[Trigger, ...] = ()
    # It is about servers, and AWS keeps and tells it for a Lambda group as well.
    outdated_instances: str | None = None


@dataclass(frozen=True)
class Application:
    """An application and its groups by name."""

    id: str
    name: str
    created: float
    groups: Mapping[str, Group] = field(default_factory=dict)
    revisions: tuple[RegisteredRevision, ...] = ()


@dataclass(frozen=True)
class Deployment:
    """One deployment: what was asked (never changes), the plan made of it, and how far it has come.

    It carries its own copies of the group's role and triggers, so it can end in order when the group is
    changed or deleted while it runs.
    """

    id: str
    application: str
    group: str
    group_id: str
    config: str
    revision: Revision
    created: float
    role_arn: str
    triggers: tuple[Trigger, ...]
    plan: Plan
    progress: Progress
    creator: str = "user"
    description: str | None = None
    previous_revision: Revision | None = None
    rollback: RollbackSettings = RollbackSettings()
    override_alarms: AlarmSettings | None = None
    rollback_id: str | None = None
    triggered_by: str | None = None
    rollback_message: str | None = None
