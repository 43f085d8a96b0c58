"""Lambda's managed runtimes as data: identifier, the dates AWS has published, the SDK inside.

Only runtimes the build kit can package are listed. AWS has moved the block dates of deprecated runtimes
several times, so they are a table here and never a constant elsewhere.
Source: Lambda developer guide, "Lambda runtimes", and cfn-lint's runtime life cycle table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["nodejs", "python", "java", "ruby", "dotnet", "provided"]
"""``provided``: any executable that speaks the Runtime API, such as Go's and Rust's."""


_HANDLERS: dict[Language, str] = {
    "nodejs": "index.handler",
    "python": "handler.handler",
    "java": "example.Handler",
    "ruby": "handler.handler",
    "dotnet": "Function::Example.Function::Handler",
    "provided": "bootstrap",  # nobody reads it; the file is always called so (developer guide: OS-only)
}


@dataclass(frozen=True, kw_only=True)
class Runtime:
    identifier: str
    language: Language
    bundled_sdk: str
    """What a function may import without packaging it. Node.js 18 and newer have no v2 ``aws-sdk``."""
    deprecated: date
    block_create: date
    block_update: date

    @property
    def default_handler(self) -> str:
        return _HANDLERS[self.language]

    def is_deprecated(self, on: date) -> bool:
        return on >= self.deprecated

    def can_be_created(self, on: date) -> bool:
        return on < self.block_create


def _node(version: str, deprecated: str, block_create: str, block_update: str) -> Runtime:
    return _runtime("nodejs", f"nodejs{version}.x", "@aws-sdk/* v3", deprecated, block_create, block_update)


def _python(version: str, deprecated: str, block_create: str, block_update: str) -> Runtime:
    return _runtime("python", f"python{version}", "boto3", deprecated, block_create, block_update)


def _runtime(language: Language, identifier: str, sdk: str, *dates: str) -> Runtime:
    deprecated, block_create, block_update = (date.fromisoformat(text) for text in dates)
    return Runtime(
        identifier=identifier,
        language=language,
        bundled_sdk=sdk,
        deprecated=deprecated,
        block_create=block_create,
        block_update=block_update,
    )


RUNTIMES: dict[str, Runtime] = {
    runtime.identifier: runtime
    for runtime in (
        _node("18", "2025-09-01", "2027-02-01", "2027-03-03"),
        _node("20", "2026-04-30", "2027-02-01", "2027-03-03"),
        _node("22", "2027-04-30", "2027-06-01", "2027-07-01"),
        _node("24", "2028-04-30", "2028-06-01", "2028-07-01"),
        _python("3.9", "2025-12-15", "2027-02-01", "2027-03-03"),
        _python("3.10", "2026-10-31", "2027-02-01", "2027-03-03"),
        _python("3.11", "2027-06-30", "2027-07-31", "2027-08-31"),
        _python("3.12", "2028-10-31", "2028-11-30", "2029-01-10"),
        _python("3.13", "2029-06-30", "2029-07-31", "2029-08-31"),
        _python("3.14", "2029-06-30", "2029-07-31", "2029-08-31"),
        _runtime("java", "java17", "none", "2027-06-30", "2027-07-31", "2027-08-31"),
        _runtime("java", "java21", "none", "2029-06-30", "2029-07-31", "2029-08-31"),
        _runtime("ruby", "ruby3.2", "aws-sdk v3", "2026-03-31", "2027-02-01", "2027-03-03"),
        _runtime("ruby", "ruby3.3", "aws-sdk v3", "2027-03-31", "2027-04-30", "2027-05-31"),
        _runtime("ruby", "ruby3.4", "aws-sdk v3", "2028-03-31", "2028-04-30", "2028-05-31"),
        _runtime("dotnet", "dotnet8", "none", "2026-11-10", "2027-02-01", "2027-03-03"),
        _runtime("dotnet", "dotnet10", "none", "2028-11-14", "2028-12-14", "2029-01-15"),
        _runtime("provided", "provided.al2023", "none", "2029-06-30", "2029-07-31", "2029-08-31"),
    )
}

DEFAULT_RUNTIME: dict[Language, str] = {
    "nodejs": "nodejs22.x",
    "python": "python3.13",
    "java": "java21",
    "ruby": "ruby3.4",
    "dotnet": "dotnet10",
    "provided": "provided.al2023",
}
