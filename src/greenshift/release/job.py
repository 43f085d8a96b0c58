"""The event CodePipeline sends to a Lambda invoke action, as typed values.

User guide: "JSON event example" of the Lambda invoke action. The event holds temporary credentials: nothing
here prints it, and `Credentials` hides its values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from greenshift.contract.moments import from_iso, iso
from greenshift.release.errors import Refusal
from greenshift.release.reading import Document

ENVELOPE = "CodePipeline.job"
PUBLISH = "publish"
SHIFT = "shift"


@dataclass(frozen=True)
class Credentials:
    """The artifact store's temporary credentials of one job."""

    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)


@dataclass(frozen=True)
class Artifact:
    name: str
    bucket: str
    key: str


@dataclass(frozen=True)
class Token:
    """Our continuation token: since when each invocation has ended in an unexpected error; absent while none
    does. By time, as CodePipeline does not promise how soon it comes again.
    """

    failing_since: datetime | None = None

    def text(self) -> str:
        return json.dumps({} if self.failing_since is None else {"failingSince": iso(self.failing_since)})


@dataclass(frozen=True)
class Job:
    """One invocation's errand."""

    id: str
    step: str
    release_id: str  # the pipeline execution's id
    inputs: tuple[Artifact, ...] = ()
    credentials: Credentials | None = None  # absent when the event carries empty ones
    waves: int | None = None  # how many waves this Shift may begin; absent when all
    token: Token | None = None  # absent on the first invocation of the action


def job_id(event: Mapping[str, object]) -> str:
    """The one member needed to report anything at all; an event without it did not come from CodePipeline."""
    return Document(event, "event").within(ENVELOPE).text("id")


def parse_job(event: Mapping[str, object]) -> Job:
    envelope = Document(event, "event").within(ENVELOPE)
    data = envelope.within("data")
    configuration = data.within("actionConfiguration").within("configuration")
    asked = Document.parse(configuration.text("UserParameters", "{}"), "UserParameters")
    step = asked.text("step")
    if step not in (PUBLISH, SHIFT):
        raise Refusal(f"UserParameters: step is {step!r}, expected {PUBLISH!r} or {SHIFT!r}")
    return Job(
        id=envelope.text("id"),
        step=step,
        release_id=asked.text("pipelineExecutionId"),
        inputs=tuple(_artifact(item) for item in data.each("inputArtifacts")),
        waves=asked.number("waves") if asked.has("waves") else None,
        credentials=_credentials(data.within("artifactCredentials")),
        token=_token(data.text("continuationToken")) if data.has("continuationToken") else None,
    )


def _artifact(item: Document) -> Artifact:
    place = item.within("location").within("s3Location")
    return Artifact(item.text("name"), place.text("bucketName"), place.text("objectKey"))


def _credentials(item: Document) -> Credentials | None:
    if not item.text("accessKeyId", ""):
        return None
    return Credentials(item.text("accessKeyId"), item.text("secretAccessKey"), item.text("sessionToken", ""))


def _token(text: str) -> Token:
    since = Document.parse(text, "continuationToken").text("failingSince", "")
    return Token(from_iso(since) if since else None)
