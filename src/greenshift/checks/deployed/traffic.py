"""Where each function's alias points: to one version, and to the one the ledger says is live."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.deployed.recorded import resting_version
from greenshift.checks.finding import Finding

SPLIT = "alias-split"
OFF = "alias-off-ledger"
COPY = "working-copy"
LEFT_COPY = "working-copy-left-behind"


def check_traffic(facts: StackFacts) -> Iterator[Finding]:
    for alias in facts.aliases:
        if not alias.version:
            yield _missing(alias)
        elif not facts.is_releasing:
            yield from _at_rest(alias, facts)


def _at_rest(alias: AliasFacts, facts: StackFacts) -> Iterator[Finding]:
    resting = resting_version(alias, facts)
    if alias.copy is not None:
        yield _developed(alias) if alias.is_held else _left_behind(alias, resting or alias.copy.released)
        return
    if alias.weights:
        yield _split(alias, resting)
    elif resting and resting != alias.version:
        yield _off(alias, resting)


def _missing(alias: AliasFacts) -> Finding:
    function = alias.function
    return Finding(
        rule="alias-missing",
        level="error",
        function=function.key,
        resource=function.alias_arn,
        what=f"the alias {function.alias} of {function.name} does not exist",
        why="callers use the alias, and releases move it: without it neither works",
        fix="greenshift up --refresh makes it again; then greenshift doctor says whether it is where it was",
    )


def _developed(alias: AliasFacts) -> Finding:
    function, copy = alias.function, alias.copy
    assert copy is not None
    return Finding(
        rule=COPY,
        level="hint",
        function=function.key,
        resource=function.alias_arn,
        what=f"greenshift dev has {function.name}, and serves your working copy; {copy.released} is released",
        why="that is what it is for; a release, or the end of greenshift dev, puts it on a released version",
        fix="nothing is wrong; Ctrl-C ends greenshift dev",
    )


def _left_behind(alias: AliasFacts, resting: str) -> Finding:
    return Finding(
        rule=LEFT_COPY,
        level="warning",
        function=alias.function.key,
        resource=alias.function.alias_arn,
        what=f"{alias.function.name} serves a working copy of a greenshift dev that was killed",
        why="callers get code that no release published, and nobody is at work on it any more",
        fix=f"greenshift repair --only {LEFT_COPY} puts it back on {resting}; or release again",
    )


def _split(alias: AliasFacts, resting: str) -> Finding:
    function = alias.function
    shares = ", ".join(f"{percent:g} % to version {version}" for version, percent in alias.weights)
    where = f"whole on version {resting}" if resting else "whole on one version"
    return Finding(
        rule=SPLIT,
        level="error",
        function=function.key,
        resource=function.alias_arn,
        what=f"traffic is split ({shares}, the rest to {alias.version}) and no release is under way",
        why="some callers get a version nobody watches any more",
        fix=f"greenshift repair --only {SPLIT} puts it {where}",
    )


def _off(alias: AliasFacts, resting: str) -> Finding:
    return Finding(
        rule=OFF,
        level="warning",
        function=alias.function.key,
        resource=alias.function.alias_arn,
        what=f"the alias points to version {alias.version}, the ledger's last release left it on {resting}",
        why="it was moved by hand, or a release was ended from outside: history no longer tells what is live",
        fix=f"greenshift repair --only {OFF} puts it back on {resting}; or release again",
    )
