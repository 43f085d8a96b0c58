"""What a project may say: AWS's own rules, and what this twin cannot do, refused by name."""

from __future__ import annotations

from typing import Any

from greenshift.twin.codebuild.buildspec import is_inline
from greenshift.twin.codebuild.errors import invalid_input
from greenshift.twin.codebuild.settings import Document

_SOURCES = ("CODEPIPELINE", "S3", "NO_SOURCE")
_ENVIRONMENTS = (
    "LINUX_CONTAINER",
    "ARM_CONTAINER",
    "LINUX_LAMBDA_CONTAINER",
    "ARM_LAMBDA_CONTAINER",
    "LINUX_EC2",
    "ARM_EC2",
)

# API reference: CreateProject, defaults of timeoutInMinutes and queuedTimeoutInMinutes.
_TIMEOUT_MINUTES = 60
_QUEUED_TIMEOUT_MINUTES = 480


def complete(document: Document, account: str, region: str) -> dict[str, Any]:
    """A project with the values AWS fills in where none is given."""
    filled = {
        "timeoutInMinutes": _TIMEOUT_MINUTES,
        "queuedTimeoutInMinutes": _QUEUED_TIMEOUT_MINUTES,
        "encryptionKey": f"arn:aws:kms:{region}:{account}:alias/aws/s3",
        "cache": {"type": "NO_CACHE"},
        "projectVisibility": "PRIVATE",
        **document,
    }
    filled["environment"] = {
        "environmentVariables": [],
        "privilegedMode": False,
        "imagePullCredentialsType": "CODEBUILD",
        **document["environment"],
    }
    return filled


def check(document: Document) -> None:
    """Refuse what AWS refuses, and what the twin cannot honour."""
    _check_source(document["source"], document["artifacts"])
    for artifacts in (document["artifacts"], *document.get("secondaryArtifacts", [])):
        _check_artifacts(artifacts)
    _check_secondary(document.get("secondaryArtifacts", []))
    environment = document["environment"]["type"]
    if environment not in _ENVIRONMENTS:
        raise invalid_input(f"the twin builds on this machine, not on {environment}; use LINUX_CONTAINER")
    if document.get("buildBatchConfig"):
        raise invalid_input("buildBatchConfig: the twin runs single builds only")
    if document.get("secondarySources"):
        raise invalid_input("secondarySources: the twin takes further sources from a pipeline only")


def _check_source(source: Document, artifacts: Document) -> None:
    kind = source["type"]
    if kind not in _SOURCES:
        raise invalid_input(f"the twin cannot fetch a {kind} source; use one of {', '.join(_SOURCES)}")
    # API reference, ProjectArtifacts: CODEPIPELINE artifacts belong to a CODEPIPELINE source.
    if (kind == "CODEPIPELINE") != (artifacts["type"] == "CODEPIPELINE"):
        raise invalid_input("source and artifacts must both be of type CODEPIPELINE, or neither of them")
    if kind == "S3" and "/" not in source.get("location", ""):
        raise invalid_input("an S3 source needs a location such as my-bucket/path/source.zip")
    if kind == "NO_SOURCE" and not is_inline(source.get("buildspec", "")):
        raise invalid_input(
            "a NO_SOURCE project needs its buildspec inline: there is no source to find it in"
        )


def _check_artifacts(artifacts: Document) -> None:
    if artifacts["type"] == "S3" and not artifacts.get("location"):
        raise invalid_input("artifacts of type S3 need a location: the name of a bucket")


def _check_secondary(entries: list[Document]) -> None:
    for entry in entries:
        if entry["type"] == "CODEPIPELINE":
            raise invalid_input("secondaryArtifacts cannot be of type CODEPIPELINE")
        if not entry.get("artifactIdentifier"):
            raise invalid_input("each of secondaryArtifacts needs an artifactIdentifier")
