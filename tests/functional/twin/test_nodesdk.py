"""The Node SDK is fetched once into a cache, however many ask for it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from greenshift.twin import nodesdk


def test_two_who_ask_at_once_fetch_it_once_and_hear_where_it_is_kept(tmp_path: Path) -> None:
    said: list[str] = []

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: nodesdk.install(tmp_path, said.append), range(2)))

    assert nodesdk.is_installed(tmp_path)
    assert (nodesdk.sdk_directory(tmp_path) / "node_modules" / "@aws-sdk" / "client-dynamodb").is_dir()
    assert said == [f"fetching the AWS SDK for JavaScript v3 for Node functions, to be kept in {tmp_path}"]
