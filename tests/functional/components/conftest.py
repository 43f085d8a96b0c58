"""A whole pipeline, deployed by the engine onto a twin from nothing but its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from support.stacks.project_stack import ProjectStack

from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ProjectStack]:
    """Makes a project of Python functions; nothing is deployed before its ``up``."""

    def build(config: Mapping[str, Any], **more: Any) -> ProjectStack:
        return ProjectStack(twin, tmp_path_factory.mktemp("project"), config, **more)

    return build
