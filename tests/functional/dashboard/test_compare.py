"""Two releases compared on a page."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.page import Visitor, serving, text, texts
from support.stacks.told_stack import told_stack, went_back

from greenshift.cli.project.repository import Repository
from greenshift.contract.commits import Commit
from greenshift.contract.text import with_arrows
from greenshift.dashboard.comparison import Between
from greenshift.testing import RunningTwin
from greenshift.view import SettingChange, StackView

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
    assert rows[0].startswith("chargeversion 4version 3 (4 rolled back)charge/index.js")
    assert rows[1] == "refundversion 4version 3 (4 rolled back)nonenone"
    assert rows[2].endswith("not known: one of the versions is gone")
    assert "Outside of the functions: README.md" in text(tree)
    assert texts(tree, ".//ol[@class='commits']/li") == ["3f9d2c1a Round to cents Ada"]
    assert "and 3 more" in text(tree)


def test_durations_and_what_differed_from_what_was_live_stand_side_by_side(visitor: Visitor) -> None:
    before, after = visitor.get("/compare").tree.findall(".//div[@data-part='pair']/section")

    assert "Took9 min 30 s" in text(before)
    assert "Took6 min 36 s" in text(after)
    assert "Slowest p9991 ms" in text(after)
    for side in (before, after):
        assert texts(side, "h3") == ["What differed from what was live"]
        assert texts(side, "ul/li") == [with_arrows(each) for each in BACK.findings]


def test_settings_that_differ_are_told_and_of_a_variable_only_its_name(visitor: Visitor) -> None:
    first = visitor.get("/compare").tree.find(".//tbody/tr")
    assert first is not None

    assert texts(first, "td[@data-label='Settings']") == [
        f"memory 512 MB → 256 MB, layers none → {BACK.message}, variable NAMED {BACK.message} changed"
    ]


def test_the_settings_of_real_versions_are_compared_and_no_value_of_a_variable_is_told(
    twin: RunningTwin,
) -> None:
    client = twin.client("lambda")
    secrets = [{"KEPT": "hidden-1", "CHANGED": "hidden-2", "GONE": "x"}, {"KEPT": "hidden-1", "CHANGED": "y"}]
    client.create_function(
        FunctionName="shop-local-charge", Runtime="python3.13", Handler="app.handler", Publish=True,
        Role=role(twin), Code={"ZipFile": zipped({"app.py": "def handler(*_): return 1"})},
        MemorySize=512, Environment={"Variables": secrets[0]},
    )  # fmt: skip
    client.get_waiter("function_active_v2").wait(FunctionName="shop-local-charge")
    client.update_function_configuration(
        FunctionName="shop-local-charge", MemorySize=256, Timeout=9, Environment={"Variables": secrets[1]}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="shop-local-charge")
    client.publish_version(FunctionName="shop-local-charge")
    view = StackView(told_stack(TOLD).outputs, twin.client)

    told = view.settings_between("shop-local-charge", "1", "2")

    assert told == (
        SettingChange("memory", "512 MB", "256 MB"),
        SettingChange("time-out", "3 s", "9 s"),
        SettingChange("CHANGED", variable="changed"),
        SettingChange("GONE", variable="removed"),
    )
    assert "hidden" not in str(told)
    assert view.settings_between("shop-local-charge", "2", "2") == ()
    assert view.settings_between("shop-local-charge", "1", "7") is None


def role(twin: RunningTwin) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    made = twin.client("iam").create_role(RoleName="charge", AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_what_cannot_be_compared_is_told(visitor: Visitor) -> None:
    unknown = visitor.get("/compare?to=nothing", Accept="application/json")
    first = visitor.get(f"/compare?to={TOLD.ledger.releases[-1].id}")

    assert unknown.status == 404
    assert "no release nothing" in unknown.json["error"]["message"]
    assert first.status == 404


def test_the_start_of_an_id_is_enough(visitor: Visitor) -> None:
    tree = visitor.get(f"/compare?from={GOOD.id[:6]}&to={BACK.id[:6]}").tree

    assert [text(each) for each in tree.findall(".//section/h2/a")] == [
        "Charge in the customer's currency",
        "Round to cents, not to euros",
    ]
    assert visitor.get(f"/releases/{BACK.id[:6]}").text == visitor.get(f"/releases/{BACK.id}").text
    assert visitor.get(f"/releases/{BACK.id[:3]}").status == 404


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
