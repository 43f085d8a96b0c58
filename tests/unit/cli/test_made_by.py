"""What a new project asks pip for: what made it, or nothing that somebody else could publish."""

from __future__ import annotations

import json
from typing import Any

import pytest
from packaging.requirements import InvalidRequirement, Requirement

from greenshift import __version__
from greenshift.cli.project.made_by import installed, requirement

COMMIT = "3f9d2c1a77b0c6f5e4d3b2a1908f7e6d5c4b3a29"
GIT = {"url": "https://git.example/greenshift.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
WHEEL = {
    "url": "https://files.example/greenshift-0.2.0-py3-none-any.whl",
    "archive_info": {"hashes": {"sha256": "ab"}},
}
HERE: list[dict[str, Any]] = [
    {},  # from an index, or not known
    {"url": "file:///home/ada/greenshift", "dir_info": {"editable": True}},
    {"url": "file:///tmp/greenshift-0.2.0-py3-none-any.whl", "archive_info": {}},
]


@pytest.mark.parametrize(
    ("origin", "url"),
    [(GIT, f"git+https://git.example/greenshift.git@{COMMIT}"), (WHEEL, f"{WHEEL['url']}#sha256=ab")],
)
def test_what_pip_can_fetch_elsewhere_is_named_with_its_address(origin: dict[str, Any], url: str) -> None:
    (line,) = requirement(origin, "0.2.0").splitlines()

    assert Requirement(line).url == url


@pytest.mark.parametrize("origin", HERE)
def test_what_is_only_here_names_no_package_and_says_how_in_one_line(origin: dict[str, Any]) -> None:
    (line,) = requirement(origin, "0.2.0").splitlines()

    assert line.startswith("#")
    assert "python -m pip install greenshift-0.2.0-py3-none-any.whl" in line
    with pytest.raises(InvalidRequirement):
        Requirement(line)


def test_what_runs_knows_where_it_came_from() -> None:
    origin, version = installed()

    assert version == __version__
    json.dumps(origin)
