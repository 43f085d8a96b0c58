"""Things that make builds differ from day to day, or that are about to go: hints and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.checks.source.places import Place
from greenshift.settings import Settings


def check_lock_file(source: FunctionSource) -> Iterator[Finding]:
    """Dependencies without a lock file: the same commit may be built from other versions tomorrow."""
    npm = source.contents.npm
    if npm is None or npm.locked or not npm.dependencies:
        return
    yield Finding(
        rule="no-lock-file",
        level="hint",
        function=source.key,
        file=source.file("package.json"),
        line=1,
        what="package.json names dependencies and there is no package-lock.json",
        why="each build takes the newest versions that fit, so one commit can give two packages",
        mend=f"run npm install in {source.function.directory} and commit package-lock.json",
    )


def check_source_provider(
    settings: Settings, environment: Mapping[str, str], place: Place
) -> Iterator[Finding]:
    """GitHub through an OAuth token: possible, but it holds a secret that a connection does not need."""
    if settings.source.provider != "github":
        return
    token = settings.token(environment)
    yield Finding(
        rule="oauth-source",
        level="warning",
        file=place.file,
        line=place.line,
        what="source.provider github reads the code with a person's OAuth token"
        + (", and none is set" if token.origin == "missing" else ""),
        why="AWS advises against it: the token reaches all of that person's repositories",
        mend="leave source.provider out: a connection needs no token",
    )
