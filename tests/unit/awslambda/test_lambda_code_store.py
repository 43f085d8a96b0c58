"""Packages on disk: functions with the same code share one, and neither finds half of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from greenshift.twin.awslambda.code_store import CodeStore


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
