"""Two releases compared on a page."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.page import Visitor, serving, text, texts
from support.stacks.told_stack import told_stack, went_back

from greenshift.cli.repository import Repository
from greenshift.contract.commits import Commit
from greenshift.dashboard.comparison import Between

TOLD = went_back()
BACK, GOOD, *_ = TOLD.ledger.releases


def between(older: str, newer: str) -> Between:
    assert (older, newer) == (GOOD.commit, BACK.commit)
    files = {"charge": ("charge/index.js",), "": ("README.md",)}
    return Between(True, (Commit("3f9d2c1a77", "Round to cents", "Ada <a@b>"),), 3, files)


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with serving(told_stack(TOLD, between=between)) as found:
        yield found


def test_the_newest_release_is_compared_with_the_last_good_one(visitor: Visitor) -> None:
    tree = visitor.get("/compare").tree

    assert [text(each) for each in tree.findall(".//section/h2/a")] == [
        "Charge in the customer's currency",
        "Round to cents, not to euros",
    ]
    assert "108, 60 failed (55.6 %)" in text(tree)
    rows = [text(row) for row in tree.findall(".//tbody/tr")]
    assert rows[0] == "chargeversion 4version 3charge/index.js"
    assert rows[1] == "refundversion 4version 3none"
    assert "Outside of the functions: README.md" in text(tree)
    assert texts(tree, ".//ol[@class='commits']/li") == ["3f9d2c1a Round to cents Ada"]
    assert "and 3 more" in text(tree)


def test_what_cannot_be_compared_is_told(visitor: Visitor) -> None:
    unknown = visitor.get("/compare?to=nothing", Accept="application/json")
    first = visitor.get(f"/compare?to={TOLD.ledger.releases[-1].id}")

    assert unknown.status == 404
    assert "no release nothing" in unknown.json["error"]["message"]
    assert first.status == 404


def test_a_releases_page_leads_there(visitor: Visitor) -> None:
    tree = visitor.get(f"/releases/{BACK.id}").tree

    assert f"/compare?to={BACK.id}" in [link.attrib["href"] for link in tree.iter("a")]


def test_a_repository_tells_what_lies_between_two_commits(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        told = subprocess.run(
            ["git", "-C", str(tmp_path), *words], capture_output=True, text=True, check=True
        )
        return told.stdout.strip()

    git("init", "-q", "-b", "main")
    ids = []
    for name in ("a.txt", "b c.txt", "ü.txt"):
        (tmp_path / name).write_text("x")
        git("add", "-A")
        git("-c", "user.name=Ada", "-c", "user.email=a@b", "commit", "-q", "-m", f"Add {name}")
        ids.append(git("rev-parse", "HEAD"))
    repository = Repository.open(tmp_path)

    commits = repository.commits_between(ids[0], ids[2])
    assert commits is not None
    assert [commit.summary for commit in commits] == ["Add ü.txt", "Add b c.txt"]
    assert repository.files_between(ids[0], ids[2]) == ["b c.txt", "ü.txt"]
    assert repository.commits_between(ids[2], ids[0]) == []
    assert repository.commits_between(ids[0], "f" * 40) is None
    assert repository.commits_between("--output=x", ids[0]) is None
