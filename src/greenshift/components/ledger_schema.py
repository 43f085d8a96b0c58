"""The ledger table's keys: one row per release and per function of a release, found by either.

Only key attributes are declared; the rest of a row is the release's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_aws.dynamodb import TableAttributeArgsDict, TableGlobalSecondaryIndexArgsDict

HASH_KEY = "deploymentId"
TTL_ATTRIBUTE = "expiresAt"
BY_PIPELINE = "byPipeline"
BY_FUNCTION = "byFunction"

_ATTRIBUTES = (HASH_KEY, "pipeline", "function", "startedAt")


def attributes() -> list[TableAttributeArgsDict]:
    return [{"name": name, "type": "S"} for name in _ATTRIBUTES]


def indexes() -> list[TableGlobalSecondaryIndexArgsDict]:
    """Sparse: a row without ``pipeline`` or ``function`` is in neither index."""
    return [_index(BY_PIPELINE, "pipeline"), _index(BY_FUNCTION, "function")]


def _index(name: str, hash_key: str) -> TableGlobalSecondaryIndexArgsDict:
    return {
        "name": name,
        "key_schemas": [
            {"attribute_name": hash_key, "key_type": "HASH"},
            {"attribute_name": "startedAt", "key_type": "RANGE"},
        ],
        "projection_type": "ALL",
    }
