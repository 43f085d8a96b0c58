"""A stack as a user has it, for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stacks.released_stack import Deployed, released_stack

from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with released_stack(twin, tmp_path_factory.mktemp("stack")) as stack:
        yield stack
