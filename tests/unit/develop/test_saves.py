"""Which functions' files have changed."""

from __future__ import annotations

import os
from pathlib import Path

from greenshift.develop import Saves


def tree(root: Path) -> dict[str, Path]:
    for name in ("charge/index.js", "charge/lib/fees.js", "refund/handler.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    return {"charge": root / "charge", "fees": root / "charge" / "lib", "refund": root / "refund"}


def test_nothing_changed_is_nothing_to_do(tmp_path: Path) -> None:
    saves = Saves(tree(tmp_path))

    assert saves.look() == ()


def test_a_save_a_new_file_and_a_deleted_one_are_each_seen_once(tmp_path: Path) -> None:
    saves = Saves(tree(tmp_path))

    os.utime(tmp_path / "refund" / "handler.py", ns=(1, 1))
    assert saves.look() == ("refund",)
    assert saves.look() == ()
    (tmp_path / "charge" / "new.js").write_text("y")
    assert saves.look() == ("charge",)
    (tmp_path / "charge" / "lib" / "fees.js").unlink()
    assert saves.look() == ("charge", "fees"), "a folder inside another belongs to both"


def test_what_tools_make_is_no_source(tmp_path: Path) -> None:
    saves = Saves(tree(tmp_path))

    for name in ("charge/node_modules/x.js", "refund/__pycache__/handler.pyc", "refund/.venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("made")
    assert saves.look() == ()
