"""What the files of a project tell: that a function's directory is there, and what language it is.

Reading names of files is the only I/O of the settings, and it happens here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from greenshift.contract.handlers import handler_files
from greenshift.contract.runtimes import DEFAULT_RUNTIME, RUNTIMES, Language
from greenshift.errors import SettingsError
from greenshift.settings.functions import FunctionSettings
from greenshift.settings.images import TYPESCRIPT, checked_image, is_image

# Of a function that is an executable, or becomes one.
_EXECUTABLES = frozenset(("bootstrap", "go.mod", "Cargo.toml", "CMakeLists.txt"))
_JAVA_FILES = ("pom.xml", "build.gradle", "build.gradle.kts")
_RUBY_FILES = ("Gemfile",)
_DOTNET_SUFFIXES = (".csproj", ".fsproj")
_PYTHON_FILES = ("pyproject.toml", "Pipfile")
_NODE_SUFFIXES = frozenset((".mjs", ".cjs", ".js", *TYPESCRIPT))


def check_files(buildspec: str | None, shared_directories: Sequence[str], root: Path) -> None:
    _check_buildspec(buildspec, root)
    for index, directory in enumerate(shared_directories):
        _check_directory(f"greenshift:source.sharedDirectories.{index}", directory, root)


def resolved(key: str, function: FunctionSettings, root: Path) -> FunctionSettings:
    """``function`` with its directory, runtime and handler filled in and checked."""
    directory = function.directory or f"functions/{key}"
    _check_directory(f"greenshift:functions.{key}.directory", directory, root)
    placed = function.model_copy(update={"directory": directory})
    language = _language(root / directory)
    if is_image(function, root / directory, language):
        return checked_image(key, placed, root)
    runtime = function.runtime or _inferred(key, directory, language)
    handler = function.handler or RUNTIMES[runtime].default_handler
    told = placed.model_copy(update={"runtime": runtime, "handler": handler, "package_type": "Zip"})
    if told.build is None and _is_typescript(told, root):
        return told.model_copy(update={"build": "esbuild"})
    return told


def _is_typescript(function: FunctionSettings, root: Path) -> bool:
    """A handler in TypeScript alone, below a ``tsconfig.json``: what the build kit bundles by itself."""
    if not function.runtime.startswith("nodejs"):
        return False
    directory = root / function.directory
    above = (directory, *(each for each in directory.parents if each.is_relative_to(root)))
    if not any((folder / "tsconfig.json").is_file() for folder in above):
        return False
    wanted = handler_files(function.runtime, function.handler)
    stem = wanted[0].removesuffix(".js")
    is_there = any((directory / name).is_file() for name in wanted)
    sources = (directory / f"{place}{stem}{suffix}" for place in ("", "src/") for suffix in TYPESCRIPT)
    return not is_there and any(path.is_file() for path in sources)


def _check_directory(key: str, directory: str, root: Path) -> None:
    if not _stays_inside(directory):
        raise SettingsError(key, directory, "it must be a path inside the project, with '/' and without '..'")
    if not (root / directory).is_dir():
        raise SettingsError(
            key,
            directory,
            f"there is no such directory in {root}",
            hint="create it, or fix the path in the config",
        )


def _check_buildspec(buildspec: str | None, root: Path) -> None:
    key = "greenshift:build.buildspec"
    if buildspec is None:
        return
    if not _stays_inside(buildspec) or not (root / buildspec).is_file():
        raise SettingsError(
            key, buildspec, f"there is no such file in {root}", hint="leave it out to have one generated"
        )


def _stays_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _inferred(key: str, directory: str, language: Language | None) -> str:
    if language is None:
        raise SettingsError(
            f"greenshift:functions.{key}.runtime",
            None,
            f"{directory} holds neither a package.json, .js or .mjs file nor a .py file to tell it from, "
            "nor a pom.xml, build.gradle, Gemfile, .rb or .csproj file, go.mod, Cargo.toml, bootstrap or "
            "Dockerfile, "
            f"so name one of {', '.join(RUNTIMES)}",
        )
    return DEFAULT_RUNTIME[language]


def _language(directory: Path) -> Language | None:
    folders = [directory, *(each for each in [directory / "src"] if each.is_dir())]
    names = [entry for folder in folders for entry in folder.iterdir() if entry.is_file()]
    if any(
        entry.name in ("package.json", "tsconfig.json") or entry.suffix in _NODE_SUFFIXES for entry in names
    ):
        return "nodejs"
    if any(entry.name in _PYTHON_FILES or entry.suffix == ".py" for entry in names):
        return "python"
    if any(entry.name in _JAVA_FILES for entry in names):
        return "java"
    if any(entry.name in _RUBY_FILES or entry.suffix == ".rb" for entry in names):
        return "ruby"
    if any(entry.suffix in _DOTNET_SUFFIXES for entry in names):
        return "dotnet"
    return "provided" if any(entry.name in _EXECUTABLES for entry in names) else None
