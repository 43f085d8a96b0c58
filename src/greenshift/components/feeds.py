"""What feeds a function: each a small component of plain resources, and always through the alias.

So every source follows a shift and a rollback. Whoever prefers the plain resources gives them
``function.alias`` themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.policies.polling import polling_policy
from greenshift.components.policies.trust import scheduler_trust
from greenshift.components.service_role import ServiceRoleArgs, service_role
from greenshift.contract.policies import Statement, write_policy

if TYPE_CHECKING:
    from pulumi_aws.apigatewayv2 import ApiCorsConfigurationArgsDict
    from pulumi_aws.lambda_ import FunctionUrlCorsArgsDict

Source = aws.sqs.Queue | aws.kinesis.Stream | aws.dynamodb.Table | pulumi.Input[str]


class Fed(Protocol):
    """Whom all this feeds: a `ServiceFunction`, which makes what is below."""

    @property
    def key(self) -> str: ...
    @property
    def context(self) -> StackContext: ...
    @property
    def physical_name(self) -> str: ...
    @property
    def role_name(self) -> pulumi.Output[str]: ...
    @property
    def function(self) -> aws.lambda_.Function: ...
    @property
    def alias(self) -> aws.lambda_.Alias: ...
    @property
    def invoke_arn(self) -> pulumi.Output[str]: ...


class InvokeGrant(pulumi.ComponentResource):
    """A principal may invoke the alias."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        principal: pulumi.Input[str],
        source_arn: pulumi.Input[str] | None = None,
        source_account: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:InvokeGrant", name, None, opts)
        self.permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=function.function.name,
            qualifier=function.alias.name,
            principal=principal,
            source_arn=source_arn,
            source_account=source_account,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


