"""A Pulumi program run on mocks, with every registration recorded as the engine would receive it.

The SDK's own mocks do not show parents, dependencies or ignored properties, so the monitor itself records
the requests. A run ends only when every registration has been answered: a late resource is not missed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks

from greenshift.components.delivery_pipeline import DeliveryPipeline
from greenshift.settings import Settings
from greenshift.settings.model import parse_settings

ACCOUNT = "123456789012"
REGION = "eu-central-1"
TWO_FUNCTIONS: dict[str, Any] = {
    "functions": {"charge": {"environment": {"LIMIT": "3"}}, "refund": {"rollout": "Canary7Percent3Minutes"}},
    "source": {"repository": "me/app"},
    "tags": {"team": "money"},
}


@dataclass(frozen=True)
class Registered:
    """One resource as it was asked for; property names are the wire's."""

    type: str
    name: str
    custom: bool
    parent: str
    inputs: dict[str, Any]
    ignore_changes: list[str]
    depends_on: list[str]
    retained: bool

    def json(self, name: str) -> Any:
        return json.loads(self.inputs[name])


@dataclass
class Run:
    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    invokes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    error: Exception | None = None

    def of(self, type_suffix: str) -> list[Registered]:
        return [each for each in self.resources if each.type.endswith(type_suffix)]

    def one(self, type_suffix: str, name: str | None = None) -> Registered:
        found = [each for each in self.of(type_suffix) if name in (None, each.name)]
        assert len(found) == 1, f"{type_suffix} {name}: {[each.name for each in found]}"
        return found[0]


class _Cloud(Mocks):
    """Gives each resource an id and an ARN; names are what was asked for."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        self._run.invokes.append(args.token)
        return {"accountId": ACCOUNT, "region": REGION}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        outputs = {"arn": f"arn:mock:{args.name}", "version": "1", **args.inputs}
        if args.typ == "aws:ecr/repository:Repository":
            registry = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
            outputs["repositoryUrl"] = f"{registry}/{args.inputs['name']}"
        return f"{args.name}-id", outputs


@contextmanager
def _own_loop() -> Iterator[None]:
    """Pulumi's mocks make a loop on each thread they are called on, and never close it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class _Monitor(MockMonitor):
    def __init__(self, run: Run) -> None:
        super().__init__(_Cloud(run))
        self._run = run

    def RegisterResource(self, request: Any) -> Any:  # the name of the RPC
        self._run.resources.append(
            Registered(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent.split("::")[-1],
                inputs=MessageToDict(request.object),
                ignore_changes=list(request.ignoreChanges),
                depends_on=sorted({urn.split("::")[-1] for urn in request.dependencies}),
                retained=request.retainOnDelete,
            )
        )
        with _own_loop():
            return super().RegisterResource(request)

    def Invoke(self, request: Any) -> Any:  # the name of the RPC
        with _own_loop():
            return super().Invoke(request)


class _Log:
    def __init__(self, run: Run) -> None:
        self.warning = run.warnings.append
        self.info = run.told.append

    def debug(self, message: str) -> None: ...

    error = debug


@pytest.fixture(scope="session")
def settings_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Settings]:
    """Settings from what a user would write; every function's directory exists and holds Node code,
    or the Dockerfile of an image."""
    root = tmp_path_factory.mktemp("project")
    (root / "buildspec.yml").touch()

    def build(config: dict[str, Any], secret_keys: list[str] | None = None) -> Settings:
        for key in config["functions"]:
            (root / "functions" / key).mkdir(parents=True, exist_ok=True)
            is_image = config["functions"][key].get("packageType") == "Image"
            (root / "functions" / key / ("Dockerfile" if is_image else "index.mjs")).touch()
        texts = {
            f"greenshift:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in config.items()
        }
        return parse_settings(texts, root, [f"greenshift:{key}" for key in secret_keys or []])

    return build


@pytest.fixture(scope="session")
def deploy(settings_of: Callable[..., Settings]) -> Callable[..., Run]:
    """Run the whole component on mocks; a dictionary changes the usual config. Equal calls run once.

    ``refused`` is the kind of error with which the program is expected to end; it stands in ``error``.
    """
    runs: dict[str, Run] = {}

    def run_once(
        changes: dict[str, Any] | None = None,
        secret_keys: list[str] | None = None,
        *,
        preview: bool = False,
        refused: type[Exception] | None = None,
    ) -> Run:
        asked = json.dumps([changes, secret_keys, preview, str(refused)])
        if asked not in runs:
            settings = settings_of({**TWO_FUNCTIONS, **(changes or {})}, secret_keys)
            runs[asked] = _run(settings, preview, refused)
        return runs[asked]

    return run_once


def _run(settings: Settings, preview: bool, refused: type[Exception] | None) -> Run:
    """On a thread and a loop of its own: Pulumi's test runner takes whatever loop its thread has."""
    run = Run()

    def on_own_loop() -> None:
        with _own_loop():
            _run_on(run, settings, preview)

    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(on_own_loop)
        if refused is None:
            ended.result(timeout=60)
        else:
            run.error = ended.exception(timeout=60)
            assert isinstance(run.error, refused)
    return run


def _run_on(run: Run, settings: Settings, preview: bool) -> None:
    set_mocks(_Cloud(run), "payments", "prod", preview, _Log(run), _Monitor(run))  # type: ignore[arg-type]

    @pulumi.runtime.test
    def body() -> pulumi.Output[None]:
        delivery = DeliveryPipeline("delivery", settings=settings)
        return pulumi.Output.from_input(delivery.outputs).apply(run.outputs.update)

    body()
