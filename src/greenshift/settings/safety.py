"""What a release may do although it would break the version that is live: nothing, unless accepted here.

The words are those of the findings (`docs/releases.md`); only the kinds that stop a release can be accepted.
"""

from __future__ import annotations

from typing import Literal

from greenshift.settings.fields import Section, setting

Acceptable = Literal[
    "permissions-reduced",
    "role-gone",
    "concurrency-lowered",
    "role-changed",
    "dead-letter-changed",
]
_ALLOWED = "a list of permissions-reduced, role-gone, concurrency-lowered, role-changed, dead-letter-changed"


class SafetySettings(Section):
    accept: tuple[Acceptable, ...] = setting(
        (),
        "Findings that do not stop a release, although they would break the live version or the shift.",
        allowed=_ALLOWED,
        example=["permissions-reduced"],
    )


class FunctionSafety(Section):
    accept: tuple[Acceptable, ...] = setting(
        (),
        "Findings that do not stop a release of this function, beside those accepted for all.",
        allowed=_ALLOWED,
        example=["concurrency-lowered"],
    )
