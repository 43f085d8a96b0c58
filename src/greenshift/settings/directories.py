"""What the files of a project tell: that a function's directory is there, and what language it is.

Reading names of files is the only I/O of the settings, and it happens here.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from greenshift.contract.runtimes import DEFAULT_RUNTIME, RUNTIMES, Language
from greenshift.errors import SettingsError
from greenshift.settings.functions import FunctionSettings
from greenshift.settings.model import Settings

_NODE_SUFFIXES = frozenset((".mjs", ".cjs", ".js", ".ts"))


def resolve(settings: Settings, root: Path) -> Settings:
    """``settings`` with the directory, runtime and handler of every function filled in and checked."""
    functions = {key: _resolved(key, function, root) for key, function in settings.functions.items()}
    _check_buildspec(settings.build.buildspec, root)
    for index, directory in enumerate(settings.source.shared_directories):
        _check_directory(f"greenshift:source.sharedDirectories.{index}", directory, root)
    return settings.model_copy(update={"functions": functions})


def _resolved(key: str, function: FunctionSettings, root: Path) -> FunctionSettings:
    directory = function.directory or f"functions/{key}"
    _check_directory(f"greenshift:functions.{key}.directory", directory, root)
    runtime = function.runtime or _inferred(key, directory, root)
    handler = function.handler or RUNTIMES[runtime].default_handler
    return function.model_copy(update={"directory": directory, "runtime": runtime, "handler": handler})


def _check_directory(key: str, directory: str, root: Path) -> None:
    if not _stays_inside(directory):
        raise SettingsError(key, directory, "it must be a path inside the project, with '/' and without '..'")
    if not (root / directory).is_dir():
        raise SettingsError(
            key,
            directory,
            f"there is no such directory in {root}",
            hint="create it, or mend the path in the config",
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


def _inferred(key: str, directory: str, root: Path) -> str:
    language = _language(root / directory)
    if language is None:
        raise SettingsError(
            f"greenshift:functions.{key}.runtime",
            None,
            f"{directory} holds neither a package.json, .js or .mjs file nor a .py file to tell it from, "
            f"so name one of {', '.join(RUNTIMES)}",
        )
    return DEFAULT_RUNTIME[language]


def _language(directory: Path) -> Language | None:
    names = [entry for entry in directory.iterdir() if entry.is_file()]
    if any(entry.name == "package.json" or entry.suffix in _NODE_SUFFIXES for entry in names):
        return "nodejs"
    return "python" if any(entry.suffix == ".py" for entry in names) else None
