"""Addresses at which a function answers: an HTTP API, and the alias's own URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pulumi_aws as aws

from greenshift.components.feeds.fed import Fed, InvokeGrant

if TYPE_CHECKING:
    from pulumi_aws.apigatewayv2 import ApiCorsConfigurationArgsDict
    from pulumi_aws.lambda_ import FunctionUrlCorsArgsDict


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
