"""Whether a statement's conditions hold for a request.

User guide, "Condition element": all operators and keys must hold; of several values for a key one suffices,
and for a negated operator none may agree. "Multivalued context keys": ForAllValues and ForAnyValue.
"""

from __future__ import annotations

from greenshift.twin.iam.document import Condition
from greenshift.twin.iam.operators import OPERATORS
from greenshift.twin.iam.patterns import Keys


def hold(conditions: tuple[Condition, ...], keys: Keys) -> bool:
    return all(_holds(condition, keys) for condition in conditions)


def _holds(condition: Condition, keys: Keys) -> bool:
    actual = keys.get(condition.key, ())
    if condition.operator == "Null":
        is_missing = "false" if actual else "true"
        return any(value.lower() == is_missing for value in condition.values)
    if not actual:
        return _holds_without_key(condition)
    quantify = all if condition.quantifier == "ForAllValues" else any
    return quantify(_agrees(condition, value, keys) for value in actual)


def _holds_without_key(condition: Condition) -> bool:
    """A missing key fails a condition, unless it says IfExists, asks for all values, or is negated."""
    if condition.if_exists or condition.quantifier == "ForAllValues":
        return True
    _, is_negated = OPERATORS[condition.operator]
    return is_negated and condition.quantifier != "ForAnyValue"


def _agrees(condition: Condition, actual: str, keys: Keys) -> bool:
    compare, is_negated = OPERATORS[condition.operator]
    return any(compare(wanted, actual, keys) for wanted in condition.values) is not is_negated
