"""Archives of strangers: each way out of the folder is refused by name, before anything is written."""

from __future__ import annotations

import io
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.twin import zips

LIMIT = 10_000_000
LINK = stat.S_IFLNK | 0o777


def archive(*entries: tuple[str, str] | tuple[str, str, int]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text, *mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (mode[0] if mode else 0o644) << 16
            made.writestr(entry, text)
    return buffer.getvalue()


def link(name: str, target: str) -> tuple[str, str, int]:
    return (name, target, LINK)


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ([("../evil", "x")], "'../evil' names a file outside it"),
        ([("", "x")], "'' names no file"),
        ([(".", "x")], "'.' names no file"),
        ([("a/../../evil", "x")], "'a/../../evil'"),
        ([("/evil", "x")], "'/evil'"),
        ([("..\\evil", "x")], "evil"),
        ([("C:/evil", "x")], "'C:/evil'"),
        ([link("out", "/etc")], "'out' is a link that leads outside it, to '/etc'"),
        ([link("out", "..")], "'out'"),
        ([link("a/out", "../..")], "'a/out'"),
        ([link("out", "a/b"), ("out/evil", "x")], "'out/evil' is written through the link 'out'"),
        ([link("up", "."), link("up/out", "..")], "'up/out'"),
        # Chained: each by itself stays inside, one after the other they climb out.
        ([("a/b/file", "x"), link("a/b/c", "../.."), link("out", "a/b/c/..")], "'out'"),
        ([("a/b/file", "x"), link("one", "a/b"), link("a/b/two", "../../.."), ], "'a/b/two'"),
        ([("d/e/f", "x"), link("one", "d/e"), link("two", "one/../../..")], "'two'"),
        ([link("one", "two"), link("two", "one")], "never arrives"),
        ([link("out", "a"), link("out", "..")], "twice"),
        ([("out", "x"), link("out", "a")], "'out' is written through the link 'out'"),
    ],
)  # fmt: skip
def test_an_entry_that_leads_out_is_refused_by_name(
    entries: list[tuple[str, str]], named: str, tmp_path: Path
) -> None:
    with pytest.raises(zips.Unsafe) as refused:
        zips.unpack(archive(*entries), tmp_path / "target", LIMIT)

    assert named in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_links_that_stay_inside_are_made(tmp_path: Path) -> None:
    content = archive(
        ("lib/real.js", "1"), link("lib/short.js", "real.js"), link("bin/tool", "../lib/short.js")
    )

    zips.unpack(content, tmp_path, LIMIT)

    assert (tmp_path / "bin" / "tool").read_text() == "1"


_names = st.sampled_from(["a", "b", "c", "a/b", "a/c", "b/a", "a/b/c"])
_steps = st.lists(st.sampled_from(["..", ".", "a", "b", "c"]), min_size=1, max_size=5).map("/".join)


@given(st.dictionaries(_names, _steps, max_size=5), st.dictionaries(_names, st.just("x"), max_size=3))
def test_whatever_is_unpacked_no_path_in_it_leads_out(
    tmp_path_factory: pytest.TempPathFactory, links: dict[str, str], files: dict[str, str]
) -> None:
    target = tmp_path_factory.mktemp("z") / "target"
    content = archive(*files.items(), *(link(name, to) for name, to in links.items()))
    try:
        zips.unpack(content, target, LIMIT)
    except (zips.Unsafe, zips.Unreadable):
        return

    for folder, folders, names in os.walk(target):
        for name in (*folders, *names):
            assert Path(folder, name).resolve().is_relative_to(target.resolve())


def test_what_grows_too_large_is_refused_before_it_grows(tmp_path: Path) -> None:
    bomb = archive(*((f"f{number}", "\0" * 1_000_000) for number in range(20)))

    with pytest.raises(zips.TooLarge, match="larger than 10000000 bytes"):
        zips.unpack(bomb, tmp_path / "target", LIMIT)
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_is_a_lie_gives_no_more_than_it_says(tmp_path: Path) -> None:
    honest = archive(("f", "\0" * 5_000_000))
    lie = honest.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(zips.Unreadable):
        zips.unpack(lie, tmp_path, LIMIT)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 10


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", archive(("f", "x" * 900))[:200]])
def test_what_is_no_archive_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(zips.Unreadable):
        zips.check(content, LIMIT)


def test_an_archive_of_very_many_entries_is_not_listed() -> None:
    with pytest.raises(zips.TooLarge, match="100000 entries"):
        zips.check(b"PK\x01\x02" * 100_001, LIMIT)


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(archive(("secret", "x")))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1

    with pytest.raises(zips.Unreadable, match="'secret' is encrypted"):
        zips.check(bytes(content), LIMIT)
