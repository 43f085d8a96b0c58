"""The Node SDK is fetched once, however many ask for it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from greenshift.twin import nodesdk


def test_two_who_ask_at_once_fetch_it_once(tmp_path: Path) -> None:
    said: list[str] = []

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: nodesdk.install(tmp_path, said.append), range(2)))

    assert nodesdk.is_installed(tmp_path)
    assert (nodesdk.sdk_directory(tmp_path) / "node_modules" / "@aws-sdk" / "client-dynamodb").is_dir()
    assert len(said) == 1
