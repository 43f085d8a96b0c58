"""``SourceConnection``: how CodePipeline gets the code.

A CodeConnections connection by default; GitHub's OAuth action with polling off and a webhook; or one zip
in S3. A new connection is PENDING until a person completes its handshake in the console.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.source_token import source_token
from greenshift.components.stages import SOURCE_ACTION, SourceSpec
from greenshift.settings import GithubToken


@dataclass(frozen=True, kw_only=True)
class SourceConnectionArgs:
    """What the source is made of."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""
    token: GithubToken | None = None
    """For provider github; None means: config, then environment, then a placeholder with a warning."""


class SourceConnection(pulumi.ComponentResource):
    """Where the pipeline takes its source from: a connection, GitHub's OAuth, or a bucket."""

    spec: SourceSpec
    """The Source action; what the pipeline's role needs besides is in the next two."""
    connection_arn: pulumi.Input[str] | None
    source_bucket: str | None

    def __init__(
        self, name: str, args: SourceConnectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:SourceConnection", name, None, opts)
        self._context, self._source = args.context, args.context.settings.source
        self.connection_arn, self.source_bucket = None, None
        self._token = args.token or source_token(args.context.settings, os.environ)
        self.spec = self._spec()
        self.register_outputs({})

    def watch(self, pipeline: aws.codepipeline.Pipeline) -> dict[str, pulumi.Output[str]]:
        """Start ``pipeline`` on each push. Only OAuth needs it: the others see changes by themselves.

        What is returned is what GitHub has to be told, by hand or by a provider of its own.
        """
        if self._token is None:
            return {}
        secret = pulumi.Output.secret(
            webhook_secret(self._token.value.get_secret_value(), self._context.names.webhook)
        )
        webhook = aws.codepipeline.Webhook(
            self._context.named("webhook"),
            name=self._context.names.webhook,
            authentication="GITHUB_HMAC",
            authentication_configuration={"secret_token": secret},
            filters=[{"json_path": "$.ref", "match_equals": "refs/heads/{Branch}"}],
            target_action=SOURCE_ACTION,
            target_pipeline=pipeline.name,
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {"webhookUrl": pulumi.Output.secret(webhook.url), "webhookSecret": secret}

    def _spec(self) -> SourceSpec:
        if self._token is not None:
            return self._github(self._token)
        return self._s3() if self._source.provider == "s3" else self._connection()

    def _connection(self) -> SourceSpec:
        self.connection_arn = self._source.connection_arn or self._new_connection()
        return SourceSpec(
            owner="AWS",
            provider="CodeStarSourceConnection",
            configuration={
                "ConnectionArn": self.connection_arn,
                "FullRepositoryId": self._source.repository or "",
                "BranchName": self._source.branch,
                "OutputArtifactFormat": "CODE_ZIP",
                "DetectChanges": "true",
            },
        )

    def _new_connection(self) -> pulumi.Output[str]:
        return aws.codeconnections.Connection(
            self._context.named("connection"),
            name=self._context.names.connection,
            provider_type="GitHub",
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        ).arn

    def _github(self, token: GithubToken) -> SourceSpec:
        if token.warning:
            pulumi.log.warn(token.warning, resource=self)
        owner, _, repository = (self._source.repository or "").partition("/")
        return SourceSpec(
            owner="ThirdParty",
            provider="GitHub",
            configuration={
                "Owner": owner,
                "Repo": repository,
                "Branch": self._source.branch,
                "OAuthToken": pulumi.Output.secret(token.value.get_secret_value()),
                # On by default; with the webhook each push would start two executions.
                "PollForSourceChanges": "false",
            },
        )

    def _s3(self) -> SourceSpec:
        self.source_bucket = self._source.bucket or self._context.bucket_name
        return SourceSpec(
            owner="AWS",
            provider="S3",
            configuration={
                "S3Bucket": self.source_bucket,
                "S3ObjectKey": self._source.key,
                "PollForSourceChanges": "true",
            },
        )


def webhook_secret(token: str, webhook: str) -> str:
    """A secret that is stable from one preview to the next and tells nothing about the token."""
    return hmac.new(token.encode(), f"greenshift webhook {webhook}".encode(), hashlib.sha256).hexdigest()
