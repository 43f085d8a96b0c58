"""``BuildProject``: CodeBuild runs the tests and packages the functions, and can do nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.buildspec import buildspec
from greenshift.components.context import StackContext
from greenshift.components.key_access import KeyAccess
from greenshift.components.lifecycle import CACHE_PREFIX
from greenshift.components.log_group import log_group
from greenshift.components.policies.build import build_policy
from greenshift.components.policies.trust import build_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.contract.names import codebuild_log_group
from greenshift.settings.build import CacheSettings
from greenshift.settings.images import images

if TYPE_CHECKING:
    from pulumi_aws.codebuild import ProjectCacheArgsDict, ProjectEnvironmentArgsDict


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """What the build project is made of."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""
    artifact_access: KeyAccess = field(default_factory=dict)
    """What a role needs for the key of the artifacts; empty without a key of one's own."""


class BuildProject(pulumi.ComponentResource):
    """The CodeBuild project of the stage Build, with its role and its log."""

    project: aws.codebuild.Project

    def __init__(self, name: str, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("greenshift:index:BuildProject", name, None, opts)
        context = args.context
        logs = log_group(context, "log-group", codebuild_log_group(context.names.build_project), self)
        role = self._role(context, args.artifact_access)
        self.project = self._project(context, role, logs.name)
        if not _has_own_buildspec(context):
            self._test_reports(context)
        self.register_outputs({"project": self.project.name})

    def _role(self, context: StackContext, artifact_access: KeyAccess) -> ServiceRole:
        names = context.names
        return service_role(
            "build",
            ServiceRoleArgs(
                context=context,
                name=names.role("build"),
                description="CodeBuild: tests and packages the functions of this stack",
                trust=build_trust(context.arns, names.build_project),
                policy_name=names.policy("build"),
                policy=build_policy(
                    names,
                    context.arns,
                    images(context.settings.functions),
                    own_buildspec=_has_own_buildspec(context),
                ),
                attached=artifact_access,
            ),
            self,
        )

    def _test_reports(self, context: StackContext) -> None:
        """Where builds put the reports of the functions' tests. A build would make the group by itself, and
        nobody would delete it."""
        aws.codebuild.ReportGroup(
            context.named("test-reports"),
            name=context.names.test_reports,
            type="TEST",
            export_config={"type": "NO_EXPORT"},
            delete_reports=True,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _project(
        self, context: StackContext, role: ServiceRole, logs: pulumi.Input[str]
    ) -> aws.codebuild.Project:
        settings = context.settings.build
        return aws.codebuild.Project(
            context.named("project"),
            name=context.names.build_project,
            description="Tests and packages the functions",
            service_role=role.arn,
            artifacts={"type": "CODEPIPELINE"},
            source={"type": "CODEPIPELINE", "buildspec": settings.buildspec or _generated(context)},
            environment=_environment(context),
            logs_config={"cloudwatch_logs": {"group_name": logs, "status": "ENABLED"}},
            cache=cache(settings.cache, context.bucket_name),
            encryption_key=context.settings.artifacts.kms_key_arn,
            build_timeout=settings.timeout,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=role.attachments),
        )


def _has_own_buildspec(context: StackContext) -> bool:
    return context.settings.build.buildspec is not None


def _environment(context: StackContext) -> ProjectEnvironmentArgsDict:
    settings = context.settings.build
    environment: ProjectEnvironmentArgsDict = {
        "type": environment_type(settings.image),
        "image": settings.image,
        "compute_type": settings.compute_type,
        "image_pull_credentials_type": credentials_type(settings.image),
        "environment_variables": [
            {"name": name, "value": context.guarded("build", value), "type": "PLAINTEXT"}
            for name, value in sorted(settings.environment.items())
        ],
    }
    if images(context.settings.functions):  # Docker runs in no other mode (user guide: "Build Docker images")
        environment["privileged_mode"] = True
    return environment


def _generated(context: StackContext) -> str:
    functions = context.settings.functions.values()
    runtimes = [function.runtime for function in functions if function.runtime]
    return buildspec(runtimes, cached=context.settings.build.cache.type != "none")


def cache(settings: CacheSettings, bucket: str) -> ProjectCacheArgsDict | None:
    match settings.type:
        case "local":
            return {"type": "LOCAL", "modes": list(settings.modes)}
        case "s3":
            return {"type": "S3", "location": f"{bucket}/{CACHE_PREFIX}"}
        case "none":
            return None


def environment_type(image: str) -> str:
    """ARM images run on ARM machines only, and their names say so."""
    return "ARM_CONTAINER" if "aarch64" in image or "arm64" in image else "LINUX_CONTAINER"


def credentials_type(image: str) -> str:
    """API reference, ProjectEnvironment: curated images are pulled by CodeBuild, others with the role."""
    return "CODEBUILD" if image.startswith("aws/codebuild/") else "SERVICE_ROLE"
