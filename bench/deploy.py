"""How long do preview and up take, as the number of functions grows?

    python bench/deploy.py [2 20 100]

Whole commands, as a person runs them: each starts Python, reads the project, runs the Pulumi program. The
twin is started before. Prints a table; asserts nothing.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import yaml
from commands import commit, greenshift


def project(directory: Path, functions: int) -> Path:
    """A new project with this many Python functions."""
    greenshift(directory, "new", "bench")
    root = directory / "bench"
    names = [f"f{number:03}" for number in range(functions)]
    for name in names:
        (root / "functions" / name).mkdir(parents=True)
        (root / "functions" / name / "handler.py").write_text(
            "def handler(event, context):\n    return event\n"
        )
    settings = yaml.safe_load((root / "Pulumi.yaml").read_text())
    settings["config"]["greenshift:functions"] = {
        "value": {name: {"directory": f"functions/{name}"} for name in names}
    }
    (root / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
    commit(root, "Functions")
    return root


def measure(functions: int) -> None:
    with tempfile.TemporaryDirectory(prefix="greenshift-bench-") as folder:
        root = project(Path(folder), functions)
        greenshift(root, "twin", "start")
        try:
            first, _ = greenshift(root, "preview", "--json")
            up, result = greenshift(root, "up", "--json")
            second, _ = greenshift(root, "preview", "--json")
            again, _ = greenshift(root, "up", "--json")
            destroy, _ = greenshift(root, "destroy", "--yes", "--json")
        finally:
            greenshift(root, "twin", "stop")
    resources = result["changes"]["create"]
    figures = "".join(f"{seconds:>15.1f}" for seconds in (first, up, second, again, destroy))
    print(f"{functions:>9}{resources:>11}{figures}", flush=True)


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or [2, 20, 100]
    columns = ("preview (s)", "up (s)", "preview again", "up again", "destroy")
    print(f"{'functions':>9}{'resources':>11}" + "".join(f"{name:>15}" for name in columns))
    for count in counts:
        measure(count)


if __name__ == "__main__":
    main()
