"""The rule of a composite alarm: read and computed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.twin.alarms.composite import RuleError, children, holds, parse_rule

STATES = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("ALARM(b)", False),
        ("OK(b)", True),
        ("INSUFFICIENT_DATA(c)", True),
        ("TRUE", True),
        ("FALSE", False),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) OR ALARM(b)", True),
        ("ALARM(a) AND NOT ALARM(b)", True),
        ("NOT NOT TRUE", True),
        ("TRUE OR FALSE AND FALSE", True),
        ("(TRUE OR FALSE) AND FALSE", False),
        ("NOT TRUE OR TRUE", True),
        ("NOT (TRUE OR TRUE)", False),
        ("(ALARM(a) OR ALARM(b)) AND OK(b)", True),
        ("alarm(a) and not ok(a)", True),
        ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", True),
        ("ALARM(gone)", False),
        ("NOT OK(gone)", True),
    ],
)
def test_a_rule_holds_by_the_states_of_its_alarms(rule: str, expected: bool) -> None:
    assert holds(parse_rule(rule), STATES.get) is expected


def test_the_children_are_the_alarms_named_whether_by_name_or_arn() -> None:
    rule = parse_rule('ALARM("with space") OR NOT (OK(arn:aws:cloudwatch:r:1:alarm:b) AND TRUE)')

    assert list(children(rule)) == ["with space", "b"]


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("", "found the end of the rule"),
        ("ALARM(a", "at character 0"),
        ("ALARM(a) ALARM(b)", "expected AND, OR or the end at character 8"),
        ("ALARM(a) AND", "at character 12"),
        ("(ALARM(a)", "expected )"),
        ("SOMETIMES(a)", "expected ALARM"),
        ("ALARM()", "expected ALARM"),
        (" OR ".join(f"ALARM(x{index})" for index in range(101)), "more than 100 alarms"),
        (" OR ".join(["TRUE"] * 501), "more than 500 elements"),
    ],
)
def test_a_rule_that_makes_no_sense_says_where(rule: str, complaint: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse_rule(rule)

    assert complaint in str(refused.value)


@given(st.text(alphabet='ALRMOKNDT()"ab F', max_size=40))
def test_any_text_is_a_rule_or_refused_and_never_crashes(text: str) -> None:
    try:
        list(children(parse_rule(text)))
    except RuleError as refused:
        assert str(refused)
