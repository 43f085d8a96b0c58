"""Which coroutine runs which action provider; the keys are those of ``action_types``."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.codepipeline.actions.approval import ask_for_approval
from greenshift.twin.codepipeline.actions.codebuild import run_build
from greenshift.twin.codepipeline.actions.codedeploy import run_deployment
from greenshift.twin.codepipeline.actions.connection import fetch_from_connection
from greenshift.twin.codepipeline.actions.contract import Action
from greenshift.twin.codepipeline.actions.github import fetch_from_github
from greenshift.twin.codepipeline.actions.lambda_invoke import invoke_function
from greenshift.twin.codepipeline.actions.s3 import fetch_object
from greenshift.twin.codepipeline.declaration import ActionTypeId

ACTIONS: Mapping[ActionTypeId, Action] = {
    ActionTypeId("Source", "AWS", "CodeStarSourceConnection"): fetch_from_connection,
    ActionTypeId("Source", "ThirdParty", "GitHub"): fetch_from_github,
    ActionTypeId("Source", "AWS", "S3"): fetch_object,
    ActionTypeId("Build", "AWS", "CodeBuild"): run_build,
    ActionTypeId("Test", "AWS", "CodeBuild"): run_build,
    ActionTypeId("Deploy", "AWS", "CodeDeploy"): run_deployment,
    ActionTypeId("Invoke", "AWS", "Lambda"): invoke_function,
    ActionTypeId("Approval", "AWS", "Manual"): ask_for_approval,
}
