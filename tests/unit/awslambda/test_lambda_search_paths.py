"""Where a function looks for what its package does not hold."""

from __future__ import annotations

import os
from pathlib import Path

from greenshift.twin.awslambda.execution.search_paths import SearchPaths


def layer(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
    return root


def test_the_last_layer_is_looked_into_first_and_only_where_it_has_something(tmp_path: Path) -> None:
    first = layer(tmp_path / "1", "python", "bin", "nodejs/node_modules")
    last = layer(tmp_path / "2", "python/lib/python3.13/site-packages", "lib", "nodejs/node22/node_modules")
    paths = SearchPaths((first, last), (Path("/sdk"),))

    python, node = paths.variables("python3.13"), paths.variables("nodejs22.x")

    assert python["PYTHONPATH"].split(os.pathsep) == [
        *(str(last / "python/lib/python3.13/site-packages"), str(last / "python"), str(first / "python")),
    ]
    assert python["LD_LIBRARY_PATH"] == str(last / "lib")
    assert node["PATH"] == f"{first / 'bin'}{os.pathsep}{os.defpath}"
    assert node["NODE_PATH"].split(os.pathsep) == [
        *(str(last / "nodejs/node22/node_modules"), str(first / "nodejs/node_modules"), "/sdk"),
    ]


def test_without_layers_only_the_systems_programs_and_the_runtimes_packages_are_found() -> None:
    assert SearchPaths(()).variables("python3.13") == {"PATH": os.defpath}
    assert SearchPaths((), (Path("/sdk"),)).variables("nodejs22.x") == {
        "PATH": os.defpath,
        "NODE_PATH": "/sdk",
    }
