"""``DeliveryPipeline``: the one class most users touch. It reads the settings and builds everything."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.artifact_store import ArtifactStore, ArtifactStoreArgs
from greenshift.components.build_project import BuildProject, BuildProjectArgs
from greenshift.components.function_args import FunctionArgs, refuse_unknown
from greenshift.components.function_images import FunctionImages, FunctionImagesArgs
from greenshift.components.ledger import Ledger, LedgerArgs
from greenshift.components.log_group import log_policy
from greenshift.components.network import network_access
from greenshift.components.policies.pipeline import pipeline_policy
from greenshift.components.policies.trust import pipeline_trust
from greenshift.components.program_context import part_of_program, stack_context
from greenshift.components.release_control import ReleaseControl, ReleaseControlArgs
from greenshift.components.service_function import ServiceFunction, ServiceFunctionArgs
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.components.source_connection import SourceConnection, SourceConnectionArgs
from greenshift.components.source_token import source_token
from greenshift.components.stages import ApprovalSpec, stages, variables
from greenshift.components.triggers import triggers
from greenshift.settings import Settings
from greenshift.settings.images import images

if TYPE_CHECKING:
    from pulumi_aws.codepipeline import PipelineArtifactStoreArgsDict


@dataclass(frozen=True)
class DeliveryPipelineArgs:
    """What a pipeline is made of, where a program says it itself."""

    settings: Settings
    """What the stack is told; ``Settings.from_pulumi()`` reads the configuration."""
    functions: Mapping[str, FunctionArgs] = field(default_factory=dict)
    """By key, what the program gives beside the settings."""


class DeliveryPipeline(pulumi.ComponentResource):
    """A user's whole program: ``greenshift.DeliveryPipeline.from_config()``.

    A program may make several. The first has the plain names of the stack, ``<project>-<stack>-...``; in the
    names of each further one its own is a part.
    """

    pipeline_name: pulumi.Output[str]
    pipeline_console_url: pulumi.Output[str]
    """Where AWS's console shows the pipeline."""
    deployment_table_name: pulumi.Output[str]
    """The table in which releases are recorded."""
    artifact_bucket: pulumi.Output[str]
    controller_name: pulumi.Output[str]
    """The function that carries out releases."""
    topic_arn: pulumi.Output[str]
    """The topic that tells people of releases."""
    functions: dict[str, ServiceFunction]
    """The functions of the settings, by key."""
    pipeline: aws.codepipeline.Pipeline
    source: SourceConnection
    build: BuildProject
    store: ArtifactStore
    ledger: Ledger
    control: ReleaseControl
    outputs: dict[str, pulumi.Input[object]]
    """What ``from_config`` exports, and the commands look for."""

    def __init__(
        self,
        name: str,
        args: DeliveryPipelineArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        *,
        settings: Settings | None = None,
        functions: Mapping[str, FunctionArgs] | None = None,
    ) -> None:
        """``settings`` and ``functions`` may be said without ``args``; without either, the config's count."""
        if args is None:
            args = DeliveryPipelineArgs(settings or Settings.from_pulumi(), functions or {})
        elif settings is not None or functions is not None:
            raise TypeError("DeliveryPipeline takes args, or settings and functions, not both")
        settings = args.settings
        self._given = dict(args.functions)
        refuse_unknown(self._given, settings)
        token = source_token(settings, os.environ)  # first: what is refused is refused before anything exists
        super().__init__("greenshift:index:DeliveryPipeline", name, None, opts)
        for line in settings.kept_on_destroy:
            pulumi.log.warn(line, resource=self)
        self._tell_short_watches(settings)
        self._options = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        context = self._context = stack_context(
            settings, pulumi.InvokeOptions(parent=self), part=part_of_program(name)
        )
        self.store = ArtifactStore(
            context.named("artifacts"), args=ArtifactStoreArgs(context=context), opts=self._options
        )
        self.ledger = Ledger(context.named("ledger"), args=LedgerArgs(context=context), opts=self._options)
        self.build = BuildProject(
            context.named("build"),
            args=BuildProjectArgs(context=context, artifact_access=self.store.access),
            opts=self._options,
        )
        self.control = ReleaseControl(
            context.named("control"),
            args=ReleaseControlArgs(
                context=context, artifact_access=self.store.access, ledger_access=self.ledger.access
            ),
            opts=self._options,
        )
        self._log_policy = log_policy(context, self)
        is_in_vpc = any(given.subnet_ids for given in self._given.values())
        self._network_access = network_access(context, self, is_needed=is_in_vpc)
        self._images = self._made_images()
        self.functions = {key: self._function(key) for key in sorted(settings.functions)}
        self.control.take_charge([function.alarm for function in self.functions.values()])
        self.source = SourceConnection(
            context.named("source"),
            args=SourceConnectionArgs(context=context, token=token),
            opts=self._options,
        )
        self.pipeline = self._pipeline(self._role())
        self.pipeline_name = self.pipeline.name
        self.pipeline_console_url = self.pipeline.name.apply(context.arns.pipeline_console)
        self.deployment_table_name = self.ledger.table.name
        self.artifact_bucket = self.store.bucket.bucket
        self.controller_name = self.control.controller.function.name
        self.topic_arn = self.control.notices.topic.arn
        webhook = self.source.watch(self.pipeline)
        self.outputs = {**self._outputs(), **webhook}
        self.register_outputs(self.outputs)

    def _tell_short_watches(self, settings: Settings) -> None:
        """A rollout that is over before its alarm can speak, in every preview and `up`."""
        for key, watch in settings.watches.items():
            if watch.is_too_short:
                tell = pulumi.log.info if watch.is_covered else pulumi.log.warn
                tell(f"{key}: {watch.what}; {watch.why}", resource=self)

    @classmethod
    def from_config(
        cls, name: str = "delivery", *, functions: Mapping[str, FunctionArgs] | None = None
    ) -> DeliveryPipeline:
        """Build the pipeline this stack's config describes, and export its outputs.

        ``functions`` adds what only the program knows: ``{"charge": FunctionArgs(environment=...)}``.
        """
        delivery = cls(name, DeliveryPipelineArgs(Settings.from_pulumi(), functions or {}))
        for key, value in delivery.outputs.items():
            pulumi.export(key, value)
        return delivery

    def _made_images(self) -> FunctionImages | None:
        if not images(self._settings.functions):
            return None
        args = FunctionImagesArgs(context=self._context)
        return FunctionImages(self._context.named("images"), args=args, opts=self._options)

    def _function(self, key: str) -> ServiceFunction:
        strategy = self._context.settings.rollout_of(key)
        return ServiceFunction(
            self._context.named(key),
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
                first_image=self._images.first.get(key) if self._images else None,
                given=self._given.get(key, FunctionArgs()),
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
            self._context.named("pipeline"),
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
            "pipelineName": self.pipeline_name,
            "pipelineConsoleUrl": self.pipeline_console_url,
            "deploymentTableName": self.deployment_table_name,
            "artifactBucket": self.artifact_bucket,
            "controllerName": self.controller_name,
            "topicArn": self.topic_arn,
            "functions": {key: function.summary for key, function in self.functions.items()},
        }
