"""All resource types the engine supports."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.engine.aws import (
    cloudwatch,
    codebuild,
    codeconnections,
    codedeploy,
    codepipeline,
    dynamodb,
    events,
    functions,
    iam,
    logs,
    s3,
    s3_settings,
    sns,
)
from greenshift.engine.aws.entry import Entry

_MODULES = (
    cloudwatch,
    codebuild,
    codeconnections,
    codedeploy,
    codepipeline,
    dynamodb,
    events,
    functions,
    iam,
    logs,
    s3,
    s3_settings,
    sns,
)

TABLE: Mapping[str, Entry] = {entry.token: entry for module in _MODULES for entry in module.ENTRIES}
