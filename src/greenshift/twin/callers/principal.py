"""Who is calling: the account itself, a role's session, an AWS service acting on its own, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

PrincipalKind = Literal["root", "role", "service", "anonymous"]


@dataclass(frozen=True)
class Principal:
    """The identity behind a call, as IAM would see it.

    ``arn`` is the role's ARN for a role session, the account's root ARN for the person at the laptop, and
    the service's name (``events.amazonaws.com``) for a service that calls without a role; ``anonymous`` for
    a request that nobody signed.
    """

    kind: PrincipalKind
    arn: str
    session: str = ""
    source: str = ""
    """The ARN of what a service acts for, in its own name or in a role: a topic, a bucket, a rule
    (``aws:SourceArn``)."""

    @classmethod
    def service(cls, name: str, source: str = "") -> Principal:
        return cls("service", name, source=source)

    def acting_for(self, source: str) -> Principal:
        return replace(self, source=source)

    def told(self, account: str) -> str:
        """The ARN by which AWS tells who calls: a role's session, not its role."""
        if self.kind != "role":
            return self.arn
        return f"arn:aws:sts::{account}:assumed-role/{self.arn.rpartition('/')[2]}/{self.session}"

    @classmethod
    def anonymous(cls) -> Principal:
        return cls("anonymous", "anonymous")

    @classmethod
    def root(cls, account: str) -> Principal:
        return cls("root", f"arn:aws:iam::{account}:root")


@dataclass(frozen=True)
class Session:
    """Temporary credentials of a role, as STS AssumeRole gives them."""

    principal: Principal
    access_key_id: str
    secret_access_key: str
    session_token: str
    region: str
    endpoint: str

    def environment(self) -> dict[str, str]:
        """What a process needs so that any AWS SDK calls the twin as this role."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
        }
