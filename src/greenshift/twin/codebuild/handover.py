"""What a pipeline hands to a build: where its input artifacts lie and where its outputs go.

On AWS this passes between CodePipeline and CodeBuild unseen. In the twin the two services know each other
only through the API, so it travels as one environment override of StartBuild, which is taken out before
anything else sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.codebuild.errors import invalid_input
from greenshift.twin.wire.json_text import read_json

VARIABLE = "GREENSHIFT_TWIN_ARTIFACTS"


@dataclass(frozen=True)
class Location:
    """One object in S3."""

    bucket: str
    key: str

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Handover:
    """The artifacts of one pipeline action; ``primary`` names the input whose tree commands start in."""

    pipeline: str
    execution_id: str
    primary: str
    inputs: Mapping[str, Location]
    outputs: Mapping[str, Location] = field(default_factory=dict)
    source_revision: str | None = None


def parse_handover(text: str) -> Handover:
    try:
        document = read_json(text)
        handover = Handover(
            pipeline=str(document["pipeline"]),
            execution_id=str(document.get("executionId", "")),
            primary=str(document["primary"]),
            inputs=_locations(document["inputs"]),
            outputs=_locations(document.get("outputs") or {}),
            source_revision=document.get("sourceRevision") or None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise invalid_input(f"{VARIABLE} is not a hand-over of artifacts: {error!r}") from None
    if handover.primary not in handover.inputs:
        raise invalid_input(f"{VARIABLE}: primary {handover.primary!r} is not one of the inputs")
    return handover


def _locations(document: Mapping[str, Any]) -> Mapping[str, Location]:
    return {name: Location(str(at["bucket"]), str(at["key"])) for name, at in document.items()}
