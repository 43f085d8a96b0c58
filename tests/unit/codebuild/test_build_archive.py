"""A build's artifact is packed within bounds, and the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from greenshift.twin.codebuild.archive import pack
from greenshift.twin.codebuild.errors import PhaseFailure


def test_an_artifact_that_is_too_large_is_refused_before_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 20_000)

    with pytest.raises(PhaseFailure, match="the artifact is larger than 0 MiB"):
        pack({"noise": tmp_path / "noise"}, limit=10_000)


def test_a_large_file_is_packed_in_pieces(tmp_path: Path) -> None:
    content = b"0123456789" * 500_000
    (tmp_path / "a").write_bytes(content)

    packed = pack({"a": tmp_path / "a"})

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.read("a") == content
    assert pack({"a": tmp_path / "a"}) == packed
