"""The main job, as a stranger runs it, and what is left of it: nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from support.audit.auditors import TOOLS
from support.people.shell import Shell
from support.repositories import own_source

from greenshift import __version__
from greenshift.twin.machine.cache import default_cache

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
IS_SWEEP = os.environ.get("GREENSHIFT_SWEEP") == "full"
PINS = own_source.REPOSITORY / "requirements" / "runtime.txt"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is made of the sdist and of nothing else."""
    source, made, unpacked = (tmp_path_factory.mktemp(name) for name in ("source", "made", "unpacked"))
    own_source.copy_to(source)
    _build("build_sdist", source, made)
    (sdist,) = made.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (folder,) = unpacked.iterdir()
    _build("build_wheel", folder, made)
    (wheel,) = made.glob("*.whl")
    return sdist, wheel


def _build(hook: str, source: Path, into: Path) -> None:
    """What every installer calls [PEP 517]."""
    code = f"from setuptools import build_meta; build_meta.{hook}({str(into)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def installed(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Greenshift as its wheel installs it, in a folder of its own."""
    home = tmp_path_factory.mktemp("installed")
    install = [*PIP, "install", "--no-deps", "--target", str(home), str(distributions[1])]
    subprocess.run(install, check=True, timeout=300)
    return home


def test_the_package_has_one_version_and_passes_the_index_s_check(distributions: tuple[Path, Path]) -> None:
    checked = subprocess.run(
        [str(TOOLS / "twine"), "check", "--strict", *map(str, distributions)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("PASSED") == 2
    assert [path.name.split("-")[1].removesuffix(".tar.gz") for path in distributions] == [__version__] * 2


@pytest.mark.skipif(
    os.environ.get("GREENSHIFT_SWEEP") != "full", reason="fetches every dependency; make sweep"
)
def test_an_empty_environment_installs_the_wheel_and_runs_the_demo(
    distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "empty")], check=True, timeout=300)
    python = tmp_path / "empty" / "bin" / "python"
    pip = [str(python), *PIP[1:]]
    # The wheel has no hash in the pins, so what it needs comes first, and the wheel brings nothing along.
    subprocess.run(
        [*pip, "install", "--require-hashes", "--requirement", str(PINS)], check=True, timeout=1500
    )
    subprocess.run([*pip, "install", "--no-deps", str(distributions[1])], check=True, timeout=300)
    subprocess.run([*pip, "check"], check=True, timeout=300)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}

    ended = subprocess.run(
        [str(python.with_name("greenshift")), "demo"],
        cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert "gone again: the demo's project, its twin, its processes and ports." in ended.stdout
    command = python.with_name("greenshift")
    assert f"next: {command} new my-app makes a project of your own" in ended.stderr


def test_the_demo_ships_a_good_version_rolls_a_bad_one_back_and_leaves_nothing(
    tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed))
    monkeypatch.setenv("PATH", without_greenshift(os.environ["PATH"]))
    before = processes_below(tmp_path)

    ended = Shell(tmp_path).greenshift("demo")

    assert (installed / "greenshift" / "cli" / "example" / "Pulumi.yaml").is_file()
    chapters = {text.split("\n", 1)[0].split(":")[0]: text for text in ended.out.split("── ")[1:]}
    assert re.search(r"released: charge 2 → 3, refund 2 → 3", chapters["A lower fee"])
    assert re.search(
        r"rolled back: charge: (alarm payments-local-charge-errors fired|version 4 failed \d+ of \d+ calls)",
        chapters["A cache"],
    )
    assert "\nversion 1 of each function is a placeholder, so this one publishes version 2\n" in ended.err
    history = chapters["The history"]
    assert re.findall(r"  (succeeded, live|succeeded|rolled back|failed|unchanged)  ", history) == [
        "rolled back", "succeeded, live", "succeeded",
    ], "newest first, as greenshift history prints it"  # fmt: skip
    seen = {share for share in ("20 %", "40 %", "60 %", "80 %") if f"{share} on version 3" in ended.err}
    # How many of them a look catches is the machine's speed; that each comes is asserted on the twin's clock.
    assert seen
    assert "100 % on version 3, as before" in ended.err
    assert "a second here is 1 min of AWS" in ended.err
    assert re.search(
        r"^gone again: the demo's project, .* The demo itself took \d+ s$", ended.out, re.MULTILINE
    )
    # Only `greenshift demo` looks where a variable says; every command looks where none does.
    whose = "demo" if "GREENSHIFT_CACHE" in os.environ else "time"
    assert f"downloads stay for the next {whose}, in {default_cache()}\n" in ended.err
    assert " new my-app makes a project of your own" in ended.err.splitlines()[-1]
    assert not ended.err.splitlines()[-1].startswith("next: greenshift "), "it is not on PATH"
    assert processes_below(tmp_path) == before == set()
    assert not (tmp_path / ".greenshift").exists()
    assert ended.err.count("payments-local-charge-errors fires") <= 1


def without_greenshift(path: str) -> str:
    return os.pathsep.join(
        each for each in path.split(os.pathsep) if not (Path(each) / "greenshift").exists()
    )


def test_make_demo_tells_what_make_leaves_behind_and_how_to_remove_it(tmp_path: Path) -> None:
    for name, text in (("python", ""), ("greenshift", '#!/bin/sh\necho "$1"\n')):
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    (tmp_path / ".runtime").touch()
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}

    said = subprocess.check_output(
        ["make", "--no-print-directory", "demo", f"VENV={tmp_path}"],
        cwd=own_source.REPOSITORY, env=outside, text=True, timeout=60,
    )  # fmt: skip

    assert said.splitlines() == [
        "demo",
        f"what make installed and downloaded stays in this directory ({tmp_path}, .greenshift); "
        "make clean removes it",
    ]


def processes_below(directory: Path) -> set[int]:
    """The processes that work in, or were started with a path in, a directory."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_text() + str((entry / "cwd").resolve())
            except OSError:
                continue
            if str(directory) in text:
                found.add(int(entry.name))
    return found
