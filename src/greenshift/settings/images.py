"""Functions that are container images: told by a Dockerfile, or said; and what such a function may not say.

Lambda calls it the package type (API reference, CreateFunction: ``Zip`` or ``Image``). An image brings its
own runtime, handler and dependencies, so settings that are about a zip are refused for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from greenshift.contract.handlers import handler_files
from greenshift.contract.runtimes import DEFAULT_RUNTIME, RUNTIMES, Language
from greenshift.errors import SettingsError
from greenshift.settings.functions import FunctionSettings

DOCKERFILE = "Dockerfile"
TYPESCRIPT = (".ts", ".mts", ".cts", ".tsx")
_OF_A_ZIP = {
    "runtime": "the image brings its runtime",
    "handler": "the Dockerfile's CMD names it",
    "layers": "Lambda takes none for an image; copy what they hold in the Dockerfile",
    "exclude": "a .dockerignore says what the image leaves out",
}


def is_image(function: FunctionSettings, directory: Path, language: Language | None) -> bool:
    """Whether a function is one: as it says, else by its files.

    A Dockerfile beside a handler that is found for a zip may be for something else, so the zip goes first.
    """
    if function.package_type is not None:
        return function.package_type == "Image"
    says_otherwise = function.runtime or function.handler or function.build or function.layers
    if says_otherwise or not (directory / DOCKERFILE).is_file():
        return False
    return language is None or not _has_handler(directory, DEFAULT_RUNTIME[language])


def _has_handler(directory: Path, runtime: str) -> bool:
    """Whether the default handler of a runtime is there, in JavaScript or in TypeScript."""
    wanted = handler_files(runtime, RUNTIMES[runtime].default_handler)
    scripts = [name.removesuffix(".js") for name in wanted if name.endswith(".js")]
    names = {*wanted, *(f"{stem}{suffix}" for stem in scripts for suffix in TYPESCRIPT)}
    return any((directory / place / name).is_file() for name in names for place in ("", "src"))


def checked_image(key: str, function: FunctionSettings, root: Path) -> FunctionSettings:
    """The settings of an image; SettingsError for what only a zip can have."""
    at = f"greenshift:functions.{key}"
    for name, why in _OF_A_ZIP.items():
        if value := getattr(function, name):
            raise SettingsError(f"{at}.{name}", value, f"the function is a container image: {why}")
    if not (root / function.directory / DOCKERFILE).is_file():
        raise SettingsError(
            f"{at}.packageType", "Image", f"{function.directory} has no {DOCKERFILE} to build it from"
        )
    return function.model_copy(update={"package_type": "Image"})


def images(functions: Mapping[str, FunctionSettings]) -> list[str]:
    """The keys of the functions that are images."""
    return sorted(key for key, function in functions.items() if function.package_type == "Image")
