"""A stack as a user has it, deployed by the real engine, whose releases ask before they shift."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stacks.released_before import released_before
from support.stacks.shop import Deployed, deploy

from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    stack = deploy(twin, tmp_path_factory.mktemp("stack"), "Canary10Percent30Minutes", asks=True)
    names = [function.name for function in stack.outputs.functions]
    released_before(twin.client("dynamodb"), stack.outputs.table, names)
    yield stack
    stack.engine.destroy()
