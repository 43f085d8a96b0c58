"""The images AWS maintains for builds, by platform (AWS's public image definitions, April 2026).

Every one of them is taken in a project; the twin builds on this machine all the same, whichever it names.
"""

from __future__ import annotations

from typing import Any

_LANGUAGES = ("JAVA", "PYTHON", "NODE_JS", "RUBY", "GOLANG")
_IMAGES = {
    "UBUNTU": {
        "aws/codebuild/standard:7.0": "Ubuntu 22.04",
        "aws/codebuild/standard:8.0": "Ubuntu 24.04",
    },
    "AMAZON_LINUX": {
        "aws/codebuild/amazonlinux-x86_64-standard:5.0": "Amazon Linux 2023, x86_64",
        "aws/codebuild/amazonlinux-x86_64-standard:6.0": "Amazon Linux 2023, x86_64",
        "aws/codebuild/amazonlinux-aarch64-standard:3.0": "Amazon Linux 2023, ARM",
        "aws/codebuild/amazonlinux-aarch64-standard:4.0": "Amazon Linux 2023, ARM",
    },
}


def curated_platforms() -> list[dict[str, Any]]:
    """As ListCuratedEnvironmentImages answers it: platforms, their languages, and the images of each."""
    return [
        {"platform": platform, "languages": [_language(name, images) for name in _LANGUAGES]}
        for platform, images in _IMAGES.items()
    ]


def _language(name: str, images: dict[str, str]) -> dict[str, Any]:
    shown = [{"name": image, "description": text, "versions": [image]} for image, text in images.items()]
    return {"language": name, "images": shown}
