"""``BuildProject``: CodeBuild runs the tests and packages the functions, and can do nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.buildspec import buildspec
from greenshift.components.context import StackContext
from greenshift.components.names import codebuild_log_group
from greenshift.components.policies.build import build_policy
from greenshift.components.policies.trust import build_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    context: StackContext


class BuildProject(pulumi.ComponentResource):
    def __init__(
        self, name: str, *, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:BuildProject", name, None, opts)
        context = args.context
        log_group = aws.cloudwatch.LogGroup(
            "log-group",
            name=codebuild_log_group(context.names.build_project),
            retention_in_days=context.settings.logs.retention_days,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        role = self._role(context)
        self.project = self._project(context, role, log_group.name)
        self.register_outputs({"project": self.project.name})

    def _role(self, context: StackContext) -> ServiceRole:
        names = context.names
        return service_role(
            "build",
            ServiceRoleArgs(
                name=names.role("build"),
                description="CodeBuild: tests and packages the functions of this stack",
                trust=build_trust(context.arns, names.build_project),
                policy_name=names.policy("build"),
                policy=build_policy(names, context.arns),
                tags=context.tags,
            ),
            self,
        )

    def _project(
        self, context: StackContext, role: ServiceRole, log_group: pulumi.Input[str]
    ) -> aws.codebuild.Project:
        settings = context.settings.build
        runtimes = [function.runtime for function in context.settings.functions.values()]
        return aws.codebuild.Project(
            "project",
            name=context.names.build_project,
            description="Tests and packages the functions",
            service_role=role.arn,
            artifacts={"type": "CODEPIPELINE"},
            source={"type": "CODEPIPELINE", "buildspec": settings.buildspec or buildspec(runtimes)},
            environment={
                "type": environment_type(settings.image),
                "image": settings.image,
                "compute_type": settings.compute_type,
                "image_pull_credentials_type": credentials_type(settings.image),
                "environment_variables": [
                    {"name": name, "value": value, "type": "PLAINTEXT"}
                    for name, value in sorted(settings.environment.items())
                ],
            },
            logs_config={"cloudwatch_logs": {"group_name": log_group, "status": "ENABLED"}},
            build_timeout=settings.timeout,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=role.attachments),
        )


def environment_type(image: str) -> str:
    """ARM images run on ARM machines only, and their names say so."""
    return "ARM_CONTAINER" if "aarch64" in image or "arm64" in image else "LINUX_CONTAINER"


def credentials_type(image: str) -> str:
    """API reference, ProjectEnvironment: curated images are pulled by CodeBuild, others with the role."""
    return "CODEBUILD" if image.startswith("aws/codebuild/") else "SERVICE_ROLE"
