"""Arrows between the rooms go one way; each room may import what stands beside its name, and no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "greenshift"

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "contract": set(),
    "advice": set(),
    "legible": set(),
    "loopback": set(),
    "settings": {"errors", "contract", "rollout"},
    "rollout": {"errors"},
    "buildkit": {"contract"},
    "release": {"contract"},
    "components": {"contract", "settings", "rollout", "errors", "advice"},
    "cost": {"errors"},
    "develop": {"errors", "contract"},
    "engine": {"errors"},
    "twin": {"errors", "loopback", "rollout"},
    "reading": {"errors", "contract", "rollout"},
    "view": {"errors", "buildkit", "contract", "advice", "reading", "rollout"},
    "actions": {"errors", "contract"},
    "dashboard": {"errors", "contract", "actions", "legible", "loopback", "view"},
    "pulumi_cli": {"errors", "contract", "engine", "components"},
    "checks": {"errors", "contract", "advice", "rollout", "settings", "buildkit", "reading", "view"},
    "package": {"errors", "components", "rollout", "settings"},
    "repair": {"errors", "contract", "checks", "reading", "view"},
    "guardrails": {"errors", "contract", "settings"},
    "testing": {"errors", "twin"},
    "verify": {"errors", "contract", "reading", "view"},
    "cli": {
        *(
            "errors",
            "contract",
            "advice",
            "actions",
            "pulumi_cli",
            "checks",
            "components",
            "cost",
            "dashboard",
            "develop",
            "guardrails",
        ),
        *("legible", "repair", "settings", "engine", "twin", "verify", "view"),
    },
}

STANDARD_LIBRARY_AND: dict[str, set[str]] = {
    "contract": set(),
    "release": {"boto3", "botocore"},
    "buildkit": set(),
    "legible": set(),
    "loopback": set(),
    "rollout": set(),
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = path.relative_to(ROOT.parent).parts[: -node.level] if node.level else ()
            yield ".".join((*package, node.module))


def room_of(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def files_of(room: str) -> list[Path]:
    folder = ROOT / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return [path for path in files if "templates" not in path.parts]


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in files_of(room)
        for module in imports_of(path)
        if module.split(".")[0] == "greenshift" and room_of(module) not in {room, "", *ALLOWED[room]}
    }

    assert set() == found


@pytest.mark.parametrize("room", sorted(STANDARD_LIBRARY_AND))
def test_code_that_runs_elsewhere_needs_only_what_is_there(room: str) -> None:
    import sys

    allowed = set(sys.stdlib_module_names) | STANDARD_LIBRARY_AND[room] | {"greenshift"}
    found = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in files_of(room)
        for module in imports_of(path)
        if module.split(".")[0] not in allowed
    }

    assert set() == found


def test_every_room_has_its_arrows_written_down() -> None:
    rooms = {path.name.removesuffix(".py") for path in ROOT.iterdir() if not path.name.startswith(("_", "."))}

    assert rooms - {"py.typed"} == set(ALLOWED)


def test_services_of_the_twin_do_not_import_each_other() -> None:
    services = {"alarms", "awslambda", "codebuild", "codeconnections", "codedeploy", "codepipeline", "events"}
    found = {
        (service, module)
        for service in services
        for path in (ROOT / "twin" / service).rglob("*.py")
        for module in imports_of(path)
        if module.startswith("greenshift.twin.") and module.split(".")[2] in services - {service}
    }

    assert set() == found


def test_no_import_goes_in_a_circle() -> None:
    """Also not where an import waits for a call or for the type checker: two files that need each other are
    one idea in two files. A submodule is its own file, its package's ``__init__`` another."""
    files = {module_of(path): path for room in ALLOWED for path in files_of(room)}
    sorter = TopologicalSorter({module: needs_of(path, files) for module, path in files.items()})

    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(f"imports go in a circle: {' -> '.join(reversed(error.args[1]))}")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def needs_of(path: Path, files: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (deeper & files.keys()) or {node.module}
    return (found & files.keys()) - {module_of(path)}
