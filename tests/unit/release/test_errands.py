"""What a person may ask of the controller: read from its event, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.contract.errands import Settle
from greenshift.release.errands import is_errand, parse_errand
from greenshift.release.errors import Refusal

SETTLE = {"greenshift": {"errand": "settle", "release": "r1", "reason": "repaired: by hand"}}


def test_an_errand_is_told_from_a_job() -> None:
    assert is_errand(SETTLE)
    assert not is_errand({"CodePipeline.job": {"id": "j"}})
    assert not is_errand({**SETTLE, "CodePipeline.job": {"id": "j"}})


def test_settle_names_a_release_and_a_reason() -> None:
    assert parse_errand(SETTLE) == Settle("r1", "repaired: by hand")


@pytest.mark.parametrize(
    "asked", [{}, {"errand": "dance", "release": "r1", "reason": "x"}, {"errand": "settle", "reason": "x"}]
)
def test_anything_else_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        parse_errand({"greenshift": asked})
