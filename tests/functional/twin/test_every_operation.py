"""The page of the twin, held against a twin: every operation of AWS's models is sent, and what comes back is
what the page says of it.

An operation of a newer model that the page does not name fails, and so does one that the page says is done
and the twin does not have, or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from support.measures.smallest import smallest

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import registry
from greenshift.twin.service import service_model

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "twin.md").read_text()
_KIND = re.compile(r"^(Executed|Stored|Refused), \d+ of \d+:\n\n(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What a client got: the status, and the code of an error or nothing."""

    status: int
    code: str = ""

    @property
    def is_refused(self) -> bool:
        return self.status == 501 and self.code == "NotImplementedException"


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    """Time stands still; nothing exists but what the operations themselves make."""
    with start_twin(clock="manual") as running:
        yield running


def told(service: str) -> dict[str, str]:
    """What the page says becomes of each operation of a service."""
    section = PAGE.split(f"\n## {service}\n", 1)[1].split("\n## ", 1)[0]
    return {name: kind for kind, names in _KIND.findall(section) for name in re.findall(r"`(\w+)`", names)}


def ask(twin: RunningTwin, service: str, name: str) -> Answer:
    """The answer to the smallest request that the model allows; a stream is not read."""
    request = smallest(service_model(service).operation_model(name))
    try:
        answer = getattr(twin.client(service), xform_name(name))(**request)
    except ClientError as refused:
        metadata = refused.response["ResponseMetadata"]
        return Answer(metadata["HTTPStatusCode"], refused.response["Error"]["Code"])
    return Answer(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize("service", registry.NAMES)
def test_every_operation_is_answered_as_the_page_says(twin: RunningTwin, service: str) -> None:
    kinds = told(service)
    answers = {name: ask(twin, service, name) for name in service_model(service).operation_names}

    assert set(answers) == set(kinds), "an operation that the page does not name"
    assert {name for name in answers if answers[name].is_refused} == {
        name for name, kind in kinds.items() if kind == "Refused"
    }
    assert {name: each for name, each in answers.items() if each.status >= 500 and not each.is_refused} == {}
