"""From points to a state: the tables of the CloudWatch user guide, and the edges around them."""

from __future__ import annotations

import pytest

from greenshift.twin.alarms.evaluation import Datapoint, evaluate
from greenshift.twin.alarms.model import Comparison, StateValue, Threshold, TreatMissingData

TREATMENTS: tuple[TreatMissingData, ...] = ("missing", "ignore", "breaching", "notBreaching")
KEPT = "kept"


def points(drawn: str) -> list[Datapoint]:
    """``0`` is fine, ``X`` breaching, ``-`` missing; oldest first, as the user guide draws them."""
    values = {"0": 0.0, "X": 10.0, "-": None}
    return [Datapoint(60.0 * index, values[each]) for index, each in enumerate(drawn.split())]


def threshold(needed: int, periods: int, treat_missing: TreatMissingData) -> Threshold:
    return Threshold(periods, needed, "GreaterThanThreshold", 5.0, treat_missing)


# Each row: the points, M of N, and the state under missing, ignore, breaching, notBreaching.
USER_GUIDE = [
    ("0 - X - X", 3, 3, ("OK", "OK", "OK", "OK")),
    ("0 - - - -", 3, 3, ("OK", "OK", "OK", "OK")),
    ("- - - - -", 3, 3, ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK")),
    ("0 X X - X", 3, 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("- - X - -", 3, 3, ("ALARM", KEPT, "ALARM", "OK")),
    ("0 - X - X", 2, 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 0 X 0 X", 2, 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("0 - X - -", 2, 3, ("OK", "OK", "ALARM", "OK")),
    ("- - - - 0", 2, 3, ("OK", "OK", "ALARM", "OK")),
    ("- - - X -", 2, 3, ("ALARM", KEPT, "ALARM", "OK")),
]

# The premature-alarm rule in words, not as a table, and what follows from the rules elsewhere.
EDGES = [
    ("- - - - X", 3, 3, ("OK", KEPT, "ALARM", "OK")),
    ("- - - X -", 3, 3, ("OK", KEPT, "ALARM", "OK")),
    ("- - - X 0", 3, 3, ("OK", "OK", "OK", "OK")),
    ("X X 0 0 0", 2, 3, ("OK", "OK", "OK", "OK")),
    ("0 0 0 X X", 2, 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("- - X", 1, 1, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("X - -", 1, 1, ("ALARM", "ALARM", "ALARM", "ALARM")),
    ("X 0 -", 1, 1, ("OK", "OK", "OK", "OK")),
    ("- - -", 1, 1, ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK")),
    ("- X - X -", 2, 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
]


@pytest.mark.parametrize(("drawn", "needed", "periods", "states"), USER_GUIDE + EDGES)
@pytest.mark.parametrize("treat_missing", TREATMENTS)
@pytest.mark.parametrize("previous", ["OK", "ALARM", "INSUFFICIENT_DATA"])
def test_points_lead_to_the_state_of_the_user_guide(
    drawn: str,
    needed: int,
    periods: int,
    states: tuple[str, ...],
    treat_missing: TreatMissingData,
    previous: StateValue,
) -> None:
    expected = states[TREATMENTS.index(treat_missing)]

    verdict = evaluate(points(drawn), threshold(needed, periods, treat_missing), previous)

    assert verdict.state == (previous if expected == KEPT else expected)


@pytest.mark.parametrize(
    ("comparison", "breaching", "fine"),
    [
        ("GreaterThanThreshold", [5.1, 6.0], [5.0, 4.9]),
        ("GreaterThanOrEqualToThreshold", [5.0, 6.0], [4.9]),
        ("LessThanThreshold", [4.9, -1.0], [5.0, 5.1]),
        ("LessThanOrEqualToThreshold", [5.0, 4.9], [5.1]),
    ],
)
def test_a_value_breaches_exactly_as_its_comparison_says(
    comparison: Comparison, breaching: list[float], fine: list[float]
) -> None:
    rule = Threshold(1, 1, comparison, 5.0, "missing")

    assert all(rule.is_breached_by(value) for value in breaching)
    assert not any(rule.is_breached_by(value) for value in fine)


def test_the_newest_points_decide_and_older_ones_are_left_out() -> None:
    verdict = evaluate(points("X X 0 0 X"), threshold(2, 3, "missing"), "OK")

    assert [point.timestamp for point in verdict.considered] == [240.0, 180.0, 120.0]
    assert (verdict.breaching, verdict.filled) == (1, 0)
