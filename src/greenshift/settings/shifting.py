"""What a release does in the hard cases of a shift. ``greenshift.release`` has the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from greenshift.settings.fields import Section, setting, whole
from greenshift.settings.violation import Violation

Waves = tuple[tuple[str, ...], ...]
LONGEST_BAKE_MINUTES = 1440


class ShiftSettings(Section):
    when_alarm_fires: Literal["refuse", "ignore-until-ok", "proceed"] = setting(
        "ignore-until-ok",
        "What an alarm of alarm.also does that fires already when a shift begins: it lets nothing be "
        "shifted, counts once it has been OK, or does not count. A function's own alarm starts anew with "
        "each version, so it never holds up a fix; with refuse it does as well.",
        allowed="refuse, ignore-until-ok or proceed",
    )
    when_nobody_calls: Literal["proceed", "synthetic", "hold"] = setting(
        "proceed",
        "What is done when nobody calls a function while it shifts: nothing; the controller calls it with "
        "its smoke.event, which every function then needs; or the release stays open until somebody has "
        "called, and is rolled back when nobody does.",
        allowed="proceed, synthetic or hold",
    )
    when_alias_moved: Literal["refuse", "adopt"] = setting(
        "refuse",
        "What is done when somebody moved an alias by hand since the last release: nothing is shifted, or "
        "where it is now counts as live.",
        allowed="refuse or adopt",
    )
    when_newer_commit: Literal["finish", "supersede"] = setting(
        "finish",
        "What a release does when a newer one is published while it shifts: it finishes, or it is rolled "
        "back at once and the newer one begins. It always gives way to `greenshift release --now`.",
        allowed="finish or supersede",
    )
    bake_minutes: int | None = whole(
        None,
        "Minutes alarms are still watched after the last function has arrived. Default: what the slowest "
        "alarm needs to speak beyond the shift, so 0 for a rollout that is long enough.",
        0,
        LONGEST_BAKE_MINUTES,
        "minutes",
        example=10,
    )
    bake_now_minutes: int | None = whole(
        None,
        "The same for a release that went out with `greenshift release --now`. Default: 5, or what the "
        "slowest alarm needs.",
        0,
        LONGEST_BAKE_MINUTES,
        "minutes",
        example=5,
    )
    hold_minutes: int = whole(60, "Minutes whenNobodyCalls: hold waits for calls.", 1, 1440, "minutes")
    hold_calls: int = whole(
        1,
        "Calls of each new version whenNobodyCalls: hold waits for. When more than alarm.threshold percent "
        "of them failed the release is rolled back, whether an alarm has seen it yet or not.",
        1,
        100000,
    )
    synthetic_requests: int = whole(
        10, "Calls whenNobodyCalls: synthetic makes at each look, some twice a minute.", 1, 100
    )


def check_waves(waves: Waves, keys: Iterable[str]) -> None:
    """Every function named is there, and is named once. Raises Violation."""
    known, seen = set(keys), set[str]()
    for place, wave in enumerate(waves):
        if not wave:
            raise Violation("a wave names at least one function", at=("waves", str(place)))
        for key in wave:
            if key not in known:
                raise Violation(f"there is no function {key!r}", at=("waves", str(place)))
            if key in seen:
                raise Violation(f"{key!r} is in two waves", at=("waves", str(place)))
            seen.add(key)


# CodePipeline user guide, quotas: how long a Lambda invoke action may go on being invoked.
LONGEST_ACTION_MINUTES = 24 * 60


def check_length(
    shift: ShiftSettings, waves: Waves, minutes: Mapping[str, int], *, bake: int, asks_between_waves: bool
) -> None:
    """One action of the pipeline shifts, wave after wave, and watches; where people are asked between waves,
    each wave has an action of its own. ``minutes`` is how long each function's rollout takes, ``bake`` how
    long it is watched afterwards. Raises Violation, with the sum.
    """
    lengths = _lengths(waves, minutes, asks_between_waves=asks_between_waves)
    watching = max(bake, shift.hold_minutes if shift.when_nobody_calls == "hold" else 0)
    together = sum(lengths) + watching
    if together >= LONGEST_ACTION_MINUTES:
        told = " + ".join(map(str, lengths))
        raise Violation(
            f"{told} minutes of rollout and {watching} of watching are {together}: CodePipeline "
            f"ends an action after {LONGEST_ACTION_MINUTES} minutes, and a healthy release would go back",
            at=("rollout",),
        )


def room_for_bake(waves: Waves, minutes: Mapping[str, int], *, asks_between_waves: bool) -> int:
    """How many minutes an action that shifts has left."""
    lengths = _lengths(waves, minutes, asks_between_waves=asks_between_waves)
    return max(0, min(LONGEST_BAKE_MINUTES, LONGEST_ACTION_MINUTES - 1 - sum(lengths)))


def _lengths(waves: Waves, minutes: Mapping[str, int], *, asks_between_waves: bool) -> list[int]:
    """Minutes of shifting that one action has one after the other."""
    longest: dict[int, int] = {}
    for key, length in minutes.items():
        wave = wave_of(key, waves)
        longest[wave] = max(longest.get(wave, 0), length)
    lengths = [longest[wave] for wave in sorted(longest)]
    return [max(lengths)] if asks_between_waves else lengths


def check_events(shift: ShiftSettings, has_event: Mapping[str, bool]) -> None:
    """Calls of the controller count like anybody's: with an event no code understands they would all fail,
    and take every release back. Raises Violation."""
    for key, there in has_event.items():
        if shift.when_nobody_calls == "synthetic" and not there:
            raise Violation(
                "shift.whenNobodyCalls is synthetic, so this function needs an event that it answers",
                at=("functions", key, "smoke", "event"),
            )


def wave_of(key: str, waves: Sequence[Sequence[str]]) -> int:
    """The wave of a function, from 0; one that no wave names goes after all of them."""
    return next((place for place, wave in enumerate(waves) if key in wave), len(waves))
