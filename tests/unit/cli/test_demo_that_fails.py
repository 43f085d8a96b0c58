"""What somebody reads whose demo ended otherwise than its story has it: on a busy machine it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from greenshift.cli.commands.demo import expect
from greenshift.errors import GreenshiftError


def test_it_says_what_to_try_and_that_nothing_is_left(snapshot_of: Callable[..., Any]) -> None:
    expect("Failed", snapshot_of(status="Failed"))

    with pytest.raises(GreenshiftError, match="should have ended Succeeded, and ended Failed") as refused:
        expect("Succeeded", snapshot_of(status="Failed"))

    assert "greenshift demo --speed 20" in refused.value.hint
    assert "nothing is left" in refused.value.hint
