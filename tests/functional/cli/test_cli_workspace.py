"""What a command keeps in the project: the state's passphrase, for its owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from greenshift.cli.project.workspace import Workspace
from greenshift.errors import TwinError, UsageError
from greenshift.twin.machine.process import TwinHandle

NewProject = Callable[[str], Path]

HANDLE = TwinHandle(1, "http://127.0.0.1:9", "instance", 60.0, "123456789012", "us-east-1")


@pytest.fixture
def workspace(new_project: NewProject, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    return Workspace.find(directory=new_project("my-app"))


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A machine on which files are everybody's unless somebody says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def use(workspace: Workspace) -> None:
    workspace.engine(HANDLE, lambda event: None)


@pytest.mark.usefixtures("open_umask")
def test_the_passphrase_is_readable_by_its_owner_alone(workspace: Workspace) -> None:
    use(workspace)
    file = workspace.home / "passphrase"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text()) >= 40


def test_the_passphrase_stays_the_same_and_differs_between_projects(
    workspace: Workspace, new_project: NewProject
) -> None:
    use(workspace)
    first = (workspace.home / "passphrase").read_text()
    use(workspace)
    other = Workspace.find(directory=new_project("other-app"))
    use(other)

    assert (workspace.home / "passphrase").read_text() == first
    assert (other.home / "passphrase").read_text() != first


def test_a_passphrase_of_ones_own_leaves_no_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "mine")
    use(workspace)

    assert not (workspace.home / "passphrase").exists()


def test_what_is_kept_in_a_project_is_not_committed(workspace: Workspace) -> None:
    use(workspace)

    assert workspace.repository().uncommitted() == []


def test_a_project_is_found_from_any_directory_below_it(workspace: Workspace) -> None:
    below = workspace.project.directory / "functions" / "hello"

    assert Workspace.find(directory=below).project.directory == workspace.project.directory


def test_outside_a_project_and_without_a_twin_the_next_step_is_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as outside:
        Workspace.find(directory=tmp_path)
    with pytest.raises(TwinError) as stopped:
        workspace.twin()

    assert "greenshift new" in outside.value.hint
    assert "greenshift up" in stopped.value.hint
