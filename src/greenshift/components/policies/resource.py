"""Resource policies: TLS only for the bucket; for the topic also who may publish."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.contract.policies import Condition, Statement, write_policy

_PLAIN_HTTP: Condition = {"Bool": {"aws:SecureTransport": "false"}}


def bucket_policy(bucket_arn: str) -> str:
    return write_policy(
        Statement(
            sid="TlsOnly",
            effect="Deny",
            principal="*",
            actions=["s3:*"],
            resources=[bucket_arn, f"{bucket_arn}/*"],
            condition=_PLAIN_HTTP,
        )
    )


def topic_policy(topic_arn: str, publisher_role_arns: Sequence[str]) -> str:
    return write_policy(
        Statement(
            sid="ReleasesPublish",
            principal={"AWS": list(publisher_role_arns)},
            actions=["sns:Publish"],
            resources=[topic_arn],
        ),
        Statement(
            sid="TlsOnly",
            effect="Deny",
            principal="*",
            actions=["sns:Publish"],
            resources=[topic_arn],
            condition=_PLAIN_HTTP,
        ),
    )
