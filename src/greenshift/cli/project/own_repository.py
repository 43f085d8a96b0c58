"""A project's own repository, as its twin is to know it."""

from __future__ import annotations

from pathlib import Path

from greenshift.advice import LOCAL
from greenshift.cli.project.repository import Repository
from greenshift.errors import GreenshiftError
from greenshift.settings import load_project
from greenshift.twin.machine import process
from greenshift.twin.machine.process import TwinHandle


def register(root: Path, handle: TwinHandle) -> None:
    """Of a Greenshift project in git, so that its pipeline finds its source whoever deploys it."""
    try:
        project = load_project(root, LOCAL)
        repository = Repository.open(root)
    except GreenshiftError:
        return  # any other project, or none
    if project.settings.source.repository:
        process.register_repository(handle, project.settings.source.repository, repository.path)
