"""Where nobody said how long a release is watched, it is as long as the slowest alarm needs to speak."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenshift.settings import Settings
from greenshift.settings.model import parse_settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for key in ("charge", "refund"):
        (tmp_path / "functions" / key).mkdir(parents=True)
        (tmp_path / "functions" / key / "handler.py").touch()
    return tmp_path


def settings_of(root: Path, rollout: str, refund: dict[str, Any] | None = None, **said: Any) -> Settings:
    values = {
        "source": {"repository": "me/app"},
        "functions": {"charge": {}, "refund": refund or {}},
        "rollout": rollout,
        **said,
    }
    texts = {f"greenshift:{key}": json.dumps(value) for key, value in values.items() if key != "rollout"}
    return parse_settings({**texts, "greenshift:rollout": rollout}, root)


@pytest.mark.parametrize(
    ("rollout", "said", "bake", "now"),
    [
        ("Linear10PercentEvery1Minute", {}, 0, 5),
        ("AllAtOnce", {}, 3, 5),
        ("Canary10Percent1Minutes", {}, 2, 5),
        ("Canary10Percent5Minutes", {"alarm": {"period": 300, "evaluationPeriods": 2}}, 2, 7),
        ("Canary10Percent5Minutes", {"alarm": {"evaluationPeriods": 5, "datapointsToAlarm": 5}}, 2, 7),
        ("AllAtOnce", {"shift": {"bakeMinutes": 0, "bakeNowMinutes": 1}}, 0, 1),
        ("AllAtOnce", {"shift": {"bakeMinutes": 30}}, 30, 5),
        # The one function needs 12 minutes, and the other one's longer rollout gives it five.
        (
            "AllAtOnce",
            {
                "refund": {"rollout": "Canary10Percent5Minutes"},
                "alarm": {"period": 300, "evaluationPeriods": 2, "datapointsToAlarm": 2},
            },
            7,
            12,
        ),
        # A day of CodePipeline's has no room for more.
        ("Linear50PercentEvery1435Minutes", {"alarm": {"period": 3600, "evaluationPeriods": 24,
         "datapointsToAlarm": 24}}, 4, 4),
    ],
)  # fmt: skip
def test_the_bake_covers_what_the_rollout_leaves(
    root: Path, rollout: str, said: dict[str, Any], bake: int, now: int
) -> None:
    settings = settings_of(root, rollout, **said)

    assert (settings.bake_minutes, settings.bake_now_minutes) == (bake, now)


def test_the_later_waves_give_an_alarm_time_and_the_last_one_needs_a_bake(root: Path) -> None:
    settings = settings_of(root, "AllAtOnce", {"rollout": "Canary10Percent1Minutes"}, waves=[["charge"]])

    assert settings.bake_minutes == 2
    assert {key: watch.shifting for key, watch in settings.watches.items()} == {"charge": 1, "refund": 1}
    assert all(watch.is_too_short and watch.is_covered for watch in settings.watches.values())


def test_a_bake_that_was_said_to_be_shorter_is_kept_and_does_not_cover(root: Path) -> None:
    watches = settings_of(root, "AllAtOnce", shift={"bakeMinutes": 1}).watches

    assert not any(watch.is_covered for watch in watches.values())
