"""The action providers the twin can run: how many artifacts each takes, and which configuration keys.

Counts and keys are from the user guide's "Action structure reference". Adding a provider is one entry here
and one file in ``actions/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.twin.codepipeline.declaration import ActionTypeId


@dataclass(frozen=True)
class ActionType:
    """The limits of one provider; ``inputs`` and ``outputs`` are (fewest, most)."""

    inputs: tuple[int, int]
    outputs: tuple[int, int]
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


_CODEBUILD = ActionType(
    inputs=(1, 5),
    outputs=(0, 5),
    required=frozenset({"ProjectName"}),
    optional=frozenset({"PrimarySource", "EnvironmentVariables", "BatchEnabled", "CombineArtifacts"}),
)

ACTION_TYPES: Mapping[ActionTypeId, ActionType] = {
    ActionTypeId("Source", "AWS", "CodeStarSourceConnection"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=frozenset({"ConnectionArn", "FullRepositoryId", "BranchName"}),
        optional=frozenset({"OutputArtifactFormat", "DetectChanges"}),
    ),
    ActionTypeId("Source", "ThirdParty", "GitHub"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=frozenset({"Owner", "Repo", "Branch", "OAuthToken"}),
        optional=frozenset({"PollForSourceChanges"}),
    ),
    ActionTypeId("Source", "AWS", "S3"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=frozenset({"S3Bucket", "S3ObjectKey"}),
        optional=frozenset({"PollForSourceChanges", "AllowOverrideForS3ObjectKey"}),
    ),
    ActionTypeId("Build", "AWS", "CodeBuild"): _CODEBUILD,
    ActionTypeId("Test", "AWS", "CodeBuild"): _CODEBUILD,
    ActionTypeId("Deploy", "AWS", "CodeDeploy"): ActionType(
        inputs=(1, 1),
        outputs=(0, 0),
        required=frozenset({"ApplicationName", "DeploymentGroupName"}),
    ),
    ActionTypeId("Invoke", "AWS", "Lambda"): ActionType(
        inputs=(0, 5),
        outputs=(0, 5),
        required=frozenset({"FunctionName"}),
        optional=frozenset({"UserParameters"}),
    ),
    ActionTypeId("Approval", "AWS", "Manual"): ActionType(
        inputs=(0, 0),
        outputs=(0, 0),
        optional=frozenset({"NotificationArn", "CustomData", "ExternalEntityLink"}),
    ),
}
