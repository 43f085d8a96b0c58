"""What `greenshift new` writes into requirements.txt is done, to the letter, on "another machine"."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.people.shell import ADA
from support.repositories import own_source

from greenshift import __version__

URL = "https://git.example.invalid/greenshift.git"
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
INSTALL = [*PIP, "install", "--no-deps", "--target"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of Greenshift."""
    folder = tmp_path_factory.mktemp("source")
    own_source.copy_to(folder)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "As it is"]):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **ADA}, check=True, timeout=60)
    return folder


@pytest.fixture
def reach(source: Path) -> dict[str, str]:
    """An environment in which git finds the repository at its address; pip builds with what is here."""
    return {
        **os.environ,
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's word for "without": the option has a "no" in its name
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{source}.insteadOf",
        "GIT_CONFIG_VALUE_0": URL,
    }


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr


def written_by(home: Path, folder: Path, environment: dict[str, str]) -> Path:
    """The requirements.txt of a project that the Greenshift in ``home`` made."""
    own = {**environment, "PYTHONPATH": str(home)}
    run([sys.executable, "-m", "greenshift", "new", "my-app"], folder, own)
    return folder / "my-app" / "requirements.txt"


def origin(home: Path) -> dict[str, object]:
    (told,) = home.glob("greenshift-*.dist-info/direct_url.json")
    found: dict[str, object] = json.loads(told.read_text())
    return found


def test_what_came_from_a_git_repository_is_fetched_from_there(
    tmp_path: Path, source: Path, reach: dict[str, str]
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    run([*INSTALL, str(here), f"git+{URL}"], tmp_path, reach)
    file = written_by(here, tmp_path, reach)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=source, capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()
    assert file.read_text() == f"greenshift @ git+{URL}@{head}\n"

    run([*INSTALL, str(elsewhere), "--requirement", str(file)], tmp_path, reach)

    assert origin(elsewhere)["vcs_info"] == {"vcs": "git", "commit_id": head, "requested_revision": head}


def test_what_came_from_a_file_says_how_to_make_and_to_install_that_file(
    tmp_path: Path, source: Path, reach: dict[str, str]
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    run([*INSTALL, str(here), str(source)], tmp_path, reach)
    file = written_by(here, tmp_path, reach)
    said = re.fullmatch(
        r"# Greenshift (\S+) made this, .+: python -m (pip install (\S+\.whl)) "
        r"\(python -m (pip wheel .+) DIRECTORY-OF-GREENSHIFT writes that file\)\n",
        file.read_text(),
    )
    assert said is not None, file.read_text()
    assert said[1] == __version__

    run([sys.executable, "-m", *shlex.split(said[4]), str(source)], tmp_path, reach)
    assert (tmp_path / said[3]).is_file()
    install = [sys.executable, "-m", *shlex.split(said[2]), "--no-deps", "--target", str(elsewhere)]
    run(install, tmp_path, reach)
    run([*PIP, "install", "--requirement", str(file)], tmp_path, reach)

    assert (elsewhere / "greenshift" / "__init__.py").is_file()
