"""`greenshift dev` beside releases, and after its end: no order of them leaves what nobody released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.developer import Developer, at_work, second
from support.people.shell import Shell

from greenshift.contract.working_copy import AT_REST
from greenshift.twin.machine import process


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A project whose commit is live."""
    folder: Path = tmp_path_factory.mktemp("dev")
    Shell(folder).greenshift("new", "my-app")
    shell = Shell(folder / "my-app")
    shell.greenshift("up")
    shell.greenshift("release")
    yield shell
    process.stop(shell.home)


@pytest.fixture
def developer(released: Shell) -> Iterator[Developer]:
    with at_work(released) as developer:
        yield developer


ORDERS = (
    "dev save commit release interrupt",
    "dev save commit release kill",
    "dev save commit kill release",
    "dev save commit kill dev release close",
    "dev save commit save release kill release",
    "dev save kill release",
    "dev save kill dev interrupt",
)


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_released_is_live_whatever_the_order(developer: Developer, order: str) -> None:
    for step in order.split():
        getattr(developer, step)()

    assert developer.committed in developer.answer()
    assert developer.alias()[1] == AT_REST
    assert "nothing to release" in developer.release().out


def status(developer: Developer) -> str:
    """What is said of the page's traffic."""
    lines = developer.project.greenshift("status", "--all").out.splitlines()
    return next(line for line in lines if " page " in line)


def test_while_it_runs_it_is_no_fault_and_a_release_of_the_same_commit_says_it(developer: Developer) -> None:
    developer.dev()
    developer.save()
    mine = developer.alias()

    doctor = developer.project.greenshift("doctor")
    release = developer.project.greenshift("release", ok=False)
    repair = developer.project.greenshift("repair", "--yes")
    other = second(developer.project)

    assert "greenshift dev has my-app-local-page" in doctor.out
    assert "by hand" not in doctor.out
    assert release.code == 1
    assert "greenshift dev serves your working copy of page" in release.err
    assert repair.out.strip() == "nothing to repair"
    assert other.code == 1
    assert "another greenshift dev has my-app-local-page" in other.err
    assert developer.alias() == mine
    assert "your working copy (greenshift dev)" in status(developer)


@pytest.mark.parametrize("end", ["interrupt", "close", "terminate"])
def test_the_released_version_is_back_however_a_person_ends_it(developer: Developer, end: str) -> None:
    before = developer.alias()
    developer.dev()
    developer.save()

    getattr(developer, end)()

    assert developer.alias() == before
    assert developer.committed in developer.answer()


def test_what_a_killed_one_left_is_told_and_repaired(developer: Developer) -> None:
    before = developer.alias()
    developer.dev()
    developer.save()
    developer.kill()

    told = status(developer)
    doctor = developer.project.greenshift("doctor", ok=False)
    developer.repair()

    assert f"greenshift dev left behind; version {before[0]} is released" in told
    assert doctor.code == 1
    assert "[working-copy-left-behind]" in doctor.out
    assert developer.alias() == before


def test_the_same_code_is_what_is_released_each_time_it_starts(developer: Developer) -> None:
    live = developer.alias()
    for _ in range(2):
        developer.dev()
        developer.save()
        developer.project.git("checkout", "--", ".")
        assert developer.terminal is not None
        developer.terminal.hears(f"page is what is released, version {live[0]}")
        developer.text = developer.committed
        assert developer.alias() == live
        developer.interrupt()


def test_a_release_takes_the_alias_and_the_working_copy_comes_back_after_it(developer: Developer) -> None:
    developer.dev()
    developer.save()
    developer.commit()
    developer.save()
    saved = developer.text

    developer.release()

    assert developer.terminal is not None
    developer.terminal.hears("page serves your working copy")
    assert saved in developer.answer()
