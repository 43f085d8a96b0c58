"""Everything that exists on a twin, service by service: the proof that a destroy left nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import Service


@dataclass(frozen=True)
class Listing:
    """One list operation of a service moto serves, and where the names stand in its answer."""

    service: str
    operation: str
    items: str
    name: str | None
    parameters: Mapping[str, Any] = field(default_factory=dict)


_LISTINGS = (
    Listing("s3", "ListBuckets", "Buckets", "Name"),
    Listing("dynamodb", "ListTables", "TableNames", None),
    Listing("iam", "ListRoles", "Roles", "Arn"),
    Listing("iam", "ListPolicies", "Policies", "Arn", {"Scope": "Local", "MaxItems": 1000}),
    Listing("logs", "DescribeLogGroups", "logGroups", "logGroupName"),
    Listing("sns", "ListTopics", "Topics", "TopicArn"),
    Listing("sns", "ListSubscriptions", "Subscriptions", "SubscriptionArn"),
    Listing("sqs", "ListQueues", "QueueUrls", None),
    Listing("ssm", "DescribeParameters", "Parameters", "Name"),
    Listing("secretsmanager", "ListSecrets", "SecretList", "Name"),
    Listing("kms", "ListAliases", "Aliases", "AliasArn"),
)


async def inventory(aws: Aws, principal: Principal, services: Mapping[str, Service]) -> dict[str, list[str]]:
    """Service -> what it holds; services that hold nothing are left out."""
    found = {name: service.resources() for name, service in services.items()}
    for listing in _LISTINGS:
        found.setdefault(listing.service, []).extend(await _names(aws, principal, listing))
    return {service: sorted(names) for service, names in sorted(found.items()) if names}


async def _names(aws: Aws, principal: Principal, listing: Listing) -> list[str]:
    response = await aws.call(principal, listing.service, listing.operation, listing.parameters)
    items = response.get(listing.items, [])
    names = [str(item) if listing.name is None else str(item[listing.name]) for item in items]
    # AWS's own key aliases exist in every account.
    return [name for name in names if ":alias/aws/" not in name]
