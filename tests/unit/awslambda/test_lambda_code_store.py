"""Packages on disk: functions with the same code share one, and neither finds half of it."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import pytest

from greenshift.twin.awslambda.code_store import CodeStore
from greenshift.twin.service import ServiceError


def package(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return buffer.getvalue()


async def test_whoever_reads_a_package_reads_it_whole_although_it_is_uploaded_again(tmp_path: Path) -> None:
    store = CodeStore(tmp_path, tmp_path / "node_modules")
    data = package("x = 1\n" * 1000)
    kept = await store.add(data)
    (zipped,) = (tmp_path / "zips").iterdir()

    before = zipped.stat().st_ino
    await store.add(data)

    # Another file under the same name: whoever has the first one open goes on reading it to its end.
    assert zipped.stat().st_ino != before
    assert [path.name for path in (tmp_path / "zips").iterdir()] == [kept.sha256_hex]
    assert ((await store.task_root(kept)) / "app.py").read_text().startswith("x = 1")


async def test_who_comes_too_late_for_a_package_spoils_nothing_for_those_who_add_it_again(
    tmp_path: Path,
) -> None:
    store = CodeStore(tmp_path, tmp_path / "node_modules")
    kept = await store.add(package("x = 1"))
    await store.remove_unused(kept, lambda _: False)

    with pytest.raises(ServiceError, match="does not exist"):
        await store.task_root(kept)

    await store.add(package("x = 1"))
    assert ((await store.task_root(kept)) / "app.py").read_text() == "x = 1"


async def test_a_package_that_is_added_while_it_is_removed_stays(tmp_path: Path) -> None:
    store = CodeStore(tmp_path, tmp_path / "node_modules")
    used = set()

    async def add() -> None:
        used.add((await store.add(package("x = 1"))).sha256_hex)

    kept = await store.add(package("x = 1"))
    for _ in range(20):
        used.clear()
        await asyncio.gather(add(), store.remove_unused(kept, lambda each: each.sha256_hex in used), add())
        assert ((await store.task_root(kept)) / "app.py").read_text() == "x = 1"