class EventSource(pulumi.ComponentResource):
    """A queue or a stream that Lambda polls for the function, and the permission to do so."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        source: Source,
        starting_position: str | None = None,
        settings: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:EventSource", name, None, opts)
        arn, is_stream = _arn_of(source)
        context = function.context
        inside = pulumi.ResourceOptions(parent=self)
        policy = aws.iam.Policy(
            f"{name}-policy",
            name=context.names.policy(name),
            description=f"Lambda polls {name} for {function.physical_name}",
            policy=pulumi.Output.from_input(arn).apply(polling_policy),
            tags=context.tags,
            opts=inside,
        )
        attachment = aws.iam.RolePolicyAttachment(
            f"{name}-attachment", role=function.role_name, policy_arn=policy.arn, opts=inside
        )
        self.mapping = aws.lambda_.EventSourceMapping(
            f"{name}-mapping",
            event_source_arn=arn,
            function_name=function.alias.arn,
            starting_position=starting_position or ("LATEST" if is_stream else None),
            tags=context.tags,
            **(settings or {}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
        )
        self.register_outputs({})


def _arn_of(source: Source) -> tuple[pulumi.Input[str], bool]:
    """Its ARN, and whether it is known to be a stream."""
    if isinstance(source, aws.dynamodb.Table):
        return source.stream_arn, True
    if isinstance(source, aws.sqs.Queue | aws.kinesis.Stream):
        return source.arn, isinstance(source, aws.kinesis.Stream)
    return source, False


class HttpApi(pulumi.ComponentResource):
    """An HTTP API in front of the alias. ``url`` is where it answers."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        routes: Sequence[str] = ("$default",),
        cors: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:HttpApi", name, None, opts)
        self._name = name
        tags, inside = function.context.tags, pulumi.ResourceOptions(parent=self)
        self.api = aws.apigatewayv2.Api(
            f"{name}-api",
            name=function.context.names.policy(name),
            protocol_type="HTTP",
            cors_configuration=cast("ApiCorsConfigurationArgsDict | None", cors),
            tags=tags,
            opts=inside,
        )
        self.integration = self._integration(f"{name}-integration", function)
        self.routes = [self._route(route, self.integration) for route in routes]
        self.stage = aws.apigatewayv2.Stage(
            f"{name}-stage", api_id=self.api.id, name="$default", auto_deploy=True, tags=tags, opts=inside
        )
        self.grant = self._grant(f"{name}-grant", function)
        self.url = self.stage.invoke_url
        self.register_outputs({"url": self.url})

    def add_routes(self, function: Fed, *routes: str) -> None:
        """Routes of this API that another function answers, through its alias as well."""
        name = f"{self._name}-{function.key}"
        integration = self._integration(f"{name}-integration", function)
        self.routes += [self._route(route, integration) for route in routes]
        self._grant(f"{name}-grant", function)

    @property
    def _inside(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _integration(self, name: str, function: Fed) -> aws.apigatewayv2.Integration:
        return aws.apigatewayv2.Integration(
            name,
            api_id=self.api.id,
            integration_type="AWS_PROXY",
            integration_uri=function.invoke_arn,
            payload_format_version="2.0",
            opts=self._inside,
        )

    def _route(self, route: str, integration: aws.apigatewayv2.Integration) -> aws.apigatewayv2.Route:
        suffix = "" if route == "$default" else f"-{route}"
        return aws.apigatewayv2.Route(
            f"{self._name}-route{suffix}",
            api_id=self.api.id,
            route_key=route,
            target=integration.id.apply(lambda id_: f"integrations/{id_}"),
            opts=self._inside,
        )

    def _grant(self, name: str, function: Fed) -> InvokeGrant:
        return InvokeGrant(
            name,
            function=function,
            principal="apigateway.amazonaws.com",
            source_arn=self.api.execution_arn.apply(lambda arn: f"{arn}/*/*"),
            opts=self._inside,
        )


class FunctionSchedule(pulumi.ComponentResource):
    """EventBridge Scheduler invokes the alias by the clock, in a role that may do nothing else."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        expression: pulumi.Input[str],
        payload: pulumi.Input[str] | None = None,
        timezone: str = "UTC",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:FunctionSchedule", name, None, opts)
        context = function.context
        self.role = service_role(
            name,
            ServiceRoleArgs(
                context=context,
                name=context.names.role(name),
                description=f"Scheduler: invokes {function.physical_name}",
                trust=scheduler_trust(context.arns),
                policy_name=context.names.policy(name),
                policy=function.alias.arn.apply(_may_invoke),
            ),
            self,
        )
        self.schedule = aws.scheduler.Schedule(
            f"{name}-schedule",
            name=context.names.rule(name),
            schedule_expression=expression,
            schedule_expression_timezone=timezone,
            flexible_time_window={"mode": "OFF"},
            target={"arn": function.alias.arn, "role_arn": self.role.arn, "input": payload or "{}"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=self.role.attachments),
        )
        self.register_outputs({})


def _may_invoke(alias_arn: str) -> str:
    statement = Statement(sid="InvokeTheAlias", actions=["lambda:InvokeFunction"], resources=[alias_arn])
    return write_policy(statement)


class BucketTrigger(pulumi.ComponentResource):
    """A bucket tells the alias of its objects. A bucket has one notification: this is all of it."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        bucket: aws.s3.Bucket,
        events: Sequence[str] = ("s3:ObjectCreated:*",),
        prefix: str | None = None,
        suffix: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:BucketTrigger", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.grant = InvokeGrant(
            f"{name}-grant",
            function=function,
            principal="s3.amazonaws.com",
            source_arn=bucket.arn,
            source_account=function.context.arns.account,
            opts=inside,
        )
        self.notification = aws.s3.BucketNotification(
            f"{name}-notification",
            bucket=bucket.id,
            lambda_functions=[
                {
                    "lambda_function_arn": function.alias.arn,
                    "events": list(events),
                    "filter_prefix": prefix,
                    "filter_suffix": suffix,
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.grant]),
        )
        self.register_outputs({})


class PublicUrl(pulumi.ComponentResource):
    """The alias's own URL; ``AWS_IAM`` asks for a signature, ``NONE`` lets anyone in.

    Lambda developer guide, "Control access to Lambda function URLs": a URL that is new since October 2025
    needs both permissions, ``lambda:InvokeFunctionUrl`` and, through the URL, ``lambda:InvokeFunction``.
    """

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        authorization: str = "AWS_IAM",
        cors: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:PublicUrl", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.function_url = aws.lambda_.FunctionUrl(
            f"{name}-function-url",
            function_name=function.function.name,
            qualifier=function.alias.name,
            authorization_type=authorization,
            cors=cast("FunctionUrlCorsArgsDict | None", cors),
            opts=inside,
        )
        if authorization == "NONE":
            aws.lambda_.Permission(
                f"{name}-permission",
                action="lambda:InvokeFunctionUrl",
                function=function.function.name,
                qualifier=function.alias.name,
                principal="*",
                function_url_auth_type="NONE",
                opts=inside,
            )
            aws.lambda_.Permission(
                f"{name}-invoke-permission",
                action="lambda:InvokeFunction",
                function=function.function.name,
                qualifier=function.alias.name,
                principal="*",
                invoked_via_function_url=True,
                opts=inside,
            )
        self.url = self.function_url.function_url
        self.register_outputs({"url": self.url})
