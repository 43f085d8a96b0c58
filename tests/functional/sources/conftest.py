"""A twin whose clock stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stacks.fed import Place

from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start_twin(clock="manual") as twin:
        yield Place(twin, tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def role(place: Place) -> str:
    return place.role("AWSLambdaSQSQueueExecutionRole")
