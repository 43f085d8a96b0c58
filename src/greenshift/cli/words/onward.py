"""How whoever saw the demo makes a project of their own, with the Greenshift that showed it."""

from __future__ import annotations

import shlex
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import greenshift

_COMMAND = "greenshift"


@dataclass(frozen=True)
class Running:
    """The Greenshift that runs, and what the shell would find by its name."""

    on_path: Path | None
    """The ``greenshift`` that the shell finds."""
    own: tuple[Path, ...]
    """The commands of this installation: what was started, and what its environment has by that name."""
    python: Path
    checkout: Path | None
    """The directory of its sources, where it runs from there: that environment is of whoever works on it."""
    directory: Path
    """Where it was started."""

    @classmethod
    def here(cls) -> Running:
        found = shutil.which(_COMMAND)
        sources = Path(greenshift.__file__).parents[2]
        is_checkout = (sources / "pyproject.toml").is_file() and (sources / "src" / _COMMAND).is_dir()
        return cls(
            on_path=Path(found) if found else None,
            own=(Path(sys.argv[0]).absolute(), Path(sysconfig.get_path("scripts")) / _COMMAND),
            python=Path(sys.executable),
            checkout=sources if is_checkout else None,
            directory=Path.cwd(),
        )


def onward(running: Running) -> list[str]:
    """Lines: one command where it can be typed as it is, else what makes it so."""
    name = running.on_path
    if name is not None and name.resolve() in {each.resolve() for each in running.own}:
        return [f"{_COMMAND} new my-app makes a project of your own"]
    if running.checkout is None:
        return [f"{_typed(running)} new my-app makes a project of your own"]
    source = "." if running.checkout == running.directory else shlex.quote(str(running.checkout))
    if name is not None:  # perhaps of these sources, installed as the README says; perhaps not
        return [
            f"{_COMMAND} new my-app makes a project of your own, with the {_COMMAND} on PATH",
            f"  ({name}; if that is an older one, first: pip install {source})",
        ]
    return [
        f"a project of your own; no {_COMMAND} is on PATH, so first install it:",
        "  python3 -m venv ~/greenshift-env",
        "  . ~/greenshift-env/bin/activate",
        f"  pip install {source}",
        f"then, in a directory of your own: {_COMMAND} new my-app",
    ]


def _typed(running: Running) -> str:
    """What starts this installation from anywhere."""
    command = next((each for each in running.own if each.name == _COMMAND and each.is_file()), None)
    return shlex.quote(str(command)) if command else f"{shlex.quote(str(running.python))} -m {_COMMAND}"
