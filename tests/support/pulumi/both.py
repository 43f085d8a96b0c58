"""One program under two engines on one twin, each in its regions, and how what they do is compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.errors import EngineError
from greenshift.testing import RunningTwin
from support.pulumi.real_pulumi import PASSPHRASE, PulumiFailed, RealPulumi, real_pulumi

OURS, THEIRS = ("us-east-1", "us-east-2"), ("eu-west-1", "eu-west-2")
_REPLACING = {"create-replacement", "replace", "delete-replaced"}
_UNCOMPARED = {"id", "created", "modified", "stackTrace", "__internal"}
_GENERATED = re.compile(r"-[0-9a-f]{7}\b")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PROVIDER = re.compile(r"(pulumi:providers:[^:]+::[^:]+)::[^\"]+")


@dataclass(frozen=True)
class Side:
    """What one engine did: how it ended, what it planned, left in the state and on the twin, told hooks."""

    ended: str
    steps: dict[str, str]
    state: dict[str, Any]
    there: list[str]
    notes: list[str]
    said: str = ""


@dataclass
class Both:
    twin: RunningTwin
    directory: Path
    theirs: RealPulumi
    folder: Path

    def ours(self) -> Engine:
        config = {"aws:region": OURS[0], "both:other": OURS[1], "both:notes": str(self._notes("ours"))}
        return Engine(
            Program(self.directory, "both", "dev", config),
            Target(self.twin.endpoint, OURS[0], "instance-1"),
            StateFile(self.folder / "dev.json"),
            lambda event: None,
            PASSPHRASE,
        )

    def configure(self) -> None:
        settings = {"aws:region": THEIRS[0], "both:other": THEIRS[1], "both:notes": self._notes("theirs")}
        for key, value in settings.items():
            self.theirs.run("config", "set", key, str(value), "--stack", self.theirs.stack)

    def program(self, text: str) -> None:
        (self.directory / "__main__.py").write_text(text)

    def previews(self) -> tuple[Side, Side]:
        return (
            self._side("ours", lambda: {step.urn: step.op for step in self.ours().preview().steps}),
            self._side("theirs", lambda: steps_of(self.theirs.preview("--show-replacement-steps"))),
        )

    def ups(self) -> tuple[Side, Side]:
        def ours() -> dict[str, str]:
            self.ours().up()
            return {}

        def theirs() -> dict[str, str]:
            self.theirs.up()
            return {}

        return self._side("ours", ours), self._side("theirs", theirs)

    def make_groups(self, names: Iterable[str]) -> None:
        """Log groups of somebody else, in all regions."""
        for name in names:
            for region in (*OURS, *THEIRS):
                logs = _client(self.twin.endpoint, "logs", region)
                logs.create_log_group(logGroupName=name, tags={"a": "1"})
                logs.put_retention_policy(logGroupName=name, retentionInDays=7)

    def sweep_out(self) -> None:
        """Whatever was meant to outlive the stacks."""
        for region in (*OURS, *THEIRS):
            logs, sns = (_client(self.twin.endpoint, service, region) for service in ("logs", "sns"))
            for group in logs.describe_log_groups(logGroupNamePrefix="/both/")["logGroups"]:
                logs.delete_log_group(logGroupName=group["logGroupName"])
            for topic in sns.list_topics()["Topics"]:
                sns.delete_topic(TopicArn=topic["TopicArn"])

    def _side(self, who: str, work: Callable[[], dict[str, str]]) -> Side:
        ended, steps, said = "well", {}, ""
        try:
            steps = work()
        except (EngineError, PulumiFailed) as error:
            ended, said = "failed", str(error)
        regions = OURS if who == "ours" else THEIRS
        return Side(ended, steps, self._state(who), self._there(regions), self._told(who, regions), said)

    def _state(self, who: str) -> dict[str, Any]:
        file = self.folder / "dev.json"
        if who == "theirs":
            return _compared(self.theirs.deployment()["deployment"], THEIRS)
        return _compared(json.loads(file.read_text())["deployment"], OURS) if file.is_file() else {}

    def _there(self, regions: tuple[str, str]) -> list[str]:
        """Topics and log groups on the twin, by the names they have."""
        found = []
        for number, region in enumerate(regions):
            logs, sns = (_client(self.twin.endpoint, service, region) for service in ("logs", "sns"))
            groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/both/")
            found += [f"{number} {each['logGroupName']}" for page in groups for each in page["logGroups"]]
            topics = sns.get_paginator("list_topics").paginate()
            arns = [each["TopicArn"] for page in topics for each in page["Topics"]]
            found += [f"{number} {_GENERATED.sub('-*', arn.rsplit(':', 1)[1])}" for arn in arns]
        return sorted(found)

    def _told(self, who: str, regions: tuple[str, str]) -> list[str]:
        """What the hooks of this run were told."""
        file = self._notes(who)
        text = file.read_text() if file.is_file() else ""
        file.unlink(missing_ok=True)
        return sorted(_alike(text, regions).splitlines())

    def _notes(self, who: str) -> Path:
        return self.folder / f"{who}.notes"


@cache
def _client(endpoint: str, service: str, region: str) -> Any:
    key = "local"
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=key,
    )


@contextmanager
def two_engines(twin: RunningTwin, folder: Path) -> Iterator[Both]:
    directory = folder / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: both\nruntime: python\n")
    (directory / "__main__.py").write_text("")
    (folder / "ours").mkdir()
    # The CLI's own file backend writes the whole state at each step; here only the last one counts.
    only_the_end = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
    with real_pulumi(twin, directory, folder / "pulumi", **only_the_end) as theirs:
        found = Both(twin, directory, theirs, folder / "ours")
        found.configure()
        yield found


def steps_of(planned: dict[str, Any]) -> dict[str, str]:
    """What becomes of each resource; an old one that is deleted by itself was replaced in an earlier run."""
    found: dict[str, set[str]] = {}
    renamed: set[str] = set()
    for step in planned["steps"]:
        if step["op"] == "replace":
            renamed |= {step.get("oldState", {}).get("urn", step["urn"])} - {step["urn"]}
        if step["op"] != "same" and not ("pulumi:providers:" in step["urn"] and "::default" in step["urn"]):
            found.setdefault(step["urn"], set()).add(step["op"])
    # The old half of a replacement under another name is told under the name it had.
    return {urn: _told(ops) for urn, ops in found.items() if urn not in renamed or ops != {"delete-replaced"}}


def _told(ops: set[str]) -> str:
    if ops == {"delete-replaced"}:
        return "delete"
    return "replace" if ops & _REPLACING else ops.pop()


def _alike(text: str, regions: tuple[str, str]) -> str:
    for number, region in enumerate(regions):
        text = text.replace(region, f"REGION-{number}")
    return _UUID.sub("UUID", _PROVIDER.sub(r"\1", _GENERATED.sub("-*", text)))


def _compared(deployment: dict[str, Any], regions: tuple[str, str]) -> dict[str, Any]:
    found = {}
    for item in json.loads(_alike(json.dumps(deployment.get("resources", [])), regions)):
        kept = {key: _opened(value) for key, value in item.items() if key not in _UNCOMPARED}
        if "propertyDependencies" in kept:  # where Pulumi has renamed something, those of nothing are gone
            kept["propertyDependencies"] = {k: v for k, v in kept["propertyDependencies"].items() if v}
        found[item["urn"] + (" (to be deleted)" if item.get("delete") else "")] = kept
    return found


def _opened(value: Any) -> Any:
    """Without what is sealed anew each time; URNs in a list are a set."""
    if isinstance(value, dict):
        dropped = ("ciphertext", "plaintext", "__internal")
        return {key: _opened(item) for key, item in value.items() if key not in dropped}
    if isinstance(value, list):
        opened = [_opened(item) for item in value]
        return sorted(opened) if all(str(item).startswith("urn:") for item in opened) else opened
    return value


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two documents differ, leaf by leaf."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            told
            for key in sorted({*ours, *theirs})
            for told in differences(ours.get(key), theirs.get(key), f"{path} {key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and ours != theirs:
        only = [item for item in ours if item not in theirs], [item for item in theirs if item not in ours]
        return [f"{path}: ours alone {only[0]!r}, theirs alone {only[1]!r}"]
    return [] if ours == theirs else [f"{path}: ours {ours!r}, theirs {theirs!r}"]


def compare(pair: tuple[Side, Side]) -> list[str]:
    """Every difference of two runs; empty when they did the same."""
    ours, theirs = pair
    if ours.ended != theirs.ended:
        return [f"ended: ours {ours.ended} {ours.said}, theirs {theirs.ended} {theirs.said[-1500:]}"]
    found = [
        told
        for name in ("steps", "state", "there", "notes")
        for told in differences(getattr(ours, name), getattr(theirs, name), name)
    ]
    return [*found, f"ours said {ours.said}", f"theirs said {theirs.said[-1500:]}"] if found else []
