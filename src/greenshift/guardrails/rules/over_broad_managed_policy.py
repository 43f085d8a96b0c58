"""AWS managed policies that give a pipeline far more than it needs, each with what it gives.

Source: the policies' own documents, as of the date in ``data/managed_policies.json``.
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.managed_policies import NAMING_TYPES, managed_path, named_policies
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

OVER_BROAD = {
    "/AdministratorAccess": "everything in the account",
    "/PowerUserAccess": "everything but identities",
    "/IAMFullAccess": "making itself administrator",
    "/AWSCodeDeployFullAccess": "codedeploy:* on everything",
    "/AWSCodeDeployDeployerAccess": "deployments of every application",
    "/AWSCodePipeline_FullAccess": "codepipeline:* and iam:PassRole on *",
    "/AWSCodeBuildAdminAccess": "codebuild:* and more on everything",
    "/AWSLambda_FullAccess": "lambda:* and iam:PassRole on *",
    "/AWSLambdaExecute": "logs:* and the objects of all buckets",
    "/service-role/AWSLambdaRole": "invoking every function",
    "/AmazonDynamoDBFullAccess": "dynamodb:* on everything",
    "/AmazonDynamoDBFullAccess_v2": "dynamodb:* on everything",
    "/AmazonS3FullAccess": "s3:* on all buckets",
    "/AmazonS3ReadOnlyAccess": "reading all buckets",
    "/AmazonSNSFullAccess": "sns:* on all topics",
    "/AmazonSQSFullAccess": "sqs:* on all queues",
    "/AmazonEventBridgeFullAccess": "events:* on everything",
    "/CloudWatchFullAccess": "cloudwatch:* and logs:* on everything",
    "/CloudWatchFullAccessV2": "cloudwatch:* and logs:* on everything",
    "/CloudWatchLogsFullAccess": "logs:* on everything",
    "/SecretsManagerReadWrite": "reading and writing all secrets",
}


def check(resource: Resource) -> Iterator[str]:
    for arn in named_policies(resource):
        # As a permissions boundary a broad policy takes away and gives nothing.
        if arn == resource.inputs.text("permissionsBoundary"):
            continue
        gives = OVER_BROAD.get(managed_path(arn) or "")
        if gives:
            yield f"{arn} gives {gives}"


RULE = Rule(
    name="over-broad-managed-policy",
    why="A role of a pipeline that may do everything is the account's weakest door.",
    mend="write a customer-managed policy with the actions and resources this role needs, and attach that",
    level=MANDATORY,
    types=NAMING_TYPES,
    check=check,
)
