"""The table and Pulumi's own SDK for AWS: our names are its names."""

from __future__ import annotations

import pytest
from pulumi import _types

from greenshift.engine.aws.observed import OBSERVED
from greenshift.engine.aws.table import TABLE
from greenshift.engine.plugin import sdk


@pytest.mark.parametrize("token", sorted(TABLE))
def test_every_property_of_the_table_is_one_of_the_sdk(token: str) -> None:
    entry = TABLE[token]
    known = set(_types.input_type_types(sdk.arguments_class(token)))
    assert not entry.properties - known
    assert not entry.replace - known
    assert not set(entry.defaults) - entry.properties


@pytest.mark.parametrize("token", sorted(TABLE))
def test_every_type_can_be_imported(token: str) -> None:
    """`Resource.get`, `import_` and a refresh look at a resource by its id."""
    assert TABLE[token].observe or token in OBSERVED
