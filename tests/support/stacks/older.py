"""A stack as version 0.1 left it: its project, its state file, its ledger, its published versions.

``left_by_0_1`` was written by that version itself, by `up`, three releases and a rollback on a twin. A twin's
own memory ends with it, so what was on it is made again on today's: the resources by today's ``up`` on the
old state, the versions and the alias here, and the ledger row by row.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from support.people.shell import Shell

LEFT = Path(__file__).parent / "left_by_0_1"
ACCOUNT: dict[str, Any] = json.loads((LEFT / "account.json").read_text())
LEDGER, FUNCTION = "shop-local-ledger", "shop-local-page"


def write_project(directory: Path) -> Shell:
    """The project, committed, with a twin of today that has nothing, and the state 0.1 wrote."""
    shutil.copytree(LEFT / "project", directory)
    shell = Shell(directory)
    (directory / ".gitignore").write_text(".greenshift/\n")
    shell.git("init", "--quiet", "--initial-branch", "main")
    shell.commit("First")
    shell.greenshift("twin", "start")
    state = json.loads(gzip.decompress((LEFT / "state.json.gz").read_bytes()))
    state["greenshift"]["instance"] = shell.twin().instance
    folder = shell.home / "state"
    folder.mkdir()
    (folder / "local.json").write_text(json.dumps(state))
    return shell


def restore_account(shell: Shell) -> None:
    """Versions 3 and 4, the alias on the one that was live, and the ledger as 0.1 wrote it."""
    functions, ledger = shell.client("lambda"), shell.client("dynamodb")
    for text in ("two", "three"):
        functions.update_function_code(FunctionName=FUNCTION, ZipFile=_packed(text))
        functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 0.05})
        functions.publish_version(FunctionName=FUNCTION)
    functions.update_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=ACCOUNT["alias"])
    for row in ledger.scan(TableName=LEDGER, ConsistentRead=True)["Items"]:
        ledger.delete_item(TableName=LEDGER, Key={"deploymentId": row["deploymentId"]})
    for row in ACCOUNT["ledger"]:
        ledger.put_item(TableName=LEDGER, Item=row)


def releases() -> dict[str, str]:
    """id -> status of the releases in the old ledger, the newest first."""
    rows = [row for row in ACCOUNT["ledger"] if "functions" in row]
    rows.sort(key=lambda row: row["startedAt"]["S"], reverse=True)
    return {row["deploymentId"]["S"]: row["status"]["S"] for row in rows}


def _packed(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("page.py", f"def handler(event, context):\n    return {text!r}\n")
    return file.getvalue()
