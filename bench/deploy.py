"""How long do preview and up take, as the number of functions grows?

    python bench/deploy.py [2 20 100]

Whole commands, as a person runs them: each starts Python, reads the project, runs the Pulumi program. The
twin is started before. Where the real Pulumi CLI is there (``GREENSHIFT_PULUMI``, or PATH), it does so, too,
on the same twin through our provider: as it is, and without the state it writes after each step. All take
turns, step by step, so that what else the machine has to do is the same for all; steps that change nothing
are taken three times, and the fastest counts. Prints a table and ratios; asserts nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi_cli
import yaml
from commands import Ran, commit, measured
from pulumi_cli import PulumiCli


def project(directory: Path, functions: int) -> Path:
    """A new project with this many Python functions."""
    measured(directory, "new", "bench")
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


@dataclass(frozen=True)
class Deployer:
    """Who brings a project to the twin, and how each command of the table is called."""

    title: str
    preview: Callable[[], Ran]
    up: Callable[[], Ran]
    destroy: Callable[[], Ran]


def deployers(root: Path) -> Iterator[Deployer]:
    """Ours, then the real CLI where there is one: as it is, and without the state it writes at each step."""
    yield Deployer(
        "greenshift",
        lambda: measured(root, "preview", "--json"),
        lambda: measured(root, "up", "--json"),
        lambda: measured(root, "destroy", "--yes", "--json"),
    )
    cli = pulumi_cli.find()
    if cli is None:
        return
    kinds: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("pulumi", "whole", {}),
        ("pulumi, no state", "bare", pulumi_cli.NO_CHECKPOINTS),
    )
    for title, stack, extra in kinds:
        pulumi = PulumiCli.on_twin(cli, root, stack, extra)
        yield Deployer(title, pulumi.preview, pulumi.up, pulumi.destroy)


COLUMNS = ("preview (s)", "up (s)", "preview again", "up again", "destroy")
#: Which commands a column is of, and how often each is run.
STEPS: tuple[tuple[str, int], ...] = (("preview", 1), ("up", 1), ("preview", 3), ("up", 3), ("destroy", 1))


def measure(functions: int) -> None:
    with tempfile.TemporaryDirectory(prefix="greenshift-bench-") as folder:
        root = project(Path(folder), functions)
        measured(root, "twin", "start")
        try:
            everyone = list(deployers(root))
            show(functions, everyone, taken_in_turns(everyone))
        finally:
            measured(root, "twin", "stop")


def taken_in_turns(everyone: Sequence[Deployer]) -> list[list[Ran]]:
    """Of each deployer, the fastest run of each step. Their stacks stand side by side on the twin."""
    fastest: list[list[Ran]] = [[] for _ in everyone]
    for name, times in STEPS:
        rounds = [[getattr(deployer, name)() for deployer in everyone] for _ in range(times)]
        for row, ran in zip(fastest, zip(*rounds, strict=True), strict=True):
            row.append(min(ran, key=lambda each: each.seconds))
    return fastest


def show(functions: int, everyone: Sequence[Deployer], ran: Sequence[Sequence[Ran]]) -> None:
    """A row for each, and below them what of each of the CLI's times ours is."""
    for deployer, row in zip(everyone, ran, strict=True):
        peak = max(each.megabytes for each in row)
        figures = "".join(f"{each.seconds:>15.1f}" for each in row)
        print(f"{functions:>9}  {deployer.title:<17}{figures}{peak:>12.0f}", flush=True)
    for deployer, row in list(zip(everyone, ran, strict=True))[1:]:
        ratios = [ours.seconds / theirs.seconds for ours, theirs in zip(ran[0], row, strict=True)]
        told = "".join(f"{ratio:>15.2f}" for ratio in ratios)
        print(f"{'':>9}  {'of ' + deployer.title:<17}{told}", flush=True)


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or [2, 20, 100]
    cli = pulumi_cli.find()
    if cli is None:
        print("without the real Pulumi CLI: there is none on PATH, and GREENSHIFT_PULUMI names none")
    else:
        print(f"beside the real Pulumi CLI {pulumi_cli.version(cli)}; ours asks the policy pack, too")
    titles = "".join(f"{name:>15}" for name in COLUMNS)
    print(f"{'functions':>9}  {'':<17}{titles}{'peak (MB)':>12}")
    for count in counts:
        measure(count)


if __name__ == "__main__":
    main()
