"""What the pages count of a stack is what the components create."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings(
    r"ignore:(aws\.)?(s3|lambda)\S+ has been deprecated in favor of:DeprecationWarning"
)

DOCS = Path(__file__).parents[3] / "docs"
FUNCTIONS = 2  # of the settings that `deploy` takes by default
WORDS = {1: "one", 2: "two", 3: "three"}


@pytest.fixture
def counted(deploy: Any) -> dict[str, int]:
    run = deploy()
    alarm = run.one(":MetricAlarm", "charge-alarm").inputs
    return {
        "roles": len(run.of(":Role")) - FUNCTIONS,
        "functions": len(run.of(":Function")) - FUNCTIONS,
        "policies": len(run.of("policy:Policy")),
        "rules": len(run.of(":EventRule")),
        "metrics": sum("metric" in query for query in alarm["metricQueries"]),
    }


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("aws.md", "N + {roles} IAM roles"),
        ("aws.md", "N + {functions} Lambda functions"),
        ("aws.md", "{rules} EventBridge rules"),
        ("operations.md", "| IAM roles | 1,000 | N + {roles} |"),
        ("operations.md", "| customer-managed policies | 1,500 | {policies} |"),
        ("operations.md", "each metric in each alarm: {metrics} a function"),
    ],
)
def test_a_page_counts_what_a_stack_has(counted: dict[str, int], page: str, sentence: str) -> None:
    told: dict[str, object] = counted | {"metrics": WORDS[counted["metrics"]]}

    assert sentence.format(**told) in " ".join((DOCS / page).read_text().split())
