"""A function of the stack `local` that the twin cannot run; an image that is built on another processor."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.finding import Finding
from greenshift.checks.source.places import Place, setting_place
from greenshift.checks.source.surroundings import LOCAL
from greenshift.settings import Project
from greenshift.settings.on_twin import obstacle

_ARM = ("aarch64", "arm64")


def check_on_twin(project: Project, key: str) -> Iterator[Finding]:
    function = project.settings.functions[key]
    found = obstacle(key, function) if project.stack == LOCAL else None
    if found is None:
        return
    place = _place(project, key, "packageType" if function.package_type == "Image" else "runtime")
    yield Finding(
        rule=found.rule,
        level="error",
        function=key,
        file=place.file,
        line=place.line,
        what=found.what,
        why=found.why,
        fix=found.fix,
    )


def check_image(project: Project, key: str) -> Iterator[Finding]:
    architecture, builder = project.settings.functions[key].architecture, project.settings.build.image
    if (architecture == "arm64") == any(word in builder for word in _ARM):
        return
    place = _place(project, key, "architecture")
    yield Finding(
        rule="image-architecture",
        level="warning",
        function=key,
        file=place.file,
        line=place.line,
        what=f"an image for {architecture} is built on {builder}, which is for another processor",
        why="docker build fails there at the first RUN of the Dockerfile",
        fix="set greenshift:build.image to one of CodeBuild's images for that processor",
    )


def _place(project: Project, key: str, setting: str) -> Place:
    return setting_place(project.directory, project.stack, f"greenshift:functions.{key}.{setting}")
