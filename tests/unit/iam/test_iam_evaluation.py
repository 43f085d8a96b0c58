"""The decision as a table: policies and a request in, a verdict out."""

from __future__ import annotations

import json
import string
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.measures.effort import effort

from greenshift.twin.iam.document import Document, PolicyError, parse
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide, trusts
from greenshift.twin.iam.patterns import matches

ROLE = "arn:aws:iam::123456789012:role/r"
SESSION = "arn:aws:sts::123456789012:assumed-role/r/s"
OBJECT = "arn:aws:s3:::shop/a/b.txt"

Statement = dict[str, Any]


def policy(*statements: Statement) -> Document:
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(action: object = "*", resource: object = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object = "*", resource: object = "*", **more: Any) -> Statement:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def access(action: str = "s3:GetObject", resource: str = OBJECT, **keys: tuple[str, ...]) -> Access:
    named = {name.replace("__", ":").replace("_", "-").lower(): values for name, values in keys.items()}
    return Access(action, resource, ROLE, SESSION, named)


def verdict(*statements: Statement, of: Access | None = None) -> Verdict:
    return decide(Policies([policy(*statements)]), of or access())


@pytest.mark.parametrize(
    ("statement", "is_allowed"),
    [
        (allow("s3:GetObject", OBJECT), True),
        (allow("s3:getobject", OBJECT), True),
        (allow("S3:Get*", OBJECT), True),
        (allow("s3:Get?bject", OBJECT), True),
        (allow(["s3:PutObject", "s3:GetObject"], ["arn:aws:s3:::other", OBJECT]), True),
        (allow("s3:GetObjectVersion", OBJECT), False),
        (allow("s3:Get", OBJECT), False),
        (allow("s3:GetObject", "arn:aws:s3:::shop"), False),
        (allow("s3:GetObject", "arn:aws:s3:::shop/*"), True),
        (allow("s3:GetObject", "arn:aws:s3:::SHOP/*"), False),
        (allow("s3:GetObject", "arn:aws:s3:::sho?/a/*.txt"), True),
        (allow("s3:GetObject", "arn:aws:s3:::shop.a.b.txt"), False),
        ({"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": ["s3:Put*", "s3:Get*"], "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::other/*"}, True),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::shop/*"}, False),
    ],
)
def test_action_and_resource(statement: Statement, is_allowed: bool) -> None:
    assert (verdict(statement) is Verdict.ALLOWED) is is_allowed


def test_what_nobody_allows_is_not_allowed() -> None:
    assert decide(Policies(), access()) is Verdict.NOT_ALLOWED


def test_an_explicit_deny_wins_over_every_allow() -> None:
    assert verdict(allow(), deny("s3:Get*"), allow()) is Verdict.DENIED_BY_IDENTITY


def test_a_deny_of_something_else_changes_nothing() -> None:
    assert verdict(allow(), deny("s3:Put*")) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("pattern", "values", "is_allowed"),
    [
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}/*", ("a",), True),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}/*", ("b",), False),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}/*", ("*",), False),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team}/*", (), False),
        ("arn:aws:s3:::shop/${aws:PrincipalTag/team, 'a'}/*", (), True),
        ("arn:aws:s3:::shop/a/b${?}txt", (), False),
    ],
)
def test_variables_stand_for_the_value_and_never_for_a_pattern(
    pattern: str, values: tuple[str, ...], is_allowed: bool
) -> None:
    keys = {"aws:principaltag/team": values} if values else {}
    request = Access("s3:GetObject", OBJECT, ROLE, SESSION, keys)

    assert (verdict(allow("*", pattern), of=request) is Verdict.ALLOWED) is is_allowed


CONDITIONS = [
    # operator, key, the policy's value, the request's values, does it hold
    ("StringEquals", "a:b", "x", ("x",), True),
    ("StringEquals", "A:B", "x", ("x",), True),
    ("StringEquals", "a:b", ["y", "x"], ("x",), True),
    ("StringEquals", "a:b", "X", ("x",), False),
    ("StringEquals", "a:b", "x", (), False),
    ("StringEqualsIfExists", "a:b", "x", (), True),
    ("StringEqualsIfExists", "a:b", "x", ("y",), False),
    ("StringNotEquals", "a:b", "x", ("y",), True),
    ("StringNotEquals", "a:b", ["x", "y"], ("y",), False),
    ("StringNotEquals", "a:b", "x", (), True),
    ("StringEqualsIgnoreCase", "a:b", "X", ("x",), True),
    ("StringNotEqualsIgnoreCase", "a:b", "X", ("x",), False),
    ("StringLike", "a:b", "x*z", ("xyz",), True),
    ("StringLike", "a:b", "x?", ("xyz",), False),
    ("StringNotLike", "a:b", "x*", ("xyz",), False),
    ("ArnLike", "a:b", "arn:aws:s3:::*", ("arn:aws:s3:::shop",), True),
    ("ArnLike", "a:b", "arn:aws:*:shop", ("arn:aws:s3:::shop",), False),
    ("ArnEquals", "a:b", "arn:aws:codebuild:*:1:project/*", ("arn:aws:codebuild:eu:1:project/p",), True),
    ("ArnNotLike", "a:b", "arn:aws:s3:::*", ("arn:aws:sns:::t",), True),
    ("ArnLike", "a:b", "arn:aws:s3:::*", ("not an arn",), False),
    ("NumericEquals", "a:b", "10", ("10.0",), True),
    ("NumericLessThan", "a:b", "10", ("9",), True),
    ("NumericLessThan", "a:b", "10", ("10",), False),
    ("NumericLessThanEquals", "a:b", "10", ("10",), True),
    ("NumericGreaterThan", "a:b", "10", ("11",), True),
    ("NumericGreaterThanEquals", "a:b", "10", ("9",), False),
    ("NumericNotEquals", "a:b", "10", ("9",), True),
    ("NumericEquals", "a:b", "ten", ("10",), False),
    ("DateGreaterThan", "a:b", "2026-01-01T00:00:00Z", ("2026-06-01T00:00:00Z",), True),
    ("DateLessThan", "a:b", "2026-01-01T00:00:00Z", ("2026-06-01T00:00:00Z",), False),
    ("DateEquals", "a:b", "1767225600", ("2026-01-01T00:00:00Z",), True),
    ("DateLessThanEquals", "a:b", "2026-01-01", ("2026-01-01T00:00:00+00:00",), True),
    ("Bool", "a:b", "true", ("true",), True),
    ("Bool", "a:b", True, ("true",), True),
    ("Bool", "a:b", "false", ("true",), False),
    ("Bool", "a:b", "false", (), False),
    ("IpAddress", "a:b", "10.0.0.0/8", ("10.1.2.3",), True),
    ("IpAddress", "a:b", "10.0.0.0/8", ("127.0.0.1",), False),
    ("IpAddress", "a:b", "2001:db8::/32", ("2001:db8::1",), True),
    ("NotIpAddress", "a:b", "10.0.0.0/8", ("127.0.0.1",), True),
    ("Null", "a:b", "true", (), True),
    ("Null", "a:b", "true", ("x",), False),
    ("Null", "a:b", "false", ("x",), True),
    ("ForAnyValue:StringEquals", "a:b", ["x", "y"], ("z", "y"), True),
    ("ForAnyValue:StringEquals", "a:b", ["x", "y"], ("z",), False),
    ("ForAnyValue:StringEquals", "a:b", "x", (), False),
    ("ForAllValues:StringEquals", "a:b", ["x", "y"], ("x", "y"), True),
    ("ForAllValues:StringEquals", "a:b", ["x", "y"], ("x", "z"), False),
    ("ForAllValues:StringEquals", "a:b", "x", (), True),
    ("ForAllValues:StringNotEquals", "a:b", "x", ("y", "z"), True),
    ("ForAllValues:StringLike", "a:b", ["d*"], ("dynamo", "d"), True),
]


@pytest.mark.parametrize(("operator", "key", "wanted", "actual", "holds"), CONDITIONS)
def test_conditions(operator: str, key: str, wanted: object, actual: tuple[str, ...], holds: bool) -> None:
    statement = allow(Condition={operator: {key: wanted}})
    request = Access("s3:GetObject", OBJECT, ROLE, SESSION, {"a:b": actual} if actual else {})

    assert (verdict(statement, of=request) is Verdict.ALLOWED) is holds


def test_all_operators_and_all_keys_of_a_condition_must_hold() -> None:
    condition = {"StringEquals": {"a:b": "x", "a:c": "y"}, "Bool": {"a:d": "true"}}
    full = {"a:b": ("x",), "a:c": ("y",), "a:d": ("true",)}

    for missing in (None, *full):
        keys = {key: value for key, value in full.items() if key != missing}
        request = Access("s3:GetObject", OBJECT, ROLE, SESSION, keys)
        assert (verdict(allow(Condition=condition), of=request) is Verdict.ALLOWED) is (missing is None)


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [
        (allow("s3:*"), Verdict.ALLOWED),
        (allow("sns:*"), Verdict.NOT_IN_BOUNDARY),
        (deny("s3:*"), Verdict.DENIED_BY_BOUNDARY),
    ],
)
def test_a_boundary_bounds_what_identity_policies_allow(boundary: Statement, expected: Verdict) -> None:
    assert decide(Policies([policy(allow())], boundary=policy(boundary)), access()) is expected


def test_a_boundary_alone_allows_nothing() -> None:
    assert decide(Policies(boundary=policy(allow())), access()) is Verdict.NOT_ALLOWED


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", Verdict.ALLOWED),
        ({"AWS": "*"}, Verdict.ALLOWED),
        ({"AWS": ROLE}, Verdict.ALLOWED),
        ({"AWS": [SESSION]}, Verdict.ALLOWED),
        # Naming the account leaves it to identity policies.
        ({"AWS": "arn:aws:iam::123456789012:root"}, Verdict.NOT_ALLOWED),
        ({"AWS": "123456789012"}, Verdict.NOT_ALLOWED),
        ({"AWS": ROLE + "x"}, Verdict.NOT_ALLOWED),
        ({"Service": "sns.amazonaws.com"}, Verdict.NOT_ALLOWED),
    ],
)
def test_a_resource_policy_may_allow_by_itself(principal: object, expected: Verdict) -> None:
    resource = policy(allow(Principal=principal))

    assert decide(Policies(resource=resource), access()) is expected


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": ROLE}, {"AWS": "123456789012"}, {"AWS": "arn:aws:iam::123456789012:root"}]
)
def test_a_resource_policy_may_deny(principal: object) -> None:
    policies = Policies([policy(allow())], resource=policy(deny(Principal=principal)))

    assert decide(policies, access()) is Verdict.DENIED_BY_RESOURCE


def test_a_denying_not_principal_spares_whom_it_names() -> None:
    for named, expected in ((ROLE, Verdict.ALLOWED), (ROLE + "x", Verdict.DENIED_BY_RESOURCE)):
        statement = {"Effect": "Deny", "NotPrincipal": {"AWS": named}, "Action": "*", "Resource": "*"}
        policies = Policies([policy(allow())], resource=policy(statement))
        assert decide(policies, access()) is expected


def test_a_boundary_bounds_a_resource_policy_that_names_the_role_but_not_one_for_everybody() -> None:
    boundary = policy(allow("sns:*"))

    named = Policies(boundary=boundary, resource=policy(allow(Principal={"AWS": ROLE})))
    for_all = Policies(boundary=boundary, resource=policy(allow(Principal="*")))

    assert decide(named, access()) is Verdict.NOT_IN_BOUNDARY
    assert decide(for_all, access()) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("statement", "is_trusted"),
    [
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, True),
        ({"Principal": {"Service": ["events.amazonaws.com", "lambda.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "codebuild.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "lambda.amazonaws.com"}}, False),
        ({"Principal": "*"}, True),
        (
            {
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
            },
            True,
        ),
        (
            {
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "2"}},
            },
            False,
        ),
    ],
)
def test_trust(statement: Statement, is_trusted: bool) -> None:
    document = policy({"Effect": "Allow", "Action": "sts:AssumeRole", **statement})

    assert trusts(document, "Service", "lambda.amazonaws.com", {"aws:sourceaccount": ("1",)}) is is_trusted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "object with a Statement"),
        ('{"Statement": {"Effect": "Maybe", "Action": "*"}}', "Effect is Allow or Deny"),
        ('{"Statement": {"Effect": "Allow"}}', "Action or NotAction"),
        (
            '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"StringSounds": {"a": "b"}}}}',
            "StringSounds is not a condition operator",
        ),
    ],
)
def test_what_is_no_policy_is_refused(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse(text)


NAMES = st.text(alphabet=string.ascii_letters + string.digits + "/-_.*?[](){}^$+|\\", min_size=1, max_size=20)
STATEMENTS = st.builds(
    lambda effect, action, resource: {"Effect": effect, "Action": action, "Resource": resource},
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:Put?bject", "sns:Publish"]),
    st.sampled_from(["*", "arn:aws:s3:::shop/*", OBJECT, "arn:aws:s3:::other"]),
)


@given(st.lists(STATEMENTS, max_size=6))
def test_adding_a_deny_never_allows_and_adding_an_allow_never_denies(statements: list[Statement]) -> None:
    before = verdict(*statements) is Verdict.ALLOWED

    assert verdict(*statements, deny("s3:GetObject")) is Verdict.DENIED_BY_IDENTITY
    assert before or verdict(*statements, deny("sns:*")) is not Verdict.ALLOWED
    assert not before or verdict(*statements, allow("sns:*")) is Verdict.ALLOWED


@given(st.lists(STATEMENTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_statements_means_nothing(statements: list[Statement], random: Any) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)

    assert verdict(*statements) is verdict(*shuffled)


@given(NAMES)
def test_a_name_without_wildcards_matches_itself_alone(name: str) -> None:
    plain = name.replace("*", "").replace("?", "").replace("$", "") or "x"
    resource = f"arn:aws:s3:::{plain}"

    assert verdict(allow("*", resource), of=access(resource=resource)) is Verdict.ALLOWED
    assert verdict(allow("*", resource), of=access(resource=resource + "x")) is Verdict.NOT_ALLOWED


def test_a_pattern_of_many_stars_is_matched_in_one_pass() -> None:
    pattern, text, keys = "*a" * 40 + "*b", "a" * 20_000, {"aws:username": ("a",)}

    assert not matches(pattern, text, {})
    assert not matches("${aws:username}" + pattern, text, keys)
    assert effort(lambda: matches(pattern, text, {})) < 40
    assert effort(lambda: matches("${aws:username}" + pattern, text, keys)) < 40


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_a_pattern_matches_as_shells_do(pattern: str, text: str) -> None:
    assert matches(pattern, text, {}) == fnmatchcase(text, pattern)
