"""What Lambda keeps: functions, their versions, aliases and statements.

Versions are immutable; a ``Function`` is the only thing that changes. Everything that depends on time takes
``now`` (twin seconds), so reading never moves state.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.awslambda.names import LATEST


@dataclass(frozen=True)
class CodePackage:
    """A deployment package; the zip itself lies in the ``CodeStore`` under its SHA-256."""

    sha256_hex: str
    sha256_base64: str
    size: int


@dataclass(frozen=True)
class Layer:
    """A version of a layer as a function has it."""

    arn: str
    code: CodePackage


@dataclass(frozen=True)
class VpcConfig:
    """Kept and shown only: the twin has no networks."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True)
class Logging:
    """Where the log goes; None is ``/aws/lambda/<function>``."""

    log_format: str = "Text"
    log_group: str | None = None
    application_level: str | None = None
    system_level: str | None = None


@dataclass(frozen=True)
class Configuration:
    """The settings a version freezes; the defaults are the API reference's."""

    runtime: str
    handler: str
    role: str
    description: str = ""
    timeout: int = 3
    memory_size: int = 128
    environment: Mapping[str, str] | None = None
    architectures: tuple[str, ...] = ("x86_64",)
    ephemeral_storage: int = 512
    tracing_mode: str = "PassThrough"
    dead_letter_arn: str | None = None
    kms_key_arn: str | None = None
    vpc: VpcConfig | None = None
    logging: Logging = Logging()
    snap_start: str = "None"
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Version:
    """One version; ``snapshot`` names code and configuration together, so processes are never mixed up."""

    number: str
    configuration: Configuration
    code: CodePackage
    last_modified: float
    revision_id: str
    snapshot: str

    @property
    def is_latest(self) -> bool:
        return self.number == LATEST


@dataclass(frozen=True)
class Alias:
    """A name for a version; ``weights`` sends that share of invocations to one additional version."""

    name: str
    version: str
    description: str
    weights: Mapping[str, float]
    revision_id: str

    def versions(self) -> tuple[str, ...]:
        return (self.version, *self.weights)


@dataclass(frozen=True)
class Statement:
    """One permission of the resource policy."""

    statement_id: str
    action: str
    principal: str
    source_arn: str | None = None
    source_account: str | None = None
    organization: str | None = None
    event_source_token: str | None = None
    url_auth_type: str | None = None
    through_url: bool | None = None


@dataclass(frozen=True)
class EventInvokeConfig:
    """How asynchronous invocations are retried (user guide: "Asynchronous invocation")."""

    last_modified: float
    maximum_retry_attempts: int | None = None
    maximum_event_age: int | None = None
    on_success: str | None = None
    on_failure: str | None = None


@dataclass
class Policy:
    """The statements of one qualifier, in the order they were added."""

    statements: dict[str, Statement] = field(default_factory=dict)
    revision_id: str = ""


@dataclass
class Function:
    """A function with everything that belongs to it; changed on the event loop only.

    While an update is under way (until ``busy_until``) ``$LATEST`` is already described as new, but
    invocations still run ``previous`` (user guide: "Lambda function states").
    """

    name: str
    latest: Version
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    last_number: int = 0
    published: Configuration | None = None
    """What ``$LATEST`` was configured as when it was last published."""
    aliases: dict[str, Alias] = field(default_factory=dict)
    policies: dict[str | None, Policy] = field(default_factory=dict)
    event_invoke: dict[str | None, EventInvokeConfig] = field(default_factory=dict)
    urls: dict[str | None, dict[str, Any]] = field(default_factory=dict)
    """Function URLs by qualifier, as they are answered."""
    provisioned: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Provisioned concurrency by qualifier, and when it was set."""
    reserved_concurrency: int | None = None
    recursive_loop: str = "Terminate"
    pending_until: float = 0.0
    busy_until: float = 0.0
    previous: Version | None = None

    def is_pending(self, now: float) -> bool:
        return now < self.pending_until

    def is_updating(self, now: float) -> bool:
        return now < self.busy_until

    def serving_latest(self, now: float) -> Version:
        """The code that an invocation of ``$LATEST`` runs at this moment."""
        return self.previous if self.previous and self.is_updating(now) else self.latest

    def all_versions(self) -> list[Version]:
        return [self.latest, *self.versions.values()]

    def aliases_of(self, number: str) -> list[str]:
        return [alias.name for alias in self.aliases.values() if number in alias.versions()]


def new_id() -> str:
    """A RevisionId, request id or snapshot id: all are random UUIDs."""
    return str(uuid.uuid4())
