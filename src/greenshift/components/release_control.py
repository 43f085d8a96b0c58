"""``ReleaseControl``: what carries out a release inside AWS, and tells people about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.control_function import ControlFunction, ControlFunctionArgs, control_function
from greenshift.components.deployment_configs import ALL_AT_ONCE, custom_configs, traffic_routing
from greenshift.components.key_access import KeyAccess, key_access
from greenshift.components.notices import Notices, NoticesArgs
from greenshift.components.policies import managed
from greenshift.components.policies.controller import controller_policy
from greenshift.components.policies.hook import hook_policy
from greenshift.components.policies.recorder import recorder_policy
from greenshift.components.policies.trust import codedeploy_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.rollout.strategy import Strategy, text
from greenshift.settings.images import images


@dataclass(frozen=True, kw_only=True)
class ReleaseControlArgs:
    """What release control is made of."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""
    artifact_access: KeyAccess = field(default_factory=dict)
    """What a role needs for the key of the artifacts; empty without a key of one's own."""
    ledger_access: KeyAccess = field(default_factory=dict)
    """The same for the key of the table."""


class ReleaseControl(pulumi.ComponentResource):
    """What carries out a release inside AWS: CodeDeploy's application, the controller, the hooks, notices."""

    application: aws.codedeploy.Application
    codedeploy_role: ServiceRole
    deployment_configs: dict[Strategy, pulumi.Input[str]]
    """By strategy, the name of the deployment configuration that shifts traffic so."""
    topic_access: KeyAccess
    """For roles that publish to the topic: what its key asks for."""
    controller: ControlFunction
    before_hook: ControlFunction
    """Called before traffic shifts."""
    after_hook: ControlFunction
    """Called after all of it has shifted."""
    notices: Notices

    def __init__(
        self, name: str, args: ReleaseControlArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:ReleaseControl", name, None, opts)
        self._args, self._context = args, args.context
        self._options = pulumi.ResourceOptions(parent=self)
        self._release = args.context.settings.release
        topic_key = args.context.settings.notifications.kms_key_arn
        self.topic_access = key_access(args.context, "topic", topic_key, self)
        names = args.context.names
        self._keys = sorted(args.context.settings.functions)
        # All at once is how a release goes back.
        self._config_names = sorted({*args.context.deployment_configs.values(), ALL_AT_ONCE})
        self.application = aws.codedeploy.Application(
            args.context.named("application"),
            name=names.application,
            compute_platform="Lambda",
            tags=args.context.tags,
            opts=self._options,
        )
        self.codedeploy_role = self._codedeploy_role()
        self.deployment_configs = self._deployment_configs()

    def take_charge(self, alarms: Sequence[pulumi.Resource]) -> None:
        """The functions that carry out releases; called once, when the alarms they point are made.

        What is made after the alarms is destroyed before them. PutMetricAlarm makes an alarm that is not
        there [API reference]: a release under way could write one again that was deleted first.
        """
        names, arns = self._context.names, self._context.arns
        self._alarms = alarms
        self.controller = self._controller()
        hook_policy_arn = self._policy("hook", hook_policy(names, arns, keys=self._keys))
        self.before_hook = self._hook("before", names.before_hook, hook_policy_arn)
        self.after_hook = self._hook("after", names.after_hook, hook_policy_arn)
        recorder = self._recorder()
        self.notices = Notices(
            self._context.named("notices"),
            args=NoticesArgs(context=self._context, recorder=recorder, controller=self.controller),
            opts=self._options,
        )
        self.register_outputs({"application": self.application.name, "topicArn": self.notices.topic.arn})

    def _codedeploy_role(self) -> ServiceRole:
        names, arns = self._context.names, self._context.arns
        return service_role(
            "codedeploy",
            ServiceRoleArgs(
                context=self._context,
                name=names.role("codedeploy"),
                description="CodeDeploy: moves the aliases of this stack",
                trust=codedeploy_trust(arns, names.application),
                attached={"shifting": arns.managed_policy(managed.CODEDEPLOY)},
            ),
            self,
        )

    def _deployment_configs(self) -> dict[Strategy, pulumi.Input[str]]:
        """The config name for each strategy; custom ones as outputs, so that groups wait for them."""
        custom = {
            name: aws.codedeploy.DeploymentConfig(
                self._context.named(text(strategy)),
                deployment_config_name=name,
                compute_platform="Lambda",
                traffic_routing_config=traffic_routing(strategy),
                opts=self._options,
            ).deployment_config_name
            for name, strategy in custom_configs(self._context.names, self._context.strategies).items()
        }
        return {
            strategy: custom.get(name, name) for strategy, name in self._context.deployment_configs.items()
        }

    def _controller(self) -> ControlFunction:
        context = self._context
        policy = controller_policy(
            context.names,
            context.arns,
            keys=self._keys,
            deployment_configs=self._config_names,
            boundary=context.settings.permissions_boundary,
            approves_shift=context.settings.approval.before_shift,
            approves_waves=context.settings.asks_between_waves,
            images=images(context.settings.functions),
        )
        args = ControlFunctionArgs(
            context=context,
            name=context.names.controller,
            description="Publishes versions and shifts traffic, all functions or none",
            module="controller",
            attached={
                "permissions": self._policy("controller", policy),
                **self._args.artifact_access,
                **self._args.ledger_access,
                **self.topic_access,
            },
            memory=self._release.memory,
            environment=self._chat,
            ephemeral_storage=self._release.ephemeral_storage,
        )
        return control_function("controller", args, self)

    @property
    def _chat(self) -> Mapping[str, pulumi.Input[str]]:
        """Who has the URL can write into the chat, so it is a secret however it was configured."""
        url = self._context.settings.notifications.chat_webhook
        return {"GREENSHIFT_CHAT_WEBHOOK": pulumi.Output.secret(url)} if url else {}

    def _hook(self, moment: str, name: str, policy_arn: pulumi.Output[str]) -> ControlFunction:
        args = ControlFunctionArgs(
            context=self._context,
            name=name,
            description=f"CodeDeploy hook: {moment} traffic moves",
            module="hook",
            attached={"permissions": policy_arn},
            memory=self._release.hook_memory,
            environment={"GREENSHIFT_HOOK": moment},
        )
        return control_function(f"{moment}-hook", args, self)

    def _recorder(self) -> ControlFunction:
        context = self._context
        policy = recorder_policy(
            context.names,
            context.arns,
            keys=self._keys,
            deployment_configs=self._config_names,
            prune=context.settings.versions.prune,
            approves_waves=context.settings.asks_between_waves,
        )
        args = ControlFunctionArgs(
            context=context,
            name=context.names.recorder,
            description="Writes what happened to the ledger and tells people",
            module="recorder",
            attached={
                "permissions": self._policy("recorder", policy),
                **self._args.ledger_access,
                **self.topic_access,
            },
            memory=self._release.recorder_memory,
            environment=self._chat,
        )
        return control_function("recorder", args, self)

    def _policy(self, word: str, text: str) -> pulumi.Output[str]:
        return aws.iam.Policy(
            self._context.named(f"{word}-policy"),
            name=self._context.names.policy(word),
            description=f"What the {word} of this stack may do",
            policy=text,
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._alarms),
        ).arn
