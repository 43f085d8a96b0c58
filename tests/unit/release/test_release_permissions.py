"""What a role lost: found where it was lost, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.release.comparison.globs import covers, overlaps
from greenshift.release.comparison.permissions import Permissions, Policy, policy_of, reduced
from greenshift.release.comparison.snapshot import Snapshot, parse_snapshot
from greenshift.twin.iam.document import parse
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide

Body = dict[str, Any]


def allow(action: Any, resource: Any = "*", **more: Any) -> Body:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> Body:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def role(*bodies: Body, boundary: list[Body] | None = None) -> Permissions:
    bound = policy_of("boundary", {"Statement": boundary}) if boundary is not None else None
    return Permissions((policy_of("p", {"Statement": list(bodies)}),), bound)


VPCE = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
UNTOUCHED = {
    "the same": ([allow("s3:GetObject", "a")], [allow("s3:GetObject", "a")]),
    "another order": ([allow(["s3:A", "s3:B"], ["a", "b"])], [allow(["s3:B", "s3:A"], ["b", "a"])]),
    "another case": ([allow("s3:getobject")], [allow("S3:GetObject")]),
    "a wider action": ([allow("s3:GetObject", "a")], [allow("s3:*", "a")]),
    "a wider resource": ([allow("s3:GetObject", "a/b")], [allow("s3:GetObject", "a/*")]),
    "two statements instead of one": ([allow(["s3:A", "s3:B"])], [allow("s3:A"), allow("s3:B")]),
    "without its condition": ([allow("s3:A", Condition=VPCE)], [allow("s3:A")]),
    "the same condition": ([allow("s3:A", Condition=VPCE)], [allow("s3:*", Condition=VPCE)]),
    "a deny gone": ([allow("s3:A"), deny("s3:B")], [allow("s3:A")]),
    "a narrower deny": ([allow("s3:A"), deny("s3:*", "b*")], [allow("s3:A"), deny("s3:*", "bc")]),
    "what was denied anyway": ([allow("s3:*"), deny("s3:Del*"), allow("s3:Del*")],
                               [allow("s3:*"), deny("s3:Del*")]),
    "NotAction that leaves out less": (
        [{"Effect": "Allow", "NotAction": ["s3:*", "iam:*"], "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
    ),
    "NotAction instead of an action": ([allow("s3:A")],
                                       [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
}  # fmt: skip
LOST = {
    "an action": ([allow(["s3:A", "s3:B"], "x")], [allow("s3:A", "x")], "s3:b on x"),
    "a resource": ([allow("s3:A", ["x", "y"])], [allow("s3:A", "x")], "s3:a on y"),
    "a narrower action": ([allow("s3:*")], [allow("s3:Get*")], "s3:* on *"),
    "a condition": ([allow("s3:A")], [allow("s3:A", Condition=VPCE)], "s3:a on *"),
    "a new deny": ([allow("s3:A")], [allow("s3:A"), deny("s3:A", "x")], "denied now: s3:a on x"),
    "a wider deny": ([deny("s3:A", "x")], [deny("s3:*", "x")], "denied now: s3:* on x"),
    "a conditional deny": ([], [deny("s3:A", Condition=VPCE)], "denied now: s3:a on * under a condition"),
    "NotAction that leaves out more": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}],
        "everything but iam:* on *",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNTOUCHED)
def test_what_is_still_covered_is_not_lost(case: str) -> None:
    old, new = UNTOUCHED[case]

    assert reduced(role(*old), role(*new)) == ()


@pytest.mark.parametrize("case", LOST)
def test_what_is_not_covered_any_more_is_lost(case: str) -> None:
    old, new, told = LOST[case]

    assert reduced(role(*old), role(*new)) == (told,)


def test_a_statement_may_move_to_another_policy() -> None:
    first, second = allow("s3:A"), allow("s3:B")
    apart = Permissions((policy_of("a", {"Statement": [first]}), policy_of("b", {"Statement": second})))

    assert reduced(role(first, second), apart) == ()


def test_a_boundary_takes_what_it_leaves_out() -> None:
    free, bound = role(allow(["s3:A", "s3:B"])), role(allow(["s3:A", "s3:B"]), boundary=[allow("s3:A")])
    tighter = role(allow(["s3:A", "s3:B"]), boundary=[allow("s3:*"), deny("s3:B")])

    assert reduced(free, bound) == ("outside the permissions boundary now: s3:b on *",)
    assert reduced(bound, free) == ()
    assert reduced(free, tighter) == ("denied by the permissions boundary now: s3:b on *",)


def test_a_document_that_cannot_be_read_counts_as_unchanged_and_a_detached_one_as_lost() -> None:
    known, hidden = Permissions((policy_of("p", {"Statement": allow("s3:A")}),)), Permissions((Policy("p"),))

    assert reduced(known, hidden) == ()
    assert hidden.unread == ("p",)
    assert reduced(hidden, Permissions()) == ("all that p allowed",)
    assert reduced(known, Permissions(known.policies, Policy("b"))) == (
        "what the permissions boundary b leaves out, which cannot be read",
    )


def test_a_snapshot_reads_back_as_it_was_written() -> None:
    permissions = role(
        allow(["s3:A", "s3:B"], ["x", "y"], Condition=VPCE),
        {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "z"},
        boundary=[allow("*")],
    )
    for snapshot in (
        Snapshot("arn:r", permissions, 5),
        Snapshot("arn:r", Permissions((*permissions.policies, Policy("hidden")))),
        Snapshot("arn:r", None, 0, is_gone=True),
    ):
        assert parse_snapshot(snapshot.text()) == snapshot


def test_a_policy_of_the_longest_kind_is_remembered_in_little_more_than_its_own_length() -> None:
    statements = [
        allow([f"dynamodb:Action{n}" for n in range(8)], f"arn:aws:dynamodb:::table/t{n}") for n in range(20)
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))

    text = Snapshot("arn:r", role(*statements)).text()

    assert len(document) < 6144
    assert len(text) < 1.05 * len(document)


# --- against the twin's own judge -----------------------------------------------------------------------

ACTIONS = ("s:a", "s:b", "s:ab", "t:a")
RESOURCES = ("x", "xy", "z")
patterns = st.sampled_from(["*", "s:*", "s:a", "s:b", "s:a*", "?:a", "t:a", "*:?*"])
resources = st.sampled_from(["*", "x", "x*", "x?", "z", "?", "${aws:PrincipalTag/t}"])
conditions = st.sampled_from([None, None, VPCE, {"Bool": {"aws:SecureTransport": "true"}}])


@st.composite
def statements(draw: st.DrawFn) -> Body:
    some = st.lists(patterns, min_size=1, max_size=3)
    body: Body = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(some),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(
            st.lists(resources, min_size=1, max_size=2)
        ),
    }
    condition = draw(conditions)
    return body | ({"Condition": condition} if condition else {})


bodies = st.lists(statements(), max_size=4)
boundaries = st.none() | bodies
requests = st.tuples(
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.fixed_dictionaries(
        {},
        optional={
            "aws:sourcevpce": st.sampled_from([("vpce-1",), ("vpce-2",)]),
            "aws:securetransport": st.sampled_from([("true",), ("false",)]),
            "aws:principaltag/t": st.sampled_from([("x",), ("z",)]),
        },
    ),
)


def is_allowed(policy: list[Body], boundary: list[Body] | None, request: Any) -> bool:
    action, resource, keys = request
    bound = parse(json.dumps({"Statement": boundary})) if boundary is not None else None
    access = Access(action, resource, "arn:aws:iam::1:role/r", "s", keys)
    return decide(Policies([parse(json.dumps({"Statement": policy}))], bound), access) is Verdict.ALLOWED


@given(bodies, boundaries, bodies, boundaries, st.lists(requests, min_size=1, max_size=8))
def test_whatever_was_allowed_and_is_refused_now_is_seen(
    old: list[Body], old_bound: Any, new: list[Body], new_bound: Any, asked: list[Any]
) -> None:
    lost = [
        each for each in asked if is_allowed(old, old_bound, each) and not is_allowed(new, new_bound, each)
    ]

    if lost:
        assert reduced(role(*old, boundary=old_bound), role(*new, boundary=new_bound))


@given(bodies, boundaries, bodies)
def test_more_allows_lose_nothing(old: list[Body], bound: Any, more: list[Body]) -> None:
    allows = [each for each in more if each["Effect"] == "Allow"]

    assert reduced(role(*old, boundary=bound), role(*old, *allows, boundary=bound)) == ()


@given(bodies)
def test_what_is_compared_does_not_depend_on_how_it_is_remembered(old: list[Body]) -> None:
    snapshot = Snapshot("arn:r", role(*old))

    assert parse_snapshot(snapshot.text()) == snapshot


globs = st.text("ab*?", max_size=6)


@given(globs, globs, st.text("abc", max_size=6))
def test_globs_are_compared_as_they_match(one: str, other: str, text: str) -> None:
    def fits(pattern: str) -> bool:
        document = parse(json.dumps({"Statement": [allow("s:a", pattern)]}))
        access = Access("s:a", text, "arn:aws:iam::1:role/r", "s")
        return decide(Policies([document]), access) is Verdict.ALLOWED

    if covers(one, other) and fits(other):
        assert fits(one)
    if fits(one) and fits(other):
        assert overlaps(one, other)


@given(globs)
def test_every_glob_covers_itself_and_is_covered_by_everything(glob: str) -> None:
    assert covers(glob, glob)
    assert covers("*", glob)
    assert overlaps(glob, glob)


def test_globs_that_never_meet() -> None:
    assert not overlaps("s3:*", "iam:*")
    assert not overlaps("a?", "b?")
    assert overlaps("*a", "b*")
