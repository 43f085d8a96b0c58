"""Where a twin lives: in the project here or above, or in this folder where there is no project."""

from __future__ import annotations

from pathlib import Path

from greenshift.cli.project.home import HOME
from greenshift.errors import UsageError
from greenshift.settings.yaml_files import find_root


def project_root(directory: Path | None = None) -> Path | None:
    """The Pulumi project in or above a directory, Greenshift's or any other; None when there is none."""
    try:
        return find_root(directory or Path.cwd())
    except UsageError:
        return None


def twin_root(directory: Path | None = None) -> Path:
    """The folder a twin belongs to: the project's, else the nearest one with a twin, else this one."""
    start = (directory or Path.cwd()).resolve()
    known = (each for each in (start, *start.parents) if (each / HOME / "twin.json").is_file())
    return project_root(start) or next(known, start)


def twin_home(directory: Path | None = None) -> Path:
    """The twin's own files; they are nobody's to commit, so git is told to leave them alone."""
    return twin_root(directory) / HOME


def make_home(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return home
