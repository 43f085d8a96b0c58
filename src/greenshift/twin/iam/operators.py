"""Condition operators: each compares one value of the request with one value of the policy.

User guide, "IAM JSON policy elements: Condition operators". Negated operators are written here by the
operator they negate, since "not equal" must hold against every listed value, not any.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from greenshift.twin.iam.patterns import Keys, matches, substituted

Compare = Callable[[str, str, Keys], bool]
"""(the policy's value, the request's value, all keys) -> whether they agree."""


def _plain(compare: Callable[[str, str], bool]) -> Compare:
    def with_variables(wanted: str, actual: str, keys: Keys) -> bool:
        value = substituted(wanted, keys)
        return value is not None and compare(value, actual)

    return with_variables


def _like(wanted: str, actual: str, keys: Keys) -> bool:
    return matches(wanted, actual, keys)


def _arn_like(wanted: str, actual: str, keys: Keys) -> bool:
    """Each of the six parts of an ARN is compared by itself."""
    patterns, parts = wanted.split(":", 5), actual.split(":", 5)
    return len(patterns) == len(parts) == 6 and all(
        matches(pattern, part, keys) for pattern, part in zip(patterns, parts, strict=True)
    )


def _numeric(compare: Callable[[float, float], bool]) -> Compare:
    return _plain(lambda wanted, actual: _both(_number, wanted, actual, compare))


def _date(compare: Callable[[float, float], bool]) -> Compare:
    return _plain(lambda wanted, actual: _both(_time, wanted, actual, compare))


def _both(
    read: Callable[[str], float], wanted: str, actual: str, compare: Callable[[float, float], bool]
) -> bool:
    try:
        return compare(read(actual), read(wanted))
    except ValueError:
        return False


def _number(text: str) -> float:
    return float(text)


def _time(text: str) -> float:
    """ISO 8601, or seconds since 1970."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _in_network(wanted: str, actual: str) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


_equal = _plain(lambda wanted, actual: wanted == actual)
_equal_ignoring_case = _plain(lambda wanted, actual: wanted.lower() == actual.lower())

OPERATORS: Mapping[str, tuple[Compare, bool]] = {
    # name -> how values are compared, and whether the operator is the negation of that
    "StringEquals": (_equal, False),
    "StringNotEquals": (_equal, True),
    "StringEqualsIgnoreCase": (_equal_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equal_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    # "ArnEquals and ArnLike behave identically" (user guide, same page).
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "NumericEquals": (_numeric(lambda actual, wanted: actual == wanted), False),
    "NumericNotEquals": (_numeric(lambda actual, wanted: actual == wanted), True),
    "NumericLessThan": (_numeric(lambda actual, wanted: actual < wanted), False),
    "NumericLessThanEquals": (_numeric(lambda actual, wanted: actual <= wanted), False),
    "NumericGreaterThan": (_numeric(lambda actual, wanted: actual > wanted), False),
    "NumericGreaterThanEquals": (_numeric(lambda actual, wanted: actual >= wanted), False),
    "DateEquals": (_date(lambda actual, wanted: actual == wanted), False),
    "DateNotEquals": (_date(lambda actual, wanted: actual == wanted), True),
    "DateLessThan": (_date(lambda actual, wanted: actual < wanted), False),
    "DateLessThanEquals": (_date(lambda actual, wanted: actual <= wanted), False),
    "DateGreaterThan": (_date(lambda actual, wanted: actual > wanted), False),
    "DateGreaterThanEquals": (_date(lambda actual, wanted: actual >= wanted), False),
    "Bool": (_equal_ignoring_case, False),
    "BinaryEquals": (_equal, False),
    "IpAddress": (_plain(_in_network), False),
    "NotIpAddress": (_plain(_in_network), True),
    # Null asks about the key itself and is answered where conditions are (conditions.py).
    "Null": (_equal_ignoring_case, False),
}
