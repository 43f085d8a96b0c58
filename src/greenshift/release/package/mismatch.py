"""Whether a build and the function it is for are of one kind: package type, runtime, handler. Pure."""

from __future__ import annotations

from greenshift.release.package.manifest import Package
from greenshift.release.services.functions import Configuration


def mismatches(package: Package, latest: Configuration) -> list[str]:
    """The build packaged for a function that the deployment no longer has, in a line each."""
    if bool(package.image_uri) != (latest.package_type == "Image"):
        made = "a container image" if package.image_uri else "a zip"
        return [
            f"{package.function}: the build made {made}, the function's PackageType is"
            f" {latest.package_type} and cannot change; release again after `greenshift up`"
        ]
    pairs = [("runtime", package.runtime, latest.runtime), ("handler", package.handler, latest.handler)]
    return [
        f"{package.function}: built for {what} {built!r}, the function has {has!r}; release again"
        for what, built, has in pairs
        if has and built != has
    ]
