"""What somebody deleted that the stack's program makes is told with the command that makes it anew."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from greenshift.release.errors import describe

ANEW = "run `greenshift up --refresh`"


def refused(operation: str, code: str) -> str:
    return describe(ClientError({"Error": {"Code": code, "Message": "not found"}}, operation))


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem", "Query", "TransactWriteItems"])
def test_a_table_that_is_gone_is_named_as_the_ledgers(operation: str) -> None:
    told = refused(operation, "ResourceNotFoundException")

    assert f"the table of the ledger does not exist: {ANEW}" in told


@pytest.mark.parametrize("code", ["DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"])
def test_a_deployment_group_that_is_gone_can_be_made_anew(code: str) -> None:
    assert refused("CreateDeployment", code).endswith(f"not found: {ANEW}")


@pytest.mark.parametrize(
    ("operation", "code"),
    [("GetAlias", "ResourceNotFoundException"), ("GetItem", "AccessDeniedException")],
)
def test_nothing_else_is_said_to_be_gone(operation: str, code: str) -> None:
    assert ANEW not in refused(operation, code)
