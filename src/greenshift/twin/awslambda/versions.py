"""The rules of versions: when one is published, which number it gets, when it may be deleted.

API reference, PublishVersion: "Lambda doesn't publish a version if the function's configuration and code
haven't changed since the last version." Numbers rise by one and are never used again.
"""

from __future__ import annotations

from dataclasses import replace

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Alias, CodePackage, Configuration, Function, Version, new_id
from greenshift.twin.awslambda.names import LATEST, Place


def new_latest(configuration: Configuration, code: CodePackage, now: float) -> Version:
    """A ``$LATEST`` with an identity of its own."""
    return Version(LATEST, configuration, code, now, new_id(), new_id())


def check_revision(expected: str | None, actual: str, what: str) -> None:
    if expected is not None and expected != actual:
        raise errors.stale_revision(what)


def check_can_update(function: Function, place: Place, now: float) -> None:
    """The 409 a caller gets who does not wait for the function between two changes."""
    arn = place.arn(function.name)
    if function.is_pending(now):
        raise errors.function_pending(arn)
    if function.is_updating(now):
        raise errors.update_in_progress(arn)


def unchanged_version(function: Function) -> Version | None:
    """The last published version, when publishing again would only repeat it.

    A description that only PublishVersion gives is no change; one that the function itself got is.
    """
    last = function.versions.get(str(function.last_number))
    if last is None or last.code.sha256_hex != function.latest.code.sha256_hex:
        return None
    return last if function.published == function.latest.configuration else None


def publish(function: Function, description: str | None, now: float) -> tuple[Version, bool]:
    """The published version and whether it is new."""
    if existing := unchanged_version(function):
        return existing, False
    configuration = function.latest.configuration
    if description is not None:
        configuration = replace(configuration, description=description)
    function.last_number += 1
    version = Version(str(function.last_number), configuration, function.latest.code, now, new_id(), new_id())
    function.versions[version.number] = version
    function.published = function.latest.configuration
    return version, True


def find_version(function: Function, number: str, place: Place) -> Version:
    version = function.latest if number == LATEST else function.versions.get(number)
    if version is None:
        raise errors.function_not_found(place.arn(function.name, number))
    return version


def find_alias(function: Function, name: str, place: Place) -> Alias:
    alias = function.aliases.get(name)
    if alias is None:
        raise errors.alias_not_found(place.arn(function.name, name))
    return alias


def delete_version(function: Function, number: str, place: Place) -> list[Version]:
    """Remove one published version; refused while an alias points to it, with or without weight.

    One that does not exist is no error: the answer is the same as if it had.
    """
    if number == LATEST:
        raise errors.invalid("$LATEST version cannot be deleted without deleting the function.")
    if not number.isdigit():
        raise errors.invalid("Deletion of aliases is not currently supported.")
    version = function.versions.get(number)
    if version is None:
        return []
    if users := function.aliases_of(number):
        raise errors.version_in_use(place.arn(function.name, number), users)
    del function.versions[number]
    function.policies.pop(number, None)
    function.event_invoke.pop(number, None)
    return [version]
