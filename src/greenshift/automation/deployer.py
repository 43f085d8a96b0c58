"""What the person or role that runs ``up`` and ``destroy`` on AWS must be allowed, as a policy. Pure.

Per resource type the calls of Pulumi's AWS provider to create, read, change, tag and delete it. A test holds
the types to those the components create, and the page that shows the policy to what this makes of them.
Source: service authorization reference; the provider's reads are those of terraform-provider-aws.
"""

from __future__ import annotations

from collections.abc import Iterator

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

#: Service -> what its actions may touch; ``{account}`` and ``{project}`` are filled in.
_RESOURCES: dict[str, tuple[str, ...]] = {
    "cloudwatch": ("arn:aws:cloudwatch:*:{account}:alarm:{project}-*",),
    "codebuild": ("arn:aws:codebuild:*:{account}:project/{project}-*",),
    "codeconnections": ("arn:aws:codeconnections:*:{account}:connection/*",),  # named by UUID
    "codedeploy": (
        "arn:aws:codedeploy:*:{account}:application:{project}-*",
        "arn:aws:codedeploy:*:{account}:deploymentgroup:{project}-*",
        "arn:aws:codedeploy:*:{account}:deploymentconfig:*",
    ),
    "codepipeline": (
        "arn:aws:codepipeline:*:{account}:{project}-*",
        "arn:aws:codepipeline:*:{account}:webhook:*",
    ),
    "codestar-connections": ("arn:aws:codestar-connections:*:{account}:connection/*",),
    "dynamodb": ("arn:aws:dynamodb:*:{account}:table/{project}-*",),
    "events": ("arn:aws:events:*:{account}:rule/{project}-*",),
    "iam": ("arn:aws:iam::{account}:role/{project}-*", "arn:aws:iam::{account}:policy/{project}-*"),
    "lambda": (
        "arn:aws:lambda:*:{account}:function:{project}-*",
        "arn:aws:lambda:*:{account}:function:CodeDeployHook_{project}-*",
    ),
    "logs": (
        "arn:aws:logs:*:{account}:log-group:/aws/lambda/{project}-*",
        "arn:aws:logs:*:{account}:log-group:/aws/lambda/CodeDeployHook_{project}-*",
        "arn:aws:logs:*:{account}:log-group:/aws/codebuild/{project}-*",
    ),
    "s3": ("arn:aws:s3:::{project}-*", "arn:aws:s3:::{project}-*/*"),
    "sns": ("arn:aws:sns:*:{account}:{project}-*",),
}
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


def actions() -> dict[str, set[str]]:
    """Service -> every action of every type."""
    found: dict[str, set[str]] = {}
    for services in ACTIONS.values():
        for service, names in services.items():
            found.setdefault(service, set()).update(names)
    return found


def deployer_policies(account: str, project: str) -> dict[str, dict[str, object]]:
    """Name -> policy document, for all stacks of one project in one account.

    Two of them, as together they are more than the 6,144 characters of one managed policy [IAM quotas].
    """
    scoped = dict(_scoped(account, project))
    delivery = [scoped[service] for service in sorted(scoped) if service not in _FOUNDATION]
    foundation = [scoped[service] for service in _FOUNDATION]
    return {
        "foundation": _document([*foundation, _pass_role(account, project)]),
        "delivery": _document([*delivery, _unscoped()]),
    }


def _document(statements: list[Statement]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}


def _scoped(account: str, project: str) -> Iterator[tuple[str, Statement]]:
    for service, names in sorted(actions().items()):
        scoped = names - set(_WITHOUT_RESOURCE.get(service, ()))
        statement: Statement = {
            "Sid": "".join(part.capitalize() for part in service.split("-")),
            "Effect": "Allow",
            "Action": [f"{service}:{name}" for name in sorted(scoped)],
            "Resource": [arn.format(account=account, project=project) for arn in _RESOURCES[service]],
        }
        yield service, statement


def _unscoped() -> Statement:
    names = [f"{service}:{name}" for service, all_ in _WITHOUT_RESOURCE.items() for name in all_]
    return {"Sid": "WithoutResource", "Effect": "Allow", "Action": sorted(names), "Resource": "*"}


def _pass_role(account: str, project: str) -> Statement:
    return {
        "Sid": "HandRolesToServices",
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": f"arn:aws:iam::{account}:role/{project}-*",
        "Condition": {
            "StringEquals": {"iam:PassedToService": [f"{service}.amazonaws.com" for service in _PASSED_TO]}
        },
    }
