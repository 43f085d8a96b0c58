"""Properties in and out of protobuf, and the files they carry."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2

from greenshift.engine import urn
from greenshift.engine.properties import assets, wire
from greenshift.engine.properties.values import UNKNOWN, Archive, Asset, Secret, Value
from greenshift.errors import EngineError

SIG = wire.SIGNATURE


def struct(value: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (
            {"n": 30.0, "f": 0.1, "b": True, "z": None, "s": "x"},
            {"n": 30, "f": 0.1, "b": True, "z": None, "s": "x"},
        ),
        ({"a": {SIG: wire.SECRET, "value": {"x": 1}}}, {"a": Secret({"x": 1})}),
        ({"a": wire.UNKNOWN_TEXT}, {"a": UNKNOWN}),
        ({"a": {SIG: wire.OUTPUT, "value": 5, "dependencies": ["urn"]}}, {"a": 5}),
        ({"a": {SIG: wire.OUTPUT, "value": 5, "secret": True}}, {"a": Secret(5)}),
        ({"a": {SIG: wire.OUTPUT}}, {"a": UNKNOWN}),
        ({"a": {SIG: wire.RESOURCE, "urn": "u", "id": "i"}}, {"a": "i"}),
        ({"a": {SIG: wire.RESOURCE, "urn": "u"}}, {"a": "u"}),
        ({"a": [{"b": [1, "2"]}]}, {"a": [{"b": [1, "2"]}]}),
    ],
)
def test_what_pulumi_sends_becomes_plain_values(sent: dict[str, Any], expected: dict[str, Value]) -> None:
    found = wire.decode(struct(sent), Path())

    assert found == expected
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in expected.items()
    }


def test_values_survive_the_way_out_and_back() -> None:
    values: dict[str, Value] = {
        "a": [1, 0.5, None, True],
        "b": Secret({"c": "d"}),
        "e": UNKNOWN,
        "f": {"g": "h"},
    }

    assert wire.decode(wire.encode(values), Path()) == values


def test_an_unknown_signature_is_refused() -> None:
    with pytest.raises(EngineError, match="a form this engine does not know"):
        wire.decode(struct({"a": {SIG: "1234"}}), Path())


def test_remote_assets_are_refused() -> None:
    with pytest.raises(EngineError, match="remote assets are not supported: https://x"):
        wire.decode(struct({"a": {SIG: wire.ASSET, "uri": "https://x"}}), Path())


def test_paths_of_assets_are_relative_to_the_program(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hi")

    found = wire.decode(struct({"a": {SIG: wire.ASSET, "path": "./a.txt"}}), tmp_path)

    asset = found["a"]
    assert isinstance(asset, Asset)
    assert assets.asset_bytes(asset) == b"hi"
    assert asset == assets.asset("hi", None)  # equal by content, wherever it came from


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot read .*gone\.txt"):
        wire.decode(struct({"a": {SIG: wire.ASSET, "path": "gone.txt"}}), tmp_path)
    with pytest.raises(EngineError, match=r"there is no .*gone"):
        wire.decode(struct({"a": {SIG: wire.ARCHIVE, "path": "gone"}}), tmp_path)


def folder(path: Path) -> Archive:
    (path / "sub").mkdir(parents=True)
    (path / "b.py").write_text("b")
    (path / "sub" / "a.sh").write_text("a")
    (path / "sub" / "a.sh").chmod(0o755)
    return assets.archive(str(path), None)


def test_a_folder_makes_the_same_zip_wherever_and_whenever(tmp_path: Path) -> None:
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    os.utime(tmp_path / "two" / "b.py", (1, 1))

    assert one == two
    assert assets.archive_bytes(one) == assets.archive_bytes(two)
    with zipfile.ZipFile(io.BytesIO(assets.archive_bytes(one))) as bundle:
        assert bundle.namelist() == ["b.py", "sub/a.sh"]
        assert [info.external_attr >> 16 & 0o777 for info in bundle.infolist()] == [0o644, 0o755]


def test_content_and_names_make_the_hash(tmp_path: Path) -> None:
    base = folder(tmp_path / "base")
    other = folder(tmp_path / "other")
    (tmp_path / "other" / "b.py").write_text("c")
    changed = assets.archive(str(tmp_path / "other"), None)
    (tmp_path / "other" / "b.py").write_text("b")
    (tmp_path / "other" / "b.py").rename(tmp_path / "other" / "c.py")
    renamed = assets.archive(str(tmp_path / "other"), None)

    assert len({base.hash, changed.hash, renamed.hash}) == 3
    assert other == base


def test_archives_nest(tmp_path: Path) -> None:
    inner = folder(tmp_path / "inner")
    outer = assets.archive(None, {"lib": inner, "main.py": assets.asset("x", None)})

    with zipfile.ZipFile(io.BytesIO(assets.archive_bytes(outer))) as bundle:
        assert bundle.namelist() == ["lib/b.py", "lib/sub/a.sh", "main.py"]


def test_a_zip_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ready.zip"
    file.write_bytes(assets.archive_bytes(folder(tmp_path / "inner")))

    found = assets.archive(str(file), None)

    assert assets.archive_bytes(found) == file.read_bytes()
    assert found.hash == hashlib.sha256(file.read_bytes()).hexdigest()


def test_urns_chain_the_types_of_components() -> None:
    stack = urn.make("dev", "shop", "", "pulumi:pulumi:Stack", "shop-dev")
    store = urn.make("dev", "shop", stack, "shop:index:Store", "store")
    bucket = urn.make("dev", "shop", store, "aws:s3/bucket:Bucket", "b::c")

    assert store == "urn:pulumi:dev::shop::shop:index:Store::store"
    assert bucket == "urn:pulumi:dev::shop::shop:index:Store$aws:s3/bucket:Bucket::b::c"
    assert (urn.type_of(bucket), urn.name_of(bucket)) == ("aws:s3/bucket:Bucket", "b::c")
