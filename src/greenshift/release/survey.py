"""What each function is before a release, and what that says of the release's packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.release.comparison.inspection import Change
from greenshift.release.errors import Refusal
from greenshift.release.machine.observation import Alias
from greenshift.release.package.artifact import BuildArtifact
from greenshift.release.package.manifest import Manifest, Package
from greenshift.release.package.mismatch import mismatches
from greenshift.release.package.packages import problems_of
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.released import is_released
from greenshift.release.services.functions import Configuration, Functions
from greenshift.release.services.pool import in_parallel
from greenshift.release.targets import Targets


@dataclass(frozen=True)
class Survey:
    """One function as it was before this release."""

    alias: Alias
    live: Configuration
    latest: Configuration
    is_first: bool  # no release published what is live

    def is_up_to_date(self, package: Package) -> bool:
        """Whether live traffic already runs this code with these settings. The settings are `$LATEST`'s: that
        is where the deployment writes a changed environment variable, and only a new version makes it
        live."""
        return self.live.code_sha256 == package.code_sha256 and self.live.settings == self.latest.settings


def survey(
    ledger: Ledger, functions: Functions, targets: Targets, packages: list[Package]
) -> dict[str, Survey]:
    """Each package's function as it is now; a working copy is no release's, and ends here."""

    def look(package: Package) -> Survey:
        target = targets.functions[package.function]
        alias = functions.end_working_copy(target.name, target.alias)
        live = functions.configuration(target.name, alias.version)
        is_first = not is_released(ledger, target.name, live)
        return Survey(alias, live, functions.configuration(target.name), is_first)

    names = [package.function for package in packages]
    return dict(zip(names, in_parallel(look, packages), strict=True))


def changes(packages: list[Package], surveys: Mapping[str, Survey]) -> list[Change]:
    """The functions that get a new version; nothing is compared for the others."""
    pairs = [(package, surveys[package.function]) for package in packages]
    return [
        Change(package.function, survey.live, survey.latest, survey.is_first)
        for package, survey in pairs
        if not survey.is_up_to_date(package)
    ]


def refuse_problems(manifest: Manifest, artifact: BuildArtifact, surveys: Mapping[str, Survey]) -> None:
    """All that is wrong with any package, at once: fixing one after the other costs a build each."""

    def check(package: Package) -> list[str]:
        survey = surveys.get(package.function)
        if package.image_uri:  # Lambda alone can look into it
            return mismatches(package, survey.latest) if survey else []
        with artifact.package(package) as path:
            found = problems_of(package, path)
        return found + (mismatches(package, survey.latest) if survey else [])

    problems = [problem for some in in_parallel(check, manifest.packages) for problem in some]
    if problems:
        raise Refusal(f"nothing was published: {'; '.join(problems)}")
