"""The project's git repository: its commit, or words its owner can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.people.shell import Shell

from greenshift.cli.project.repository import Change, Repository
from greenshift.contract.commits import Commit
from greenshift.errors import GreenshiftError, UsageError


@pytest.fixture
def repository(tmp_path: Path) -> Shell:
    """A git repository with one commit on main."""
    shell = Shell(tmp_path)
    shell.git("init", "--quiet", "--initial-branch", "main")
    (tmp_path / "a.txt").write_text("a")
    shell.commit("First\n\nWith more to say.")
    return shell


def test_the_latest_commit_of_a_branch_is_told_with_the_first_line_of_its_message(repository: Shell) -> None:
    opened = Repository.open(repository.directory)
    (repository.directory / "b.txt").write_text("b")
    second = repository.commit("[bold]Second[/], 料金")

    assert opened.head("main") == Commit(second, "[bold]Second[/], 料金", "t <t@example.invalid>")


def test_another_branch_than_the_one_checked_out_can_be_asked_for(repository: Shell) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "--quiet", "-b", "feature/x")
    (repository.directory / "b.txt").write_text("b")
    second = repository.commit("Second")
    opened = Repository.open(repository.directory)

    assert (opened.head("main").id, opened.head("feature/x").id) == (first, second)


def test_a_tag_is_no_branch(repository: Shell) -> None:
    repository.git("tag", "v1")

    with pytest.raises(GreenshiftError, match="no commit on branch 'v1'"):
        Repository.open(repository.directory).head("v1")


def test_a_missing_branch_is_named_with_those_there_are(repository: Shell) -> None:
    repository.git("branch", "develop")

    with pytest.raises(GreenshiftError) as raised:
        Repository.open(repository.directory).head("master")

    assert raised.value.message.endswith("no commit on branch 'master'; it has develop, main")
    assert "greenshift:source.branch" in raised.value.hint


def test_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    Shell(tmp_path).git("init", "--quiet", "--initial-branch", "main")

    with pytest.raises(GreenshiftError, match="it has no commits yet"):
        Repository.open(tmp_path).head("main")


def test_a_directory_outside_any_repository_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        Repository.open(tmp_path)

    assert "is not a git repository" in raised.value.message
    assert "git init" in raised.value.hint


def test_a_project_below_the_top_of_its_repository_is_a_misuse(repository: Shell) -> None:
    below = repository.directory / "services" / "app"
    below.mkdir(parents=True)

    with pytest.raises(UsageError):
        Repository.open(below)


def test_files_that_differ_from_the_commit_are_told_by_name(repository: Shell) -> None:
    opened = Repository.open(repository.directory)
    assert opened.uncommitted() == []

    (repository.directory / "a.txt").write_text("changed")
    (repository.directory / "below it").mkdir()
    (repository.directory / "below it" / "née.txt").write_text("new")
    (repository.directory / "staged.txt").write_text("new")
    repository.git("add", "staged.txt")

    assert opened.uncommitted() == [
        Change("a.txt", False), Change("below it/née.txt", True), Change("staged.txt", False),
    ]  # fmt: skip


def test_who_makes_a_project_and_is_unknown_to_git_is_told_so_before_a_commit_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "settings"
    settings.write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    shell = Shell(tmp_path)

    unknown = shell.greenshift("new", "one")
    settings.write_text("[user]\n\tname = Ada\n\temail = ada@example.invalid\n")
    known = shell.greenshift("new", "two")

    assert "warning: git does not know who you are" in unknown.err
    assert 'git config --global user.name "Your Name"' in unknown.err
    assert known.err == ""


def test_a_machine_without_git_is_told_what_to_install(
    repository: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Repository.open(repository.directory)
    monkeypatch.setenv("PATH", str(repository.directory))

    with pytest.raises(GreenshiftError, match="git is not installed"):
        opened.head("main")
