"""Hashes of archives are Pulumi's own. Each here was computed by its SDK for Go (archive.FromAssets)."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenshift.engine.properties import assets

FOLDER = "82722e63b230c617087c19b463e003ec5c00a65706939ccdd286c4d528f1f81d"
CONTENT = assets.asset("content of it", None)


@pytest.mark.parametrize(
    ("name", "hash_"),
    [
        ("a.py", "8d827410e16b45439a98598ab31f602696307a23eb08237308cb1c2a50dba9e2"),
        (
            "x" * 150 + "/" + "y" * 90,
            "f59f69c328f6db6244d1e1559fbb9e9b023d646dbd5222cda412e65964a8be5b",
        ),
        ("z" * 120, "760c82976fcf2530e1087c4cfbe5f29694045854422ac28e5faac00d97f1798f"),
        ("föö/bär.py", "2b7f011e7a5feaf80bdc457594044b3fccf63224cf1e21e5b26789ce3e17165c"),
        (
            "d/" * 40 + "é" * 60 + ".py",
            "02a42f9f8327069368cfe241a73ba10c0346c5cebeecfe4ae5e59163a4a8c4d0",
        ),
    ],
    ids=["short", "split", "long", "not ASCII", "long and not ASCII"],
)
def test_an_archive_has_pulumis_hash(name: str, hash_: str) -> None:
    assert assets.archive(None, {name: CONTENT}).hash == hash_


def test_a_folder_is_walked_in_pulumis_order_and_without_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".pulumi").mkdir()
    (tmp_path / "a.b").write_text("1\n")
    (tmp_path / "a" / "c").write_text("2\n")
    (tmp_path / ".pulumi" / "x").write_text("3\n")
    (tmp_path / "z").symlink_to("a.b")

    assert assets.archive(str(tmp_path), None).hash == FOLDER
