"""The page of the Python API has all that `import greenshift` gives."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import greenshift

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "python.md").read_text()
CLASSES = [name for name in greenshift.__all__ if inspect.isclass(getattr(greenshift, name))]


def section(name: str) -> str:
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def public(members: Any) -> list[str]:
    return [name for name in members if not name.startswith("_")]


@pytest.mark.parametrize("name", CLASSES)
def test_a_public_class_has_a_section_that_says_what_it_is(name: str) -> None:
    first = section(name).strip().partition("\n")[0]
    assert first[:1].isalpha() or first.startswith("`")


@pytest.mark.parametrize("name", sorted({*CLASSES} - {"Settings"}))
def test_every_argument_attribute_and_method_of_a_public_class_is_told(name: str) -> None:
    class_ = getattr(greenshift, name)
    told = section(name)
    for attribute in public(inspect.get_annotations(class_)):
        assert f"| `{attribute}` |" in told
    if dataclasses.is_dataclass(class_):
        assert not re.search(r"\| +\|$", told, re.MULTILINE), "an argument without a text"
    methods = [key for key, value in vars(class_).items() if inspect.isfunction(value)]
    for method in public(methods):
        assert f"### {name}.{method}" in told
