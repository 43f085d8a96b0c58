"""What does a resource cost, in a program of more than 150 of many types?

    python bench/every_type.py

`up` of examples/payments, then of one program of all cases of the tests and of the forty usual resources that
the engine is killed at, each on a new twin. The ratio of the time for each resource is of one run, on one
machine. Prints; asserts nothing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.pulumi.type_cases import CASES  # noqa: E402
from support.pulumi.type_cases.program import program  # noqa: E402
from support.stacks.forty import PROGRAM  # noqa: E402

from greenshift.engine import Engine, Program, StateFile, Target  # noqa: E402
from greenshift.settings import load_project  # noqa: E402
from greenshift.testing import start_twin  # noqa: E402


def seconds_each(directory: Path) -> float:
    """Of one `up`, for each resource."""
    project = load_project(directory, "local") if (directory / "functions").is_dir() else None
    config = project.config if project else {}
    with start_twin() as twin:
        engine = Engine(
            Program(directory, project.name if project else "all", "local", config),
            Target(twin.endpoint, twin.region, "one"),
            StateFile(directory / "state.json"),
            lambda event: None,
            "correct horse",
        )
        begun = time.monotonic()
        done = engine.up()
        taken = time.monotonic() - begun
    count = sum(done.changes.values())
    types = len({step.type for step in done.steps})
    print(f"{directory.name}: {count} resources of {types} types, {taken:.1f} s, {taken / count:.3f} s each")
    return taken / count


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        payments = Path(shutil.copytree(ROOT / "examples" / "payments", Path(folder) / "payments"))
        every = Path(folder) / "all"
        every.mkdir()
        (every / "Pulumi.yaml").write_text("name: all\nruntime: python\n")
        (every / "__main__.py").write_text(f"{program(CASES)}\n\n{PROGRAM}")
        usual = seconds_each(payments)
        print(f"ratio: {seconds_each(every) / usual:.2f}")


if __name__ == "__main__":
    main()
