"""What the person or role that runs ``up`` and ``destroy`` on AWS must be allowed, as a policy. Pure.

Per resource type the calls of Pulumi's AWS provider to create, read, change, tag and delete it. A test holds
the types to those the components create; `greenshift permissions` prints the policies of a stack.
Source: service authorization reference; the provider's reads are those of terraform-provider-aws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.components.arns import Arns
from greenshift.components.names import Names

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

#: Service -> what its actions may touch, as `arn:<partition>:` goes on; filled in with a stack's real names.
_RESOURCES: dict[str, tuple[str, ...]] = {
    "cloudwatch": ("cloudwatch:{place}:alarm:{base}-*",),
    "codebuild": ("codebuild:{place}:project/{base}-*",),
    "codeconnections": ("codeconnections:{place}:connection/*",),  # named by UUID
    "codedeploy": (
        "codedeploy:{place}:application:{base}",
        "codedeploy:{place}:deploymentgroup:{base}/*",
        "codedeploy:{place}:deploymentconfig:{base}-*",
        "codedeploy:{place}:deploymentconfig:CodeDeployDefault.*",
    ),
    "codepipeline": ("codepipeline:{place}:{base}", "codepipeline:{place}:webhook:{base}-*"),
    "codestar-connections": ("codestar-connections:{place}:connection/*",),
    "dynamodb": ("dynamodb:{place}:table/{base}-*",),
    "events": ("events:{place}:rule/{base}-*",),
    "iam": ("iam::{account}:role/{base}-*", "iam::{account}:policy/{base}-*"),
    "lambda": (
        "lambda:{place}:function:{base}-*",
        "lambda:{place}:function:CodeDeployHook_{base}-*",
    ),
    "logs": (
        "logs:{place}:log-group:/aws/lambda/{base}-*",
        "logs:{place}:log-group:/aws/lambda/CodeDeployHook_{base}-*",
        "logs:{place}:log-group:/aws/codebuild/{base}-*",
    ),
    "s3": ("s3:::{bucket}", "s3:::{bucket}/*"),
    "sns": ("sns:{place}:{base}-*",),
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


@dataclass(frozen=True)
class Deployed:
    """One stack in one account and region, by the names it really has: shortened and cleaned as they are."""

    names: Names
    account: str
    region: str

    @property
    def partition(self) -> str:
        return Arns(self.account, self.region).partition

    def arns(self, service: str) -> list[str]:
        values = {
            "place": f"{self.region}:{self.account}",
            "account": self.account,
            "base": self.names.base,
            "bucket": self.names.bucket(self.account, self.region),
        }
        return [f"arn:{self.partition}:{each.format(**values)}" for each in _RESOURCES[service]]


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
    for service, names in sorted(actions().items()):
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
        "Resource": f"arn:{stack.partition}:iam::{stack.account}:role/{stack.names.base}-*",
        "Condition": {
            "StringEquals": {"iam:PassedToService": [f"{service}.amazonaws.com" for service in _PASSED_TO]}
        },
    }
