"""Event patterns: what matches, what does not, and what is refused with its place."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.measures.effort import effort

from greenshift.twin.events.patterns import PatternError, matches, parse_pattern

EVENT: dict[str, Any] = {
    "version": "0",
    "source": "aws.codedeploy",
    "detail-type": "CodeDeploy Deployment State-change Notification",
    "resources": [
        "arn:aws:codedeploy:us-east-1:123456789012:application:shop",
        "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/charge",
    ],
    "detail": {
        "state": "FAILURE",
        "count": 3,
        "rate": 0.5,
        "flag": True,
        "nothing": None,
        "empty": [],
        "text": "",
        "ip": "10.1.2.3",
        "file": "dir/one*two.png",
        "tags": ["red", "green"],
        "deep": {"er": {"still": "here"}},
        "dotted.name": {"below": 1},
        "dotted": {"other": 2},
        "parts": [{"name": "a", "size": 1}, {"name": "b", "size": 2}],
    },
}


def matched(pattern: dict[str, Any]) -> bool:
    return matches(parse_pattern(json.dumps(pattern)), EVENT)


def detail(field: str, *leaf: Any) -> dict[str, Any]:
    return {"detail": {field: list(leaf)}}


MATCHING = [
    {"source": ["aws.codedeploy"]},
    {"source": ["aws.other", "aws.codedeploy"]},
    {"source": ["aws.codedeploy"], "detail": {"state": ["FAILURE", "STOP"]}},
    {"resources": ["arn:aws:codedeploy:us-east-1:123456789012:application:shop"]},
    {"resources": [{"suffix": "shop/charge"}]},
    {"detail": {"deep": {"er": {"still": ["here"]}}}},
    detail("count", 3),
    detail("count", 3.0),
    detail("flag", True),
    detail("nothing", None),
    detail("text", ""),
    detail("tags", "green"),
    detail("state", {"prefix": "FAIL"}),
    detail("state", {"prefix": {"equals-ignore-case": "fail"}}),
    detail("state", {"suffix": "URE"}),
    detail("state", {"suffix": {"equals-ignore-case": "ure"}}),
    detail("state", {"equals-ignore-case": "failure"}),
    detail("state", {"anything-but": "SUCCESS"}),
    detail("state", {"anything-but": ["SUCCESS", "STOP"]}),
    detail("state", {"anything-but": {"prefix": "SUC"}}),
    detail("state", {"anything-but": {"prefix": ["SUC", "ST"]}}),
    detail("state", {"anything-but": {"suffix": "OP"}}),
    detail("state", {"anything-but": {"equals-ignore-case": ["success"]}}),
    detail("state", {"anything-but": {"wildcard": "S*"}}),
    detail("count", {"anything-but": [1, 2]}),
    detail("tags", {"anything-but": "red"}),
    detail("count", {"numeric": ["=", 3]}),
    detail("count", {"numeric": [">", 2]}),
    detail("count", {"numeric": [">=", 3, "<", 4]}),
    detail("rate", {"numeric": ["<=", 0.5]}),
    detail("state", {"exists": True}),
    detail("nothing", {"exists": True}),
    detail("absent", {"exists": False}),
    detail("empty", {"exists": False}),
    {"absent": {"at": {"all": [{"exists": False}]}}},
    {"source": {"below": [{"exists": False}]}},
    detail("file", {"wildcard": "dir/*.png"}),
    detail("file", {"wildcard": "*one\\*two*"}),
    detail("ip", {"cidr": "10.1.0.0/16"}),
    detail("ip", {"cidr": "10.1.2.3/32"}),
    {"$or": [{"source": ["aws.other"]}, {"detail": {"state": ["FAILURE"]}}]},
    {"detail": {"$or": [{"count": [{"numeric": [">", 5]}]}, {"flag": [True]}], "state": ["FAILURE"]}},
    {"detail": {"parts": {"name": ["b"], "size": [2]}}},
    detail("count", "x", {"numeric": ["=", 3]}),
    detail("state", {"prefix": ""}),
    detail("text", {"prefix": ""}),
    detail("state", {"suffix": ""}),
    detail("text", {"wildcard": ""}),
    detail("state", {"anything-but": {"wildcard": ""}}),
    detail("state", {"exactly": "FAILURE"}),
    {"detail": {"deep.er.still": ["here"]}},
    {"detail.deep.er": {"still": ["here"]}},
    {"detail.state": ["FAILURE"], "detail": {"count": [3]}},
    {"detail": {"parts.name": ["b"], "parts": {"size": [2]}}},
    {"detail": {"dotted": {"name": {"below": [1]}}}},
    {"detail": {"dotted.name.below": [1], "dotted": {"other": [2]}}},
    {"detail": {"dotted": [{"exists": False}]}},
]

NOT_MATCHING = [
    {"source": ["AWS.codedeploy"]},
    {"source": ["aws.codedeploy"], "detail": {"state": ["SUCCESS"]}},
    {"detail": {"deep": {"er": {"still": ["gone"]}}}},
    {"detail": {"state": {"value": ["FAILURE"]}}},
    detail("count", "3"),
    detail("count", True),
    detail("flag", 1),
    detail("flag", "true"),
    detail("nothing", ""),
    detail("absent", None),
    detail("text", None),
    detail("tags", "blue"),
    detail("deep", "here"),
    detail("state", {"prefix": "fail"}),
    detail("count", {"prefix": "3"}),
    detail("state", {"suffix": "ure"}),
    detail("state", {"equals-ignore-case": "fail"}),
    detail("state", {"anything-but": "FAILURE"}),
    detail("state", {"anything-but": {"prefix": "FAIL"}}),
    detail("state", {"anything-but": {"wildcard": "F*E"}}),
    detail("absent", {"anything-but": "x"}),
    detail("count", {"anything-but": [3, 4]}),
    detail("tags", {"anything-but": ["red", "green"]}),
    detail("count", {"numeric": [">", 3]}),
    detail("count", {"numeric": [">", 3, "<", 9]}),
    detail("state", {"numeric": ["=", 3]}),
    detail("flag", {"numeric": ["=", 1]}),
    detail("state", {"exists": False}),
    detail("absent", {"exists": True}),
    detail("deep", {"exists": True}),
    detail("file", {"wildcard": "*.jpg"}),
    detail("file", {"wildcard": "dir/one\\*"}),
    detail("ip", {"cidr": "10.2.0.0/16"}),
    detail("state", {"cidr": "10.0.0.0/8"}),
    {"$or": [{"source": ["aws.other"]}, {"detail": {"state": ["SUCCESS"]}}]},
    {"$or": [{"source": ["aws.codedeploy"]}, {"source": ["x"]}], "version": ["1"]},
    {"detail": {"parts": {"name": ["a"], "size": [2]}}},
    {"detail": {"tags": {"name": ["a"]}}},
    detail("count", {"prefix": ""}),
    detail("nothing", {"suffix": ""}),
    detail("state", {"wildcard": ""}),
    {"detail": {"deep.still": ["here"]}},
    {"detail": {"parts.name": ["a"], "parts": {"size": [2]}}},
    {"detail": {"dotted": {"below": [1]}}},
]


@pytest.mark.parametrize("pattern", MATCHING, ids=json.dumps)
def test_a_pattern_matches(pattern: dict[str, Any]) -> None:
    assert matched(pattern)


@pytest.mark.parametrize("pattern", NOT_MATCHING, ids=json.dumps)
def test_a_pattern_does_not_match(pattern: dict[str, Any]) -> None:
    assert not matched(pattern)


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "a pattern is a JSON object"),
        ("{}", "empty objects are not allowed"),
        ('{"source": "x"}', '"source" must be an object or an array (at source)'),
        ('{"detail": {"a": 1}}', '"a" must be an object or an array (at detail.a)'),
        ('{"detail": {"a": []}}', "empty arrays are not allowed (at detail.a)"),
        ('{"detail": {}}', "empty objects are not allowed (at detail)"),
        ('{"a": [["x"]]}', "an array may not hold an array (at a)"),
        ('{"a": [{"startswith": "x"}]}', "unrecognized match type startswith"),
        ('{"a": [{"prefix": "x", "suffix": "y"}]}', "exactly one key"),
        ('{"a": [{}]}', "exactly one key"),
        ('{"a": [{"prefix": 1}]}', "prefix takes a string"),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', "not empty"),
        ('{"a": [{"anything-but": {"suffix": ["x", ""]}}]}', "not empty"),
        ('{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}', "prefix takes a string"),
        ('{"a": [{"anything-but": {"prefix": "x", "suffix": "y"}}]}', "anything-but takes values or one of"),
        ('{"a": [{"exactly": 1}]}', "exactly takes a string"),
        ('{"a": {"b": ["x"]}, "a.b": ["y"]}', '"b" is given more than once (at a)'),
        ('{"$or": [{"prefix": ["x"]}, {"a": ["y"]}]}', "prefix is a reserved name"),
        ('{"a": [{"prefix": {"wildcard": "x"}}]}', "prefix takes a string or equals-ignore-case"),
        ('{"a": [{"exists": "yes"}]}', "exists takes true or false"),
        ('{"a": [{"numeric": [">"]}]}', "numeric takes"),
        ('{"a": [{"numeric": ["~", 1]}]}', "unrecognized numeric comparison '~'"),
        ('{"a": [{"numeric": [">", "1"]}]}', "numeric compares with numbers"),
        ('{"a": [{"numeric": ["<", 5, ">", 1]}]}', "lower bound (>, >=), then an upper one"),
        ('{"a": [{"numeric": [">", 5, "<", 1]}]}', "must be less"),
        ('{"a": [{"wildcard": "a**b"}]}', "consecutive wildcard"),
        ('{"a": [{"wildcard": "a\\\\b"}]}', "a backslash stands before"),
        ('{"a": [{"cidr": "10.0.0.0/99"}]}', "malformed CIDR 10.0.0.0/99"),
        ('{"a": [{"anything-but": []}]}', "not empty"),
        ('{"a": [{"anything-but": ["x", 1]}]}', "strings or numbers, not both"),
        ('{"a": [{"anything-but": null}]}', "strings or numbers"),
        ('{"a": [{"anything-but": {"numeric": ["=", 1]}}]}', "anything-but takes values or one of"),
        ('{"$or": [{"a": ["x"]}]}', "at least two objects (at $or)"),
        ('{"$or": [{"a": ["x"]}, "y"]}', "$or takes objects only"),
        ('{"a": ["x"], "a": ["y"]}', '"a" is given more than once'),
        ("[" * 100_000, "nested deeper"),
        ('{"a":' * 200 + '["x"]' + "}" * 200, "nested deeper"),
    ],
)
def test_a_pattern_that_is_not_valid_says_why_and_where(pattern: str, complaint: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse_pattern(pattern)

    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    "wildcards",
    [
        ["*a*a*a*a*a*a*a*a*a*a*b"], ["*aaaaaaaaaaaa"], [f"x{n}*" for n in range(11)],
        [f"*{letter}" for letter in "abcdefghijk"],
    ],
    ids=["stars", "repeats", "one beginning", "all at once"],
)  # fmt: skip
@pytest.mark.parametrize("refused", [True, False])
def test_wildcards_aws_calls_too_complex_are_refused(wildcards: list[str], refused: bool) -> None:
    test = {"anything-but": {"wildcard": wildcards}} if refused else None
    values = [test] if test else [{"wildcard": each} for each in wildcards]

    with pytest.raises(PatternError, match="Rule is too complex - try using fewer wildcard characters"):
        parse_pattern(json.dumps({"a": values}))


@pytest.mark.parametrize(
    "wildcards",
    [
        ["arn:aws:s3:::*-logs-*/AWSLogs/*/x"], ["*-prod-*-eu-*"], ["*a*a*a*a*b"],
        [f"{letter}*" for letter in "abcdefghijklmnop"],
    ],
)  # fmt: skip
def test_wildcards_people_write_are_taken(wildcards: list[str]) -> None:
    parse_pattern(json.dumps({"a": [{"wildcard": each} for each in wildcards]}))


def test_a_wildcard_is_matched_in_one_pass_over_the_value() -> None:
    pattern = parse_pattern('{"a": [{"wildcard": "*a*a*a*a*b"}]}')
    value = {"a": "a" * 250_000}

    assert not matches(pattern, value)
    assert effort(lambda: matches(pattern, value)) < 16


@given(st.text(alphabet="ab*", max_size=8).filter(lambda t: "**" not in t and t), st.text("ab", max_size=12))
def test_a_wildcard_matches_as_shells_do(wildcard: str, value: str) -> None:
    try:
        pattern = parse_pattern(json.dumps({"a": [{"wildcard": wildcard}]}))
    except PatternError:
        return

    assert matches(pattern, {"a": value}) == fnmatchcase(value, wildcard)


def test_a_thousand_values_against_a_thousand_are_compared_at_once() -> None:
    pattern = parse_pattern(json.dumps({"a": [f"v{n}" for n in range(300)]}))
    value = {"a": [f"w{n}" for n in range(50_000)]}

    assert not matches(pattern, value)
    assert effort(lambda: matches(pattern, value)) < 160


_names = st.sampled_from(["a", "b", "detail"])
_leaves = st.one_of(st.text(alphabet="xyz", max_size=3), st.integers(-3, 3), st.booleans(), st.none())
_events = st.recursive(
    st.dictionaries(_names, _leaves, min_size=1, max_size=3),
    lambda inner: st.dictionaries(_names, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def as_pattern(event: Any) -> Any:
    """A pattern that asks for exactly what an event holds."""
    if isinstance(event, dict):
        return {name: as_pattern(value) for name, value in event.items()}
    return [event]


@given(_events)
def test_an_event_matches_the_pattern_made_of_all_its_values(event: dict[str, Any]) -> None:
    assert matches(parse_pattern(json.dumps(as_pattern(event))), event)


@given(_events, _names)
def test_more_fields_in_an_event_never_spoil_a_match(event: dict[str, Any], name: str) -> None:
    pattern = parse_pattern(json.dumps(as_pattern(event)))

    assert matches(pattern, event | {f"{name}-more": [1, {"x": "y"}]})


_matchers = st.sampled_from(
    [
        {"prefix": "x"},
        {"suffix": "y"},
        {"exists": True},
        {"anything-but": "x"},
        {"numeric": [">", 0]},
        "x",
        1,
        None,
    ]
)


@given(_events, _matchers)
def test_a_matcher_and_its_absence_are_never_both_true_of_an_absent_field(
    event: dict[str, Any], matcher: Any
) -> None:
    present = parse_pattern(json.dumps({"no-such-field": [matcher]}))
    absent = parse_pattern(json.dumps({"no-such-field": [{"exists": False}]}))

    assert matches(absent, event)
    assert not matches(present, event)


@given(st.text(alphabet='{}[]":,ax10 $or', max_size=40))
def test_any_text_is_a_pattern_or_refused_and_never_crashes(text: str) -> None:
    try:
        matches(parse_pattern(text), EVENT)
    except PatternError as refused:
        assert str(refused)
