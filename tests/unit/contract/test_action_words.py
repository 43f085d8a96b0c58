"""An action of the pipeline in the words of people."""

from __future__ import annotations

import pytest

from greenshift.contract.action_words import action_in_words, why_it_failed


@pytest.mark.parametrize("message", ["failed: page: it raised", "page: it raised"])
def test_why_an_action_failed_does_not_begin_with_its_status_whatever_controller_told_it(
    message: str,
) -> None:
    assert why_it_failed(message) == "page: it raised"


def test_an_action_is_called_what_it_does() -> None:
    assert (action_in_words("Source/BuildKit"), action_in_words("Build")) == (
        "Source of Greenshift's build kit",
        "Build",
    )
