"""What a provider of a program is configured with: region, default tags, credentials. Pure.

``aws:region`` of a stack, or the arguments of ``aws.Provider(...)``. Structured ones arrive as JSON text: so
the SDKs send everything that is no text in a provider's inputs [Pulumi: provider inputs are strings].
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from greenshift.engine.aws.calls import Credentials
from greenshift.engine.properties.values import Properties, Unknown, Value, has_unknown, plain

# These say how AWS is reached. The endpoint is this provider's own, so they change nothing.
_ABOUT_THE_WAY = frozenset(
    [
        "accessKey",
        "customCaBundle",
        "ec2MetadataServiceEndpoint",
        "ec2MetadataServiceEndpointMode",
        "endpoints",
        "httpProxy",
        "httpsProxy",
        "insecure",
        "maxRetries",
        "noProxy",
        "profile",
        "retryMode",
        "s3UsePathStyle",
        "s3UsEast1RegionalEndpoint",
        "secretKey",
        "sharedConfigFiles",
        "sharedCredentialsFiles",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "stsRegion",
        "token",
        "tokenBucketRateLimiterCapacity",
        "useDualstackEndpoint",
        "useFipsEndpoint",
        "userAgents",
        "version",
        "pluginDownloadURL",
    ]
)
_USED = frozenset({"region", "defaultTags", "allowedAccountIds", "forbiddenAccountIds"})


@dataclass(frozen=True)
class Configuration:
    """One provider of a program. ``credentials`` is None where the program names none."""

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = None


@dataclass(frozen=True)
class Failure:
    """An input of a provider that is not accepted."""

    key: str
    reason: str


def parse(inputs: Properties, region: str) -> Configuration:
    """``region`` is that of the endpoint, for a provider that names none."""
    given = {key: _opened(value) for key, value in inputs.items()}
    tags = given.get("defaultTags")
    return Configuration(
        region=str(given.get("region") or region),
        default_tags=_tags(tags) if isinstance(tags, dict) else {},
        credentials=_credentials(given),
    )


def failures(inputs: Properties) -> Iterator[Failure]:
    """What is wrong with the inputs of a provider; unknown ones are right until they are known."""
    for key in sorted(set(inputs) - _USED - _ABOUT_THE_WAY):
        if plain(inputs[key]) not in (None, "", "[]", "{}"):
            yield Failure(
                key, f"{key} of an AWS provider is not supported here: leave it out of a local stack"
            )
    tags = _opened(inputs.get("defaultTags"))
    if tags is not None and not has_unknown(tags) and not isinstance(tags, dict):
        yield Failure("defaultTags", "default tags are an object: {tags: {team: payments}}")


def replaced(old: Properties, new: Properties) -> tuple[str, ...]:
    """The changes after which nothing that the provider made is where it looks: another region."""
    return ("region",) if _opened(old.get("region")) != _opened(new.get("region")) else ()


def _opened(value: Value) -> Value:
    """Without its secret mark, and parsed where it is JSON text."""
    bare = plain(value)
    if isinstance(bare, Unknown) or not isinstance(bare, str) or bare[:1] not in ("{", "["):
        return bare
    try:
        parsed: Value = json.loads(bare)
    except json.JSONDecodeError:
        return bare
    return parsed


def _tags(default_tags: Mapping[str, Value]) -> dict[str, str]:
    tags = _opened(default_tags.get("tags"))
    return {key: str(value) for key, value in tags.items()} if isinstance(tags, dict) else {}


def _credentials(given: Mapping[str, Value]) -> Credentials | None:
    key, secret = given.get("accessKey"), given.get("secretKey")
    if not key or not secret:
        return None
    token = given.get("token")
    return Credentials(str(key), str(secret), str(token) if token else None)
