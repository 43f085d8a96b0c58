"""Each lock file of Python is honoured: its versions, by their hashes, without what is for development."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from support.stacks.build_kit import Kit

FUNCTION = {"directory": "f", "runtime": "python3.13", "handler": "demo.lambda_handler"}
HANDLER = "import one\n\ndef lambda_handler(event, context):\n    return one.VERSION\n"
PROJECT = """
[project]
name = "demo"
version = "0.1.0"
dependencies = ["one>=1", "win; sys_platform == 'win32'"]
"""
HEAD = 'name = "{name}"\nversion = "1.0"\n'
BUILD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
# Makes a wheel of src/*, offline: what a project's own backend would fetch is not asked here.
BACKEND = """
import pathlib, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = next(each.name for each in pathlib.Path("src").iterdir())
    target = f"{name}-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / target, "w") as wheel:
        for path in pathlib.Path("src").rglob("*.py"):
            wheel.write(path, path.relative_to("src"))
        info = f"{name}-0.1.0.dist-info"
        wheel.writestr(info + "/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return target
"""


@pytest.fixture
def wheels(tmp_path: Path) -> dict[str, str]:
    """Each wheel's hash by name and version; ``one`` needs ``two``, and 2.0 is newer than what is locked."""
    house = tmp_path / "wheels"
    house.mkdir()
    needs = {"one": "Requires-Dist: two\n"}
    hashes = {}
    for name in ("one", "two", "dev", "win"):
        for version in ("1.0", "2.0"):
            path = house / f"{name}-{version}-py3-none-any.whl"
            info = f"{name}-{version}.dist-info"
            with zipfile.ZipFile(path, "w") as wheel:
                wheel.writestr(f"{name}.py", f"VERSION = {version!r}\n")
                head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs.get(name, '')}"
                wheel.writestr(f"{info}/METADATA", head)
                wheel.writestr(
                    f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
                )
                wheel.writestr(f"{info}/RECORD", "")
            hashes[f"{name}-{version}"] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


def packages(wheels: dict[str, str], entry: str) -> str:
    """A ``[[package]]`` for each of the locked ones, all of version 1.0."""
    names = {"one": "two", "two": "", "dev": "", "win": ""}
    return "\n".join(
        "[[package]]\n" + entry.format(name=name, hash=wheels[f"{name}-1.0"], needs=needs)
        for name, needs in names.items()
    )


def uv(wheels: dict[str, str]) -> dict[str, str]:
    entry = (
        'name = "{name}"\nversion = "1.0"\nsource = {{ registry = "r" }}\nwheels = [{{ hash = "{hash}" }}]\n'
    )
    listed = packages(wheels, entry).replace(
        'name = "one"\n', 'name = "one"\ndependencies = [{ name = "two" }]\n'
    )
    own = (
        '[[package]]\nname = "demo"\nversion = "0.1.0"\nsource = { editable = "." }\n'
        'dependencies = [{ name = "one" }, { name = "win", marker = "sys_platform == \'win32\'" }]\n'
        '[package.dev-dependencies]\ndev = [{ name = "dev" }]\n'
    )
    return {"uv.lock": f"version = 1\n{listed}\n{own}", "pyproject.toml": PROJECT + BUILD}


def poetry(wheels: dict[str, str]) -> dict[str, str]:
    entry = (
        'name = "{name}"\nversion = "1.0"\noptional = false\nfiles = [{{ file = "f", hash = "{hash}" }}]\n'
    )
    listed = packages(wheels, entry + '[package.dependencies]\n"{needs}" = "*"\n').replace('"" = "*"\n', "")
    project = (
        '[tool.poetry]\nname = "demo"\nversion = "0.1.0"\npackages = [{include = "demo", from = "src"}]\n'
        '[tool.poetry.dependencies]\npython = "^3.9"\none = "^1"\n'
        'win = {version = "*", markers = "sys_platform == \'win32\'"}\n'
        '[tool.poetry.group.dev.dependencies]\ndev = "*"\n'
    )
    return {"poetry.lock": listed, "pyproject.toml": PROJECT + BUILD + project}


