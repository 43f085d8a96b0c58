"""``Notices``: from AWS's events to people. Rules wake the recorder; the recorder publishes to the topic."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.control_function import ControlFunction
from greenshift.components.event_patterns import event_patterns
from greenshift.components.policies.resource import topic_policy


@dataclass(frozen=True, kw_only=True)
class NoticesArgs:
    context: StackContext
    recorder: ControlFunction
    controller: ControlFunction


class Notices(pulumi.ComponentResource):
    def __init__(self, name: str, args: NoticesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("greenshift:index:Notices", name, None, opts)
        self._context, self._options = args.context, pulumi.ResourceOptions(parent=self)
        self.topic = self._topic([args.recorder.role.arn, args.controller.role.arn])
        patterns = event_patterns(self._context.names, self._context.settings.other_alarms)
        for purpose, pattern in patterns.items():
            self._rule(purpose, pattern, args.recorder.function)
        self.register_outputs({"topicArn": self.topic.arn})

    def _topic(self, publishers: list[pulumi.Input[str]]) -> aws.sns.Topic:
        names, arns = self._context.names, self._context.arns
        topic = aws.sns.Topic(
            self._context.named("topic"),
            name=names.topic,
            kms_master_key_id=self._context.settings.notifications.kms_key_arn,
            tags=self._context.tags,
            opts=self._options,
        )
        arn = arns.topic(names.topic)
        aws.sns.TopicPolicy(
            self._context.named("topic-policy"),
            arn=topic.arn,
            policy=pulumi.Output.all(*publishers).apply(lambda roles: topic_policy(arn, roles)),
            opts=self._options,
        )
        for address in self._context.settings.notifications.emails:
            aws.sns.TopicSubscription(
                self._context.named(f"email-{address}"),
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                opts=self._options,
            )
        return topic

    def _rule(self, purpose: str, pattern: str, recorder: aws.lambda_.Function) -> None:
        rule = aws.cloudwatch.EventRule(
            self._context.named(f"{purpose}-rule"),
            name=self._context.names.rule(purpose),
            description=f"{purpose} of this stack, to the recorder",
            event_pattern=pattern,
            state="ENABLED",
            tags=self._context.tags,
            opts=self._options,
        )
        permission = aws.lambda_.Permission(
            self._context.named(f"{purpose}-permission"),
            statement_id=f"{purpose}-rule",
            action="lambda:InvokeFunction",
            function=recorder.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=self._options,
        )
        aws.cloudwatch.EventTarget(
            self._context.named(f"{purpose}-target"),
            rule=rule.name,
            target_id="recorder",
            arn=recorder.arn,
            # An event that arrives before the permission is lost.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
