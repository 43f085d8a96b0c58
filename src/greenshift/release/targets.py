"""What a release may touch: `targets.json`, written by the deployment into the handlers' code archive.

It lies at the top of the archive, beside the package. A function that is not in it is not this pipeline's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from greenshift.contract.names import ALIAS
from greenshift.contract.rules import USUAL, Firing, Moved, Newer, Quiet, Rules
from greenshift.release.reading import Document, expect_format

# …/targets.json beside …/greenshift/release/targets.py, in /var/task on Lambda.
DEFAULT_PATH = Path(__file__).resolve().parents[2] / "targets.json"


@dataclass(frozen=True)
class Smoke:
    """How a new version is tried before it gets traffic. ``event`` is JSON text; absent means our own event,
    which user code can recognise. ``lets_code_fail``: an unhandled error of the code is taken for a refusal
    of the event, and only a version that cannot even start fails."""

    enabled: bool = True
    event: str | None = None
    lets_code_fail: bool = False


@dataclass(frozen=True)
class Target:
    """One function of the pipeline, by its key in the configuration."""

    key: str
    name: str
    arn: str
    alias: str
    deployment_group: str
    deployment_config: str
    alarm: str  # "" when the function has none
    smoke: Smoke = Smoke()
    accept: frozenset[str] = frozenset()  # kinds of findings that do not stop a release of it
    wave: int = 0
    other_alarms: tuple[str, ...] = ()  # further alarms of its deployment group

    @property
    def alarms(self) -> tuple[str, ...]:
        return (self.alarm, *self.other_alarms) if self.alarm else self.other_alarms


@dataclass(frozen=True)
class Versions:
    """How long versions stay (`retention.py`). Nothing is deleted where nobody said what may be."""

    prune: bool = False
    keep: int = 10
    keep_days: int = 30


@dataclass(frozen=True)
class Targets:
    """Everything of the deployment that the handlers need to know."""

    pipeline: str
    application: str
    table: str
    topic_arn: str
    bucket: str
    before_hook: str
    after_hook: str
    functions: Mapping[str, Target]
    ttl_days: int = 365
    rules: Rules = USUAL
    stack: str = ""  # as the commands name it
    console: str = ""  # where a person sees the pipeline in AWS's console; empty on a twin
    asks: bool = True  # whether people are told that an approval is waited for
    approves_shift: bool = False  # whether a person stands before the first wave
    approves_waves: bool = False  # whether a person stands between two waves
    versions: Versions = Versions()

    def by_name(self, name: str) -> Target | None:
        """The function with this physical name."""
        return next((item for item in self.functions.values() if item.name == name), None)

    def watched_by(self, alarm: str) -> frozenset[str]:
        """The keys of the functions whose shift this alarm stops."""
        return frozenset(key for key, item in self.functions.items() if alarm in item.alarms)


def load_targets(path: Path = DEFAULT_PATH) -> Targets:
    return parse_targets(path.read_bytes())


def parse_targets(text: str | bytes) -> Targets:
    document = Document.parse(text, "targets.json")
    expect_format(document, 1)
    return Targets(
        pipeline=document.text("pipeline"),
        application=document.text("application"),
        table=document.text("table"),
        topic_arn=document.text("topicArn", ""),
        bucket=document.text("bucket"),
        before_hook=document.text("beforeHook", ""),
        after_hook=document.text("afterHook", ""),
        functions={key: _target(key, item) for key, item in document.within("functions").members()},
        ttl_days=document.number("ttlDays", 365),
        rules=_rules(document.within("rules")),
        stack=document.text("stack", ""),
        console=document.text("console", ""),
        asks=document.flag("asks", True),
        approves_shift=document.flag("approvesShift", False),
        approves_waves=document.flag("approvesWaves", False),
        versions=_versions(document.within("versions")),
    )


def _rules(item: Document) -> Rules:
    return Rules(
        firing=Firing(item.text("firing", USUAL.firing)),
        quiet=Quiet(item.text("quiet", USUAL.quiet)),
        moved=Moved(item.text("moved", USUAL.moved)),
        newer=Newer(item.text("newer", USUAL.newer)),
        bake=timedelta(minutes=item.number("bakeMinutes", 0)),
        bake_now=timedelta(minutes=item.number("bakeNowMinutes", 5)),
        hold=timedelta(minutes=item.number("holdMinutes", 60)),
        hold_calls=item.number("holdCalls", USUAL.hold_calls),
        requests=item.number("requests", USUAL.requests),
    )


def _versions(item: Document) -> Versions:
    return Versions(
        prune=item.flag("prune", False), keep=item.number("keep", 10), keep_days=item.number("keepDays", 30)
    )


def _target(key: str, item: Document) -> Target:
    smoke = item.within("smoke")
    return Target(
        key=key,
        name=item.text("name"),
        arn=item.text("arn", ""),
        alias=item.text("alias", ALIAS),
        deployment_group=item.text("deploymentGroup"),
        deployment_config=item.text("deploymentConfig", ""),
        alarm=item.text("alarm", ""),
        smoke=Smoke(
            enabled=smoke.flag("enabled", True),
            event=smoke.as_json("event"),
            lets_code_fail=smoke.text("whenCodeFails", "fail") == "pass",
        ),
        wave=item.number("wave", 0),
        other_alarms=item.texts("otherAlarms"),
        accept=frozenset(item.texts("accept")),
    )
