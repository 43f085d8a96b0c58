"""YAML that would take the reader's stack, memory or time is refused before it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.measures.effort import effort

from greenshift.twin.codebuild.buildspec_yaml import load_yaml
from greenshift.twin.codebuild.errors import PhaseFailure
from greenshift.twin.codedeploy.appspec import AppSpecError, parse_appspec

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
)


@pytest.mark.parametrize("read", [load_yaml, parse_appspec])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000, "- " * 3_000, "{a: " * 3_000, LAUGHS + "version: *i\n", "a: &a [*a, *a]",
        "x: " + "y" * 300_000, "".join(f"k{n}: 1\n" for n in range(15_000)),
    ],
    ids=["lists", "items", "maps", "laughs", "itself", "long", "many"],
)  # fmt: skip
def test_it_is_refused_at_once(read: Callable[[str], object], text: str) -> None:
    def refused() -> None:
        with pytest.raises((PhaseFailure, AppSpecError)):
            read(text)

    assert effort(refused) < 160


def test_aliases_people_write_are_read() -> None:
    text = "common: &common [npm ci]\nphases:\n  build: {commands: *common}\n  install: {commands: *common}\n"

    found = load_yaml(text)

    assert isinstance(found, dict)
    assert found["phases"]["build"] == found["phases"]["install"] == {"commands": ["npm ci"]}
