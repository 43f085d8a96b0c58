"""What a build made: `release.json`, the list of packages at the top of the build artifact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from greenshift.contract.text import listed
from greenshift.release.errors import Refusal
from greenshift.release.reading import Document, expect_format

FILE_NAME = "release.json"


@dataclass(frozen=True)
class Package:
    """One function's zip as the build described it, or its image: then only ``image_uri`` tells of it."""

    function: str
    path: str  # inside the build artifact
    sha256: str  # hexadecimal, of the zip
    code_sha256: str  # what Lambda calls CodeSha256: base64 of that digest, or hexadecimal of the image's
    size: int
    runtime: str
    handler: str
    image_uri: str = ""  # ends in @sha256: and a digest
    allows_old_sdk: bool = False  # version 2 of the SDK for JavaScript may come from a layer


@dataclass(frozen=True)
class Manifest:
    packages: tuple[Package, ...]  # sorted by function


def parse_manifest(text: str | bytes) -> Manifest:
    document = Document.parse(text, FILE_NAME)
    expect_format(document, 1)
    packages = sorted((_package(item) for item in document.each("functions")), key=lambda item: item.function)
    twice = [name for name, count in Counter(item.function for item in packages).items() if count > 1]
    if twice:
        raise Refusal(f"{FILE_NAME} lists {listed(twice)} more than once")
    return Manifest(tuple(packages))


_BY_DIGEST = re.compile(r"[^@\s]+@sha256:([0-9a-f]{64})")


def _package(item: Document) -> Package:
    if item.text("packageType", "Zip") == "Image":
        return _image(item)
    return Package(
        function=item.text("function"),
        path=item.text("package"),
        sha256=item.text("sha256"),
        code_sha256=item.text("codeSha256"),
        size=item.number("size"),
        runtime=item.text("runtime"),
        handler=item.text("handler"),
        allows_old_sdk=item.flag("allowsOldSdk", False),
    )


def _image(item: Document) -> Package:
    function, uri = item.text("function"), item.text("imageUri")
    named = _BY_DIGEST.fullmatch(uri)
    if named is None:
        raise Refusal(f"{FILE_NAME}: {function}: imageUri {uri!r} does not end in the digest of an image")
    return Package(function, "", "", named.group(1), 0, "", "", image_uri=uri)


def refuse_strangers(manifest: Manifest, known: Iterable[str]) -> None:
    """A release covers exactly the functions of the deployment: one more or one less means that the build and
    the deployment come from different states of the configuration."""
    built = {item.function for item in manifest.packages}
    expected = set(known)
    problems = []
    if built - expected:
        problems.append(
            f"the build made {listed(sorted(built - expected))}, which the deployment does not know"
        )
    if expected - built:
        problems.append(f"the build did not make {listed(sorted(expected - built))}")
    if problems:
        raise Refusal(f"{'; '.join(problems)}: run `greenshift up`, then release again")
