"""Values of a buildspec by their kind, or an error that names the place."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.codebuild.errors import yaml_file_error


def mapping(where: str, found: object) -> Mapping[str, object]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise yaml_file_error(f"{where} must be a mapping, found {kind(found)}")
    return found


def only(where: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
    unknown = [key for key in found if key not in known]
    if unknown:
        raise yaml_file_error(f"{where}: unknown key {unknown[0]!r}; expected one of {', '.join(known)}")


def texts(where: str, found: object) -> Mapping[str, str]:
    values = mapping(where, found)
    return {key: text(f"{where}.{key}", value) or "" for key, value in values.items()}


def text(where: str, found: object) -> str | None:
    if found is None or isinstance(found, str):
        return found
    raise yaml_file_error(f"{where} must be a text, found {kind(found)}")


def listed(where: str, found: object) -> tuple[str, ...]:
    if found is None:
        return ()
    items = [found] if isinstance(found, str) else found
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise yaml_file_error(f"{where} must be a list of texts")
    return tuple(items)


def yes(where: str, found: object) -> bool:
    if found is None:
        return False
    if isinstance(found, str) and found.lower() in ("yes", "no", "true", "false"):
        return found.lower() in ("yes", "true")
    raise yaml_file_error(f"{where} must be yes or no, found {found!r}")


def kind(found: object) -> str:
    if isinstance(found, dict):
        return "a mapping"
    if isinstance(found, list):
        return "a list"
    return "a text" if isinstance(found, str) else "nothing"
