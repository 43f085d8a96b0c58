"""What a bucket tells a function of its objects."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from greenshift.components.feeds.fed import Fed, InvokeGrant


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
