"""What ``import greenshift`` offers: exactly ``__all__``, and cheaply."""

from __future__ import annotations

import subprocess
import sys

import pytest

import greenshift


def test_the_list_of_public_names_is_sorted_and_complete() -> None:
    assert greenshift.__all__ == sorted(greenshift.__all__)
    assert dir(greenshift) == greenshift.__all__
    assert set(greenshift._HOMES) == set(greenshift.__all__) - {"__version__"}


@pytest.mark.parametrize("name", greenshift.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(greenshift, name) is not None


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        greenshift.Nonsense  # noqa: B018


@pytest.mark.parametrize(
    "module",
    ["greenshift", "greenshift.settings", "greenshift.contract.names", "greenshift.components.manifests"],
)
def test_importing_it_loads_neither_pulumi_nor_boto3(module: str) -> None:
    heavy = ("pulumi", "pulumi_aws", "boto3", "moto")
    script = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )

    assert done.stdout.strip() == "[]"
