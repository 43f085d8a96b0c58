"""Our npm reaches registries as this machine's npm does: it reads the settings that one has for everybody."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from greenshift.twin import nodesdk
from greenshift.twin.machine import nodejs


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A node of the machine, with a file of settings beside it."""
    node = tmp_path / "opt" / "bin" / "node"
    node.parent.mkdir(parents=True)
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    (tmp_path / "opt" / "etc").mkdir()
    (tmp_path / "opt" / "etc" / "npmrc").write_text("cafile=/ca/of/the/proxy.pem\n")
    return node


def test_our_npm_reads_what_the_machines_npm_reads(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "bin" / "node"
    link.parent.mkdir()
    link.symlink_to(machine)
    monkeypatch.setenv("PATH", str(link.parent))
    monkeypatch.delenv("npm_config_globalconfig", raising=False)
    monkeypatch.delenv("npm_config_cafile", raising=False)

    done = subprocess.run(
        [*nodesdk.npm_program(), "config", "get", "cafile"],
        env=nodesdk.npm_environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "/ca/of/the/proxy.pem"


def test_what_its_user_says_counts(machine: Path, tmp_path: Path) -> None:
    path = {"PATH": str(machine.parent)}
    other = tmp_path / "other"
    (other / "etc").mkdir(parents=True)

    assert nodejs.npm_settings({**path, "NPM_CONFIG_GLOBALCONFIG": "/mine"}) == {}
    assert nodejs.npm_settings({**path, "NPM_CONFIG_PREFIX": str(other)}) == {}
    (other / "etc" / "npmrc").touch()
    assert nodejs.npm_settings({**path, "NPM_CONFIG_PREFIX": str(other)}) == {
        "npm_config_globalconfig": str(other / "etc" / "npmrc")
    }


def test_a_machine_without_node_has_none(tmp_path: Path) -> None:
    assert nodejs.npm_settings({"PATH": str(tmp_path)}) == {}
