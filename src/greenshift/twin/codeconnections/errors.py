"""Everything CodeConnections can refuse, named as in AWS's model."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def resource_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Connection not found: {arn}")


def host_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Host not found: {arn}; the twin has no hosts")


def too_many_connections(limit: int) -> ServiceError:
    return ServiceError("LimitExceededException", f"You cannot have more than {limit} connections")


def too_many_tags(limit: int) -> ServiceError:
    return ServiceError("LimitExceededException", f"A connection cannot have more than {limit} tags")


def provider_or_host_required() -> ServiceError:
    return ServiceError("ValidationException", "ProviderType or HostArn must be specified, and only one")


def invalid_next_token() -> ServiceError:
    return ServiceError("ValidationException", "The specified NextToken is not one this operation returned")
