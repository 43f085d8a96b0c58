"""``DeliveryPipeline``: the one class most users touch. It reads the settings and builds everything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.arns import Arns
from greenshift.components.artifact_store import ArtifactStore, ArtifactStoreArgs
from greenshift.components.build_project import BuildProject, BuildProjectArgs
from greenshift.components.context import StackContext
from greenshift.components.ledger import Ledger, LedgerArgs
from greenshift.components.log_group import log_policy
from greenshift.components.names import Names
from greenshift.components.network import network_access
from greenshift.components.policies.pipeline import pipeline_policy
from greenshift.components.policies.trust import pipeline_trust
from greenshift.components.release_control import ReleaseControl, ReleaseControlArgs
from greenshift.components.service_function import ServiceFunction, ServiceFunctionArgs
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.components.source_connection import SourceConnection, SourceConnectionArgs
from greenshift.components.source_token import source_token
from greenshift.components.stages import ApprovalSpec, stages, variables
from greenshift.components.triggers import triggers
from greenshift.settings import Settings

if TYPE_CHECKING:
    from pulumi_aws.codepipeline import PipelineArtifactStoreArgsDict


class DeliveryPipeline(pulumi.ComponentResource):
    """A user's whole program: ``greenshift.DeliveryPipeline.from_config()``."""

    def __init__(self, name: str, *, settings: Settings, opts: pulumi.ResourceOptions | None = None) -> None:
        token = source_token(settings, os.environ)  # first: what is refused is refused before anything exists
        super().__init__("greenshift:index:DeliveryPipeline", name, None, opts)
        for line in settings.kept_on_destroy:
            pulumi.log.warn(line, resource=self)
        self._options = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        context = self._context = self._stack_context(settings)
        self.store = ArtifactStore("artifacts", args=ArtifactStoreArgs(context=context), opts=self._options)
        self.ledger = Ledger("ledger", args=LedgerArgs(context=context), opts=self._options)
        self.build = BuildProject(
            "build",
            args=BuildProjectArgs(context=context, artifact_access=self.store.access),
            opts=self._options,
        )
        self.control = ReleaseControl(
            "control",
            args=ReleaseControlArgs(
                context=context, artifact_access=self.store.access, ledger_access=self.ledger.access
            ),
            opts=self._options,
        )
        self._log_policy = log_policy(context, self)
        self._network_access = network_access(context, self)
        self.functions = {key: self._function(key) for key in sorted(settings.functions)}
        self.control.take_charge([function.alarm for function in self.functions.values()])
        self.source = SourceConnection(
            "source", args=SourceConnectionArgs(context=context, token=token), opts=self._options
        )
        self.pipeline = self._pipeline(self._role())
        webhook = self.source.watch(self.pipeline)
        self.outputs = {**self._outputs(), **webhook}
        self.register_outputs(self.outputs)

    @classmethod
    def from_config(cls, name: str = "delivery") -> DeliveryPipeline:
        """Build the pipeline this stack's config describes, and export its outputs."""
        delivery = cls(name, settings=Settings.from_pulumi())
        for key, value in delivery.outputs.items():
            pulumi.export(key, value)
        return delivery

    def _stack_context(self, settings: Settings) -> StackContext:
        options = pulumi.InvokeOptions(parent=self)
        account = aws.get_caller_identity(opts=options).account_id
        region = pulumi.Config("aws").get("region") or aws.get_region(opts=options).region
        return StackContext(
            names=Names(project=pulumi.get_project(), stack=pulumi.get_stack()),
            arns=Arns(account=account, region=region),
            settings=settings,
        )

    def _function(self, key: str) -> ServiceFunction:
        strategy = self._context.settings.rollout_of(key)
        return ServiceFunction(
            key,
            args=ServiceFunctionArgs(
                context=self._context,
                key=key,
                table_name=self.ledger.table.name,
                function_policy_arn=self.ledger.function_policy.arn,
                log_policy_arn=self._log_policy.arn,
                application=self.control.application.name,
                codedeploy_role=self.control.codedeploy_role,
                deployment_config=self.control.deployment_configs[strategy],
                ledger_access=self.ledger.access,
                network_policy_arn=self._network_access,
            ),
            opts=self._options,
        )

    def _role(self) -> ServiceRole:
        names, arns = self._context.names, self._context.arns
        source = self.source
        policy = pulumi.Output.from_input(source.connection_arn).apply(
            lambda connection: pipeline_policy(
                names, arns, connection_arn=connection, source_bucket=source.source_bucket
            )
        )
        return service_role(
            "pipeline",
            ServiceRoleArgs(
                context=self._context,
                name=names.role("pipeline"),
                description="CodePipeline: source, build and release of this stack",
                trust=pipeline_trust(arns, by_account=self._settings.trust_source_account),
                policy_name=names.policy("pipeline"),
                policy=policy,
                attached=self.store.access,
            ),
            self,
        )

    def _pipeline(self, role: ServiceRole) -> aws.codepipeline.Pipeline:
        """Creating a pipeline starts it at once, so everything an execution touches comes first."""
        waits_for = [*role.attachments, self.store, self.control, *self.functions.values()]
        return aws.codepipeline.Pipeline(
            "pipeline",
            name=self._context.names.pipeline,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode=self._context.settings.pipeline.execution_mode,
            artifact_stores=[self._artifact_store()],
            stages=stages(
                self.source.spec,
                bucket=self.store.bucket.bucket,
                build_project=self.build.project.name,
                controller=self.control.controller.function.name,
                approval=self._approval(),
                waves=self._settings.wave_count,
            ),
            variables=variables(),
            triggers=triggers(self._settings),
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=waits_for),
        )

    def _artifact_store(self) -> PipelineArtifactStoreArgsDict:
        store: PipelineArtifactStoreArgsDict = {"location": self.store.bucket.bucket, "type": "S3"}
        if key := self._settings.artifacts.kms_key_arn:
            store["encryption_key"] = {"id": key, "type": "KMS"}
        return store

    def _approval(self) -> ApprovalSpec | None:
        settings = self._settings.approval
        if not (settings.before_shift or settings.between_waves):
            return None
        return ApprovalSpec(
            before_shift=settings.before_shift,
            between_waves=settings.between_waves,
            message=settings.message,
            timeout_minutes=settings.timeout,
        )

    def _outputs(self) -> dict[str, pulumi.Input[object]]:
        return {
            "pipelineName": self.pipeline.name,
            "pipelineConsoleUrl": self.pipeline.name.apply(self._context.arns.pipeline_console),
            "deploymentTableName": self.ledger.table.name,
            "artifactBucket": self.store.bucket.bucket,
            "controllerName": self.control.controller.function.name,
            "topicArn": self.control.notices.topic.arn,
            "functions": {key: function.summary for key, function in self.functions.items()},
        }