def pdm(wheels: dict[str, str]) -> dict[str, str]:
    entry = HEAD + 'dependencies = ["{needs}"]\nfiles = [{{ hash = "{hash}" }}]\n'
    listed = packages(wheels, entry).replace('dependencies = [""]\n', "")
    return {"pdm.lock": listed, "pyproject.toml": PROJECT + BUILD}


def pipenv(wheels: dict[str, str]) -> dict[str, str]:
    def of(*names: str) -> dict[str, object]:
        return {name: {"version": "==1.0", "hashes": [wheels[f"{name}-1.0"]]} for name in names}

    win = {**of("win")["win"], "markers": "sys_platform == 'win32'"}  # type: ignore[dict-item]
    lock = {"default": {**of("one", "two"), "win": win}, "develop": of("dev")}
    return {"Pipfile": '[packages]\none = "*"\n', "Pipfile.lock": json.dumps(lock)}


@pytest.mark.parametrize("tool", [uv, poetry, pdm, pipenv], ids=lambda tool: tool.__name__)
def test_what_is_locked_is_packaged_and_nothing_else(kit: Kit, wheels: dict[str, str], tool: object) -> None:
    files = {f"f/{name}": text for name, text in tool(wheels).items()}  # type: ignore[operator]
    code = "f/demo.py" if tool is pipenv else "f/src/demo/__init__.py"
    kit.write({**files, code: HANDLER, "f/backend.py": BACKEND})

    kit.built(f=FUNCTION, PIP_FIND_LINKS=str(kit.root / "wheels"))

    names = kit.names("f")
    assert {"one.py", "two.py"} <= set(names)
    assert not {"dev.py", "win.py"} & set(names)
    assert "demo.py" in names or "demo/__init__.py" in names
    assert kit.text("f", "one.py") == kit.text("f", "two.py") == "VERSION = '1.0'\n"


def test_a_wheel_that_is_not_the_one_that_was_locked_is_refused(kit: Kit, wheels: dict[str, str]) -> None:
    other = {**wheels, "one-1.0": "sha256:" + "0" * 64}
    kit.write({**{f"f/{name}": text for name, text in pipenv(other).items()}, "f/demo.py": HANDLER})

    done = kit.run(f=FUNCTION, PIP_FIND_LINKS=str(kit.root / "wheels"))

    assert done.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stdout


def test_the_lock_of_a_uv_workspace_stands_at_its_root_and_its_members_are_packaged(
    kit: Kit, wheels: dict[str, str]
) -> None:
    lock = (
        uv(wheels)["uv.lock"]
        .replace('editable = "."', 'editable = "f"')
        .replace(
            'dependencies = [{ name = "one" },', 'dependencies = [{ name = "one" }, { name = "shared" },'
        )
    )
    member = '[[package]]\nname = "shared"\nversion = "0.1.0"\nsource = { editable = "libs/shared" }\n'
    kit.write(
        {
            "uv.lock": f"{lock}\n{member}",
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["f", "libs/*"]\n',
            "f/pyproject.toml": PROJECT + BUILD,
            "f/src/demo/__init__.py": HANDLER,
            "f/backend.py": BACKEND,
            "libs/shared/backend.py": BACKEND,
            "libs/shared/pyproject.toml": '[project]\nname = "shared"\nversion = "0.1.0"\n' + BUILD,
            "libs/shared/src/shared/__init__.py": "",
        }
    )

    kit.built(f=FUNCTION, PIP_FIND_LINKS=str(kit.root / "wheels"))

    assert {"demo/__init__.py", "one.py", "shared/__init__.py", "two.py"} <= set(kit.names("f"))
    assert not (kit.source / "libs/shared/build").exists()


def test_a_lock_file_that_is_none_is_named(kit: Kit) -> None:
    kit.write({"f/uv.lock": "[[package", "f/pyproject.toml": PROJECT, "f/demo.py": HANDLER})

    assert "Build failed: [f] uv.lock: cannot be read (" in kit.run(f=FUNCTION).stdout
