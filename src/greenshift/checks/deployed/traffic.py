"""Where each function's alias points: to one version, and to the one the ledger says is live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.finding import Finding
from greenshift.view import FunctionRelease, ReleaseView


def check_traffic(facts: StackFacts) -> Iterator[Finding]:
    for alias in facts.aliases:
        if not alias.version:
            yield _missing(alias)
        elif not facts.is_releasing:
            yield from _at_rest(alias, facts)


def _at_rest(alias: AliasFacts, facts: StackFacts) -> Iterator[Finding]:
    if alias.weights:
        yield _split(alias)
    recorded = recorded_version(alias.function.key, facts.releases)
    if recorded and recorded != alias.version:
        yield _off(alias, recorded)


def recorded_version(key: str, releases: Iterable[ReleaseView]) -> str:
    """The version the newest ended release left a function on; empty when the ledger does not know.

    A failed release says it per function: what it shifted stayed, what it took back went back, and of
    what it could not restore nothing is certain.
    """
    for release in releases:
        part = next((f for f in release.functions if f.key == key), None)
        if part is None or not release.ended_at:
            continue
        if part.state == "FAILED" and release.status == "FAILED":
            return ""
        version = part.to_version if _stayed(release, part) else part.from_version
        if version:
            return version
    return ""


def _stayed(release: ReleaseView, part: FunctionRelease) -> bool:
    if release.status == "FAILED":
        return part.state == "SHIFTED"
    return release.status in ("SUCCEEDED", "UNCHANGED")


def _missing(alias: AliasFacts) -> Finding:
    function = alias.function
    return Finding(
        rule="alias-missing",
        level="error",
        function=function.key,
        resource=function.alias_arn,
        what=f"the alias {function.alias} of {function.name} does not exist",
        why="callers use the alias, and releases move it: without it neither works",
        mend="greenshift up makes it again; if state says it exists: pulumi refresh first",
    )


def _split(alias: AliasFacts) -> Finding:
    function = alias.function
    shares = ", ".join(f"{percent:g} % to version {version}" for version, percent in alias.weights)
    return Finding(
        rule="alias-split",
        level="error",
        function=function.key,
        resource=function.alias_arn,
        what=f"traffic is split ({shares}, the rest to {alias.version}) and no release is under way",
        why="some callers get a version nobody watches any more",
        mend=f"aws lambda update-alias --function-name {function.name} --name {function.alias} "
        "--routing-config AdditionalVersionWeights={}; then release again",
    )


def _off(alias: AliasFacts, recorded: str) -> Finding:
    function = alias.function
    return Finding(
        rule="alias-off-ledger",
        level="warning",
        function=function.key,
        resource=function.alias_arn,
        what=f"the alias points to version {alias.version}, the ledger's last release left it on {recorded}",
        why="it was moved by hand, or a release was ended from outside: history no longer tells what is live",
        mend="release again, which brings alias and ledger together; or move the alias back: "
        f"aws lambda update-alias --function-name {function.name} --name {function.alias} "
        f"--function-version {recorded}",
    )
