"""What version 0.1 left behind is gone on with by today's commands."""

from __future__ import annotations

from pathlib import Path

from support.stacks.older import ACCOUNT, FUNCTION, releases, restore_account, write_project

from greenshift.twin.machine import process


def test_a_stack_of_version_0_1_is_brought_up_read_and_rolled_back(tmp_path: Path) -> None:
    shell = write_project(tmp_path / "shop")
    try:
        made = shell.greenshift("up", "--refresh", "--json").json
        assert made["changes"]["create"] > 50
        shell.greenshift("release")
        restore_account(shell)

        history = shell.greenshift("history", "--json").json
        assert {each["id"]: each["status"] for each in history} == releases()
        assert [each["id"] for each in history] == list(releases())
        undone = next(each for each in history if each["message"] == "Third")
        shown = shell.greenshift("show", undone["id"]).out
        assert "Third" in shown and "page  3 → 4  shifted" in shown

        (page,) = shell.greenshift("status", "--json").json["functions"]
        assert page["version"] == ACCOUNT["alias"] == "3"
        shell.greenshift("doctor")  # ends well: hints at most

        first = next(each for each in reversed(history) if each["status"] == "SUCCEEDED")
        back = shell.greenshift("rollback", "--to", first["id"], "--why", "as it was", "--yes", "--json").json
        assert back["status"] == "SUCCEEDED"
        alias = shell.client("lambda").get_alias(FunctionName=FUNCTION, Name="live")
        assert alias["FunctionVersion"] == "2"
        newest, *older = shell.greenshift("history", "--json").json
        assert (newest["mode"], newest["status"], newest["why"]) == ("rollback", "SUCCEEDED", "as it was")
        assert [each["id"] for each in older] == list(releases())

        assert set(shell.greenshift("up", "--json").json["changes"]) == {"same"}
    finally:
        process.stop(shell.home)
