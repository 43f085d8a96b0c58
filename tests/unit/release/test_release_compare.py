"""Each check by itself: what is found, whether it stops the release, and that no value is ever told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest

from greenshift.contract.release import Release
from greenshift.release.comparison.compare import Comparison, compare
from greenshift.release.comparison.findings import HARM, MOST_LINES, Finding, Harm, Kind, lines_of
from greenshift.release.comparison.permissions import Permissions, Policy, policy_of
from greenshift.release.comparison.safety import Safety
from greenshift.release.comparison.snapshot import Snapshot
from greenshift.release.errors import Refusal
from greenshift.settings.safety import Acceptable

ROLE = "arn:aws:iam::123456789012:role/charge"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:certificates"
BASE: dict[str, Any] = {
    "Runtime": "python3.13",
    "Role": ROLE,
    "MemorySize": 256,
    "Timeout": 10,
    "Architectures": ["x86_64"],
    "FileSystemConfigs": None,
    "DeadLetterConfig": None,
    "Environment": {"LIMIT": "3"},
    "Layers": [f"{LAYER}:3"],
    "EphemeralStorage": 512,
    "Vpc": [[], []],
}


def may(*actions: str, unread: str = "") -> Permissions:
    document = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    return Permissions((policy_of("own", document), *([Policy(unread)] if unread else [])))


def settings(**changed: Any) -> dict[str, Any]:
    return {"live": json.dumps(BASE), "latest": json.dumps(BASE | changed)}


def found(
    remembered: Snapshot | None = None,
    now: Snapshot | None = None,
    *,
    is_gradual: bool = True,
    **changed: Any,
) -> tuple[Finding, ...]:
    ours = now or Snapshot(ROLE, may("s3:Get"))
    return compare(
        Comparison(
            "charge", "3", **settings(**changed), now=ours, remembered=remembered, is_gradual=is_gradual
        )
    )


FROZEN = {
    "variables": ({"Environment": {}}, Kind.VARIABLES_REMOVED, "environment variables removed: LIMIT"),
    "runtime": ({"Runtime": "python3.14"}, Kind.RUNTIME_CHANGED, "runtime python3.13 -> python3.14"),
    "architecture": ({"Architectures": ["arm64"]}, Kind.ARCHITECTURE_CHANGED, "architecture x86_64 -> arm64"),
    "layers": ({"Layers": []}, Kind.LAYERS_REMOVED, f"layers removed: {LAYER}"),
    "memory": ({"MemorySize": 128}, Kind.MEMORY_LOWERED, "memory 256 MB -> 128 MB"),
    "time-out": ({"Timeout": 3}, Kind.TIMEOUT_LOWERED, "time-out 10 s -> 3 s"),
    "network": ({"Vpc": [["subnet-1"], ["sg-1"]]}, Kind.NETWORK_CHANGED, "network none -> subnet-1, sg-1"),
}


@pytest.mark.parametrize("case", FROZEN)
def test_what_a_version_freezes_is_reported_and_harms_nothing(case: str) -> None:
    changed, kind, what = FROZEN[case]

    assert found(**changed) == (Finding("charge", kind, what, Harm.NONE),)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Environment": {"LIMIT": "4", "MORE": "1"}},
        {"Layers": [f"{LAYER}:4", "arn:aws:lambda:eu-west-1:1:layer:more:1"]},
        {"MemorySize": 512, "Timeout": 20, "EphemeralStorage": 1024},
    ],
)
def test_what_is_added_or_raised_is_no_finding(changed: dict[str, Any]) -> None:
    assert found(**changed) == ()


def test_storage_and_file_systems_that_go_are_reported() -> None:
    mount = {"Arn": "arn:aws:elasticfilesystem:::access-point/1", "LocalMountPath": "/mnt/a"}
    live = BASE | {"EphemeralStorage": 1024, "FileSystemConfigs": [mount]}
    what = Comparison(
        "charge",
        "3",
        json.dumps(live),
        json.dumps(BASE),
        Snapshot(ROLE, may("s3:Get")),
        None,
        is_gradual=True,
    )

    assert [(item.kind, item.what) for item in compare(what)] == [
        (Kind.STORAGE_LOWERED, "ephemeral storage 1024 MB -> 512 MB"),
        (Kind.FILE_SYSTEM_REMOVED, "file systems removed: /mnt/a"),
    ]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"Role": f"{ROLE}-2"}, Kind.ROLE_CHANGED),
        ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:::q"}}, Kind.DEAD_LETTER_CHANGED),
    ],
)
def test_what_lambda_refuses_to_split_harms_a_gradual_shift_only(changed: dict[str, Any], kind: Kind) -> None:
    (gradual,), (at_once,) = found(**changed), found(is_gradual=False, **changed)

    assert (gradual.kind, gradual.harm) == (kind, Harm.SHIFT)
    assert (at_once.kind, at_once.harm) == (kind, Harm.NONE)


OLD, NEW = Harm.OLD_VERSION, Harm.NONE
CONCURRENCY = {
    "lowered": (10, 5, Kind.CONCURRENCY_LOWERED, OLD, "reserved concurrency is 5, it was 10"),
    "switched off": (
        None,
        0,
        Kind.CONCURRENCY_LOWERED,
        OLD,
        "concurrency is limited to 0, nothing limited it",
    ),
    "limited": (None, 50, Kind.CONCURRENCY_LIMITED, NEW, "concurrency is limited to 50, nothing limited it"),
    "released": (10, None, Kind.CONCURRENCY_RELEASED, NEW, "no concurrency is reserved, 10 was"),
}


@pytest.mark.parametrize("case", CONCURRENCY)
def test_reserved_concurrency_acts_on_the_old_version(case: str) -> None:
    before, after, kind, harm, what = CONCURRENCY[case]
    permissions = may("s3:Get")

    assert found(Snapshot(ROLE, permissions, before), Snapshot(ROLE, permissions, after)) == (
        Finding("charge", kind, f"{what} when version 3 was published", harm),
    )


@pytest.mark.parametrize(("before", "after"), [(5, 5), (5, 10), (None, None)])
def test_concurrency_that_is_not_lowered_is_no_finding(before: int | None, after: int | None) -> None:
    permissions = may("s3:Get")

    assert found(Snapshot(ROLE, permissions, before), Snapshot(ROLE, permissions, after)) == ()


def test_permissions_that_went_since_the_live_version_was_published() -> None:
    (finding,) = found(Snapshot(ROLE, may("s3:Get", "s3:Put")), Snapshot(ROLE, may("s3:Get")))

    assert (finding.kind, finding.harm) == (Kind.PERMISSIONS_REDUCED, Harm.OLD_VERSION)
    assert str(finding) == (
        "charge: since version 3 was published its role lost s3:put on * [permissions-reduced]:"
        " it acts on the old version at once, and after a rollback; would break the old version"
    )


def test_a_role_that_is_gone_harms_the_old_version_whether_or_not_it_is_remembered() -> None:
    gone = Snapshot(ROLE, None, is_gone=True)

    for remembered in (None, Snapshot(ROLE, may("s3:Get"))):
        (finding,) = found(remembered, gone)
        assert (finding.kind, finding.harm) == (Kind.ROLE_GONE, Harm.OLD_VERSION)


def test_what_cannot_be_read_is_said_and_stops_nothing() -> None:
    (policy,) = found(now=Snapshot(ROLE, may("s3:Get", unread="arn:other")))
    (role,) = found(now=Snapshot(ROLE, None))

    assert {(each.kind, each.harm) for each in (policy, role)} == {(Kind.PERMISSIONS_UNREAD, Harm.NONE)}
    assert "arn:other" in policy.what


def test_no_value_of_a_variable_is_told() -> None:
    for finding in found(Environment={"OTHER": "hidden"}):
        assert "hidden" not in str(finding)
        assert '"3"' not in str(finding)


# --- what follows ---------------------------------------------------------------------------------------

HARMFUL = Finding("charge", Kind.CONCURRENCY_LOWERED, "reserved concurrency is 1, it was 2", Harm.OLD_VERSION)
HARMLESS = Finding("refund", Kind.RUNTIME_CHANGED, "runtime a -> b")


def test_a_harmful_finding_stops_the_release_and_says_how_to_go_on() -> None:
    with pytest.raises(Refusal) as caught:
        Safety((HARMLESS, HARMFUL)).refuse()

    assert str(caught.value) == (
        "nothing was shifted: charge: reserved concurrency is 1, it was 2 [concurrency-lowered]: it acts on"
        " the old version at once, and after a rollback; would break the old version. Fix it, or accept it"
        " with greenshift:safety: {accept: [concurrency-lowered]}, and release again"
    )


@pytest.mark.parametrize(
    ("accepted", "stops"),
    [
        ({}, True),
        ({"refund": {"concurrency-lowered"}}, True),
        ({"charge": {"permissions-reduced"}}, True),
        ({"charge": {"concurrency-lowered"}}, False),
    ],
)
def test_only_an_accepted_kind_of_the_same_function_passes(accepted: Any, stops: bool) -> None:
    assert bool(Safety((HARMFUL, HARMLESS), accepted).stopping) is stops


def test_a_harmless_finding_stops_nothing() -> None:
    Safety((HARMLESS,)).refuse()


def test_a_look_is_told_once_however_often_it_is_taken(
    make_release: Callable[..., Release], clock: Any
) -> None:
    safety = Safety((HARMLESS, HARMFUL), unknown=("ship",))

    told = safety.told_in(make_release(), clock.now())

    assert told.findings == (str(HARMFUL), str(HARMLESS))
    assert [item.cause for item in told.transitions] == [
        "compared with what is live: 2 findings: refund runtime-changed, charge concurrency-lowered",
        "permissions and concurrency of ship not compared: nothing was remembered when what is live was"
        " published",
    ]
    assert safety.told_in(told, clock.now()) == told


def test_nothing_found_is_nothing_told(make_release: Callable[..., Release], clock: Any) -> None:
    release = make_release()

    assert Safety().told_in(release, clock.now()) == release


def test_findings_of_200_functions_fit_into_a_ledger_row() -> None:
    many = [Finding(f"function-{n:03}", Kind.LAYERS_REMOVED, "x" * 1000) for n in range(1000)]

    lines = lines_of([*many, HARMFUL])

    assert lines[0] == str(HARMFUL)
    assert len(lines) == MOST_LINES
    assert lines[-1] == "… and 902 more; the controller's log has all"
    assert sum(len(line.encode()) for line in lines) < 50_000


def test_what_can_be_accepted_is_what_can_stop_a_release() -> None:
    assert set(get_args(Acceptable)) == {kind.value for kind in HARM}
