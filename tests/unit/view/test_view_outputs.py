"""A stack's outputs: typed, or an error that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.errors import GreenshiftError
from greenshift.view import FunctionOutputs, StackOutputs

ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:payments-charge:live"
CHARGE = {"name": "payments-charge", "aliasArn": ALIAS, "alarm": "charge-errors", "deploymentGroup": "charge"}
OUTPUTS: dict[str, Any] = {
    "pipelineName": "payments",
    "pipelineConsoleUrl": "https://console.example",
    "deploymentTableName": "ledger",
    "artifactBucket": "bucket",
    "topicArn": "arn:aws:sns:us-east-1:123456789012:releases",
    "functions": {"refund": {**CHARGE, "name": "payments-refund"}, "charge": CHARGE},
}


def test_outputs_are_read_with_functions_in_the_order_of_their_keys() -> None:
    found = StackOutputs.parse({**OUTPUTS, "something": "of the user's own"})

    assert (found.pipeline, found.table, found.bucket) == ("payments", "ledger", "bucket")
    assert [function.key for function in found.functions] == ["charge", "refund"]
    assert found.functions[0] == FunctionOutputs(
        "charge", "payments-charge", ALIAS, "charge-errors", "charge"
    )


def test_the_alias_is_the_end_of_its_arn() -> None:
    assert StackOutputs.parse(OUTPUTS).functions[0].alias == "live"


@pytest.mark.parametrize("missing", sorted(OUTPUTS))
def test_a_missing_output_is_named_with_the_next_step(missing: str) -> None:
    with pytest.raises(GreenshiftError) as raised:
        StackOutputs.parse({name: value for name, value in OUTPUTS.items() if name != missing})

    assert f"no output {missing!r}" in raised.value.message
    assert "greenshift up" in raised.value.hint


@pytest.mark.parametrize("missing", sorted(CHARGE))
def test_a_missing_output_of_a_function_is_named(missing: str) -> None:
    charge = {name: value for name, value in CHARGE.items() if name != missing}

    with pytest.raises(GreenshiftError, match=f"no output '{missing}'"):
        StackOutputs.parse({**OUTPUTS, "functions": {"charge": charge}})
