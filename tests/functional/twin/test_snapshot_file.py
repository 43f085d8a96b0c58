"""The file of a snapshot: what is no such file, is damaged, or is another version's, is refused in words."""

from __future__ import annotations

import json
import pickle
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from greenshift.errors import UsageError
from greenshift.twin.machine.options import TwinOptions, beginning_with, manifest_of
from greenshift.twin.snapshot import archive, manifest
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.manifest import Manifest

OURS = Manifest(
    **manifest.versions(), instance="abc", account="123456789012", region="eu-west-1", port=4566, speed=300.0,
    enforce_iam=False, time=5.0, wall=1.0, counts={"s3": 1},
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.twin"
    writing = archive.Writing(path)
    assert writing.blob(b"content") == writing.blob(b"content")
    writing.finish(OURS, {"roots": {}, "nodes": []})
    return path


def rewritten(file: Path, **changed: Any) -> Path:
    """The same file with other members; None takes one out. ``manifest`` is changed, not replaced."""
    with zipfile.ZipFile(file) as found:
        contents = {name: found.read(name) for name in found.namelist()}
    told = {**json.loads(contents["manifest.json"]), **changed.pop("manifest", {})}
    contents["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in {**contents, **changed}.items():
            if content is not None:
                target.writestr(name, content)
    return file


def test_a_file_tells_what_it_is_and_only_its_owner_may_read_it(file: Path) -> None:
    archive.add(file, "more", {"note": b"text"})

    assert manifest_of(file) == OURS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with archive.opened(file) as found:
        assert found.state() == {"roots": {}, "nodes": []}
        assert found.added("more") == {"note": b"text"}
        [name] = [each for each in zipfile.ZipFile(file).namelist() if each.startswith("blobs/")]
        assert found.blob(name.removeprefix("blobs/")) == b"content"


def test_a_twin_that_begins_with_it_is_that_twin_but_for_who_may_speak_to_it(file: Path) -> None:
    asked = TwinOptions(allow_origins=("http://localhost:3000",))
    found = beginning_with(file, asked)

    assert (found.port, found.speed, found.region, found.enforce_iam) == (4566, 300.0, "eu-west-1", False)
    assert (found.instance, found.moment, found.snapshot) == ("abc", 5.0, file)
    assert found.allow_origins == asked.allow_origins
    assert (beginning_with(file, asked, port=0, speed=1.0).port) == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"format": 0}, "an older format"), ({"format": 99}, "a newer format"),
        ({"format": "1"}, "no format"), ({"moto": "4"}, "moto 4"),
        ({"greenshift": "0.1.0"}, r"greenshift 0\.1\.0, and this is greenshift"),
        ({"port": 0}, "port is 0"), ({"port": "80"}, "port is '80'"), ({"speed": -1}, "speed is -1"),
        ({"instance": 7}, "instance is 7"), ({"surprise": 1}, "surprise"),
        ({"speed": float("inf")}, "speed"), ({"time": float("nan")}, "time"),
        ({"time": 1e18}, "time"), ({"account": "../x"}, "account"), ({"region": "a b"}, "region"),
        ({"instance": "/etc"}, "instance"), ({"counts": {"s3": "many"}}, "counts"),
        ({"counts": None}, "counts"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_not_this_versions_is_refused(file: Path, changed: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        manifest_of(rewritten(file, manifest=changed))

    assert str(file) in refused.value.message


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    files = {
        "missing": None, "empty": b"", "text": b"hello", "pickled": pickle.dumps({"a": 1}),
        "cut": b"PK\x03\x04" + b"\x00" * 50,
    }  # fmt: skip
    for name, content in files.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match=f"{name} cannot be restored"):
            manifest_of(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be restored"):
        manifest_of(tmp_path)


def test_an_archive_that_lacks_something_is_refused(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("readme", "no snapshot")
    with pytest.raises(UsageError, match="no manifest"):
        manifest_of(file)


@pytest.mark.parametrize("state", [None, b"{", b"[]", b"[" * 100_000])
def test_a_state_that_is_none_is_refused(file: Path, state: bytes | None) -> None:
    with archive.opened(rewritten(file, **{"state.json": state})) as found, pytest.raises(Unreadable):
        found.state()


@pytest.mark.parametrize("name", ["", "../manifest.json", "/etc/passwd", "0" * 64, 7, ["a"]])
def test_a_blob_is_named_by_what_is_in_it_and_by_nothing_else(file: Path, name: Any) -> None:
    with archive.opened(file) as found, pytest.raises(Unreadable):
        found.blob(name)


def test_a_blob_that_is_another_one_is_refused(file: Path) -> None:
    [blob] = [each for each in zipfile.ZipFile(file).namelist() if each.startswith("blobs/")]
    changed = rewritten(file, **{blob: b"other"})
    with archive.opened(changed) as found, pytest.raises(Unreadable, match="damaged"):
        found.blob(blob.removeprefix("blobs/"))
