"""What the person or role that runs ``up`` and ``destroy`` on AWS must be allowed, as a policy. Pure.

Per resource type the calls of Pulumi's AWS provider to create, read, change, tag and delete it. A test holds
the types to those the components create; `greenshift permissions` prints the policies of a stack.
Source: service authorization reference; the provider's reads are those of terraform-provider-aws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.contract.arns import Arns
from greenshift.contract.names import HOOK_PREFIX, Names, codebuild_log_group, lambda_log_group

Statement = dict[str, object]

_TAGS = ("ListTagsForResource", "TagResource", "UntagResource")
_CONNECTION = ("CreateConnection", "GetConnection", "DeleteConnection", *_TAGS)

#: Pulumi type -> service -> actions.
ACTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "aws:cloudwatch/eventRule:EventRule": {
        "events": ("PutRule", "DescribeRule", "EnableRule", "DisableRule", "DeleteRule", *_TAGS)
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        "events": ("PutTargets", "ListTargetsByRule", "RemoveTargets")
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "logs": (
            *("CreateLogGroup", "DescribeLogGroups", "DeleteLogGroup"),
            *("PutRetentionPolicy", "DeleteRetentionPolicy", *_TAGS),
        )
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "cloudwatch": ("PutMetricAlarm", "DescribeAlarms", "DeleteAlarms", *_TAGS)
    },
    "aws:codebuild/project:Project": {
        "codebuild": ("CreateProject", "BatchGetProjects", "UpdateProject", "DeleteProject")
    },
    "aws:codebuild/reportGroup:ReportGroup": {
        "codebuild": (
            "CreateReportGroup",
            "BatchGetReportGroups",
            "UpdateReportGroup",
            "DeleteReportGroup",
        )
    },
    "aws:codeconnections/connection:Connection": {
        "codeconnections": (*_CONNECTION, "PassConnection", "UseConnection"),
        # Some endpoints still check the service's older name.
        "codestar-connections": (*_CONNECTION, "PassConnection", "UseConnection"),
    },
    "aws:codedeploy/application:Application": {
        "codedeploy": (
            *("CreateApplication", "GetApplication", "UpdateApplication", "DeleteApplication"),
            *_TAGS,
        )
    },
    "aws:codedeploy/deploymentConfig:DeploymentConfig": {
        "codedeploy": ("CreateDeploymentConfig", "GetDeploymentConfig", "DeleteDeploymentConfig")
    },
    "aws:codedeploy/deploymentGroup:DeploymentGroup": {
        "codedeploy": (
            *("CreateDeploymentGroup", "GetDeploymentGroup", "UpdateDeploymentGroup"),
            *("DeleteDeploymentGroup", *_TAGS),
        )
    },
    "aws:codepipeline/pipeline:Pipeline": {
        "codepipeline": ("CreatePipeline", "GetPipeline", "UpdatePipeline", "DeletePipeline", *_TAGS)
    },
    "aws:codepipeline/webhook:Webhook": {
        "codepipeline": ("PutWebhook", "ListWebhooks", "DeleteWebhook", *_TAGS)
    },
    "aws:dynamodb/table:Table": {
        "dynamodb": (
            *("CreateTable", "DescribeTable", "UpdateTable", "DeleteTable"),
            *("DescribeContinuousBackups", "UpdateContinuousBackups"),
            *("DescribeTimeToLive", "UpdateTimeToLive"),
            *("ListTagsOfResource", "TagResource", "UntagResource"),
        )
    },
    "aws:ecr/repository:Repository": {
        "ecr": (
            *("CreateRepository", "DescribeRepositories", "DeleteRepository"),
            *("PutImageScanningConfiguration", "PutImageTagMutability", *_TAGS),
            # Lambda looks at a function's image as whoever creates the function.
            *("BatchGetImage", "GetDownloadUrlForLayer"),
        )
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {
        "ecr": ("GetRepositoryPolicy", "SetRepositoryPolicy", "DeleteRepositoryPolicy")
    },
    "aws:iam/policy:Policy": {
        "iam": (
            *("CreatePolicy", "GetPolicy", "DeletePolicy", "TagPolicy", "UntagPolicy"),
            *("CreatePolicyVersion", "GetPolicyVersion", "ListPolicyVersions", "DeletePolicyVersion"),
        )
    },
    "aws:iam/role:Role": {
        "iam": (
            *("CreateRole", "GetRole", "UpdateRole", "UpdateRoleDescription"),
            *("UpdateAssumeRolePolicy", "DeleteRole"),
            *("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "TagRole", "UntagRole"),
            *("ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"),
        )
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "iam": ("AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies")
    },
    "aws:lambda/alias:Alias": {"lambda": ("CreateAlias", "GetAlias", "UpdateAlias", "DeleteAlias")},
    "aws:lambda/function:Function": {
        "lambda": (
            *("CreateFunction", "GetFunction", "GetFunctionConfiguration", "DeleteFunction"),
            *("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"),
            *("ListVersionsByFunction", "GetFunctionCodeSigningConfig"),
            *("PutFunctionConcurrency", "DeleteFunctionConcurrency"),
            *("ListTags", "TagResource", "UntagResource"),
        )
    },
    # The provider keeps the answer and reads nothing.
    "aws:lambda/invocation:Invocation": {"lambda": ("GetFunction", "InvokeFunction")},
    "aws:lambda/permission:Permission": {"lambda": ("AddPermission", "GetPolicy", "RemovePermission")},
    "aws:s3/bucket:Bucket": {
        "s3": (
            *("CreateBucket", "DeleteBucket", "ListBucket", "GetBucketTagging", "PutBucketTagging"),
            # The provider reads every setting a bucket can have.
            *("GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation"),
            *("GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketPolicy"),
            *("GetBucketRequestPayment", "GetBucketVersioning", "GetBucketWebsite"),
            *("GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration"),
            # force_destroy empties it: every version of every object.
            *("ListBucketVersions", "DeleteObject", "DeleteObjectVersion"),
        )
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "s3": ("GetLifecycleConfiguration", "PutLifecycleConfiguration")
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": {
        "s3": (
            *("PutObject", "GetObject", "GetObjectVersion", "DeleteObject", "DeleteObjectVersion"),
            *("GetObjectTagging", "PutObjectTagging"),
        )
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "s3": ("GetBucketOwnershipControls", "PutBucketOwnershipControls")
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"s3": ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy")},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "s3": ("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock")
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "s3": ("GetEncryptionConfiguration", "PutEncryptionConfiguration")
    },
    "aws:s3/bucketVersioning:BucketVersioning": {"s3": ("GetBucketVersioning", "PutBucketVersioning")},
    "aws:sns/topic:Topic": {
        "sns": ("CreateTopic", "GetTopicAttributes", "SetTopicAttributes", "DeleteTopic", *_TAGS)
    },
    "aws:sns/topicPolicy:TopicPolicy": {"sns": ("GetTopicAttributes", "SetTopicAttributes")},
    "aws:sns/topicSubscription:TopicSubscription": {
        "sns": ("Subscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe")
    },
}

#: What only a stack with functions that are container images has.
OF_IMAGES = (
    "aws:ecr/repository:Repository",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:lambda/invocation:Invocation",
)
#: Actions that know no resource, or are asked before there is one [service authorization reference].
_WITHOUT_RESOURCE: dict[str, tuple[str, ...]] = {
    "cloudwatch": ("DescribeAlarms",),
    "codeconnections": ("CreateConnection",),
    "codestar-connections": ("CreateConnection",),
    "codepipeline": ("ListWebhooks",),
    "logs": ("DescribeLogGroups",),
}
#: Services of the first policy: what everything else stands on.
_FOUNDATION = ("dynamodb", "iam", "logs", "s3", "sns")
#: Whom the project's roles may be handed to.
_PASSED_TO = ("codebuild", "codedeploy", "codepipeline", "events", "lambda")


def actions(*, images: bool = True) -> dict[str, set[str]]:
    """Service -> every action of every type, or of those a stack without container images has."""
    found: dict[str, set[str]] = {}
    for services in (each for kind, each in ACTIONS.items() if images or kind not in OF_IMAGES):
        for service, names in services.items():
            found.setdefault(service, set()).update(names)
    return found


@dataclass(frozen=True)
class Deployed:
    """One stack in one account and region, by the names it really has: shortened and cleaned as they are."""

    names: Names
    account: str
    region: str
    has_images: bool = False
    """Whether functions of it are container images."""

    @property
    def where(self) -> Arns:
        return Arns(self.account, self.region)

    def arns(self, service: str) -> list[str]:
        """What the actions of a service may touch."""
        return _resources(self.names, self.where)[service]


def _resources(names: Names, arns: Arns) -> dict[str, list[str]]:
    ours = f"{names.base}-*"
    hooks = f"{HOOK_PREFIX}{ours}"
    bucket = arns.bucket(names.bucket(arns.account, arns.region))
    groups = (lambda_log_group(ours), lambda_log_group(hooks), codebuild_log_group(ours))
    return {
        "cloudwatch": [arns.alarm(ours)],
        "codebuild": [arns.build_project(ours), arns.report_group(ours)],
        "codeconnections": [arns.connection("*")],  # named by UUID
        "codedeploy": [
            arns.application(names.application),
            arns.deployment_group(names.application, "*"),
            arns.deployment_config(ours),
            arns.deployment_config("CodeDeployDefault.*"),
        ],
        "codepipeline": [arns.pipeline(names.pipeline), arns.webhook(ours)],
        "codestar-connections": [arns.connection("*", "codestar-connections")],
        "dynamodb": [arns.table(ours)],
        "ecr": [arns.repository(names.repositories)],
        "events": [arns.rule(ours)],
        "iam": [arns.role(ours), arns.policy(ours)],
        "lambda": [arns.function(ours), arns.function(hooks)],
        "logs": [arns.log_group(group) for group in groups],
        "s3": [bucket, f"{bucket}/*"],
        "sns": [arns.topic(ours)],
    }


def deployer_policies(stack: Deployed) -> dict[str, dict[str, object]]:
    """Name -> policy document, for who runs `up` and `destroy` of this stack.

    Two of them, as together they are more than the 6,144 characters of one managed policy [IAM quotas].
    """
    scoped = dict(_scoped(stack))
    delivery = [scoped[service] for service in sorted(scoped) if service not in _FOUNDATION]
    foundation = [scoped[service] for service in _FOUNDATION]
    return {
        "foundation": _document([*foundation, _pass_role(stack)]),
        "delivery": _document([*delivery, _unscoped()]),
    }


def _document(statements: list[Statement]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}


def _scoped(stack: Deployed) -> Iterator[tuple[str, Statement]]:
    for service, names in sorted(actions(images=stack.has_images).items()):
        scoped = names - set(_WITHOUT_RESOURCE.get(service, ()))
        statement: Statement = {
            "Sid": "".join(part.capitalize() for part in service.split("-")),
            "Effect": "Allow",
            "Action": [f"{service}:{name}" for name in sorted(scoped)],
            "Resource": stack.arns(service),
        }
        yield service, statement


def _unscoped() -> Statement:
    names = [f"{service}:{name}" for service, all_ in _WITHOUT_RESOURCE.items() for name in all_]
    return {"Sid": "WithoutResource", "Effect": "Allow", "Action": sorted(names), "Resource": "*"}


def _pass_role(stack: Deployed) -> Statement:
    return {
        "Sid": "HandRolesToServices",
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": stack.where.role(f"{stack.names.base}-*"),
        "Condition": {
            "StringEquals": {"iam:PassedToService": [f"{service}.amazonaws.com" for service in _PASSED_TO]}
        },
    }
