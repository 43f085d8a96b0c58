"""AWS answers written down and played back, below boto3: real clients, no endpoint.

A recording is a list of calls in their order. Played back, a call gets the answer recorded for the same
operation and parameters (moments aside); asked again, the next one, and the last one for ever. Every answer
is checked against botocore's model of the service, so that no recording holds what AWS cannot say.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.validate import validate_parameters

from greenshift.contract.clock import TIME_HEADER

Clients = Callable[[str], Any]
MOMENT = "$moment"


@dataclass
class Call:
    service: str
    operation: str
    parameters: dict[str, Any]
    answer: dict[str, Any]

    @property
    def key(self) -> str:
        return json.dumps([self.service, self.operation, without_moments(self.parameters)], sort_keys=True)


@dataclass
class Recorder:
    """Clients whose calls are written down."""

    make: Clients
    calls: list[Call] = field(default_factory=list)

    def client(self, service: str) -> Any:
        client = self.make(service)
        client.meta.events.register("provide-client-params.*.*", self._asked)
        client.meta.events.register("after-call.*.*", self._answered)
        return client

    def _asked(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def _answered(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        told = parsed["ResponseMetadata"]["HTTPHeaders"]
        headers = {name: told[name] for name in ("date", TIME_HEADER) if name in told}
        answer = {**parsed, "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": headers}}
        self.calls.append(Call(model.service_model.service_name, model.name, context["asked"], answer))


class Player:
    """Clients that answer from recordings; ``counts`` are the calls made, by operation."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._answers: dict[str, list[Call]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.client = cache(self._client)
        self.play(calls)

    def play(self, calls: Iterable[Call]) -> None:
        """Let these be the answers from now on."""
        self._answers.clear()
        for call in calls:
            self._answers[call.key].append(call)

    def _client(self, service: str) -> Any:
        client = boto3.client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
        client.meta.events.register("provide-client-params.*.*", self._asked)
        client.meta.events.register_first("before-call.*.*", self._answer)
        return client

    def _asked(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        self.counts[model.name] += 1
        wanted = Call(model.service_model.service_name, model.name, context["asked"], {})
        answers = self._answers.get(wanted.key)
        assert answers, f"nothing is recorded for {wanted.key}"
        call = answers.pop(0) if len(answers) > 1 else answers[0]
        body = {name: value for name, value in call.answer.items() if name != "ResponseMetadata"}
        validate_parameters(body, model.output_shape)
        return AWSResponse("https://aws.invalid", 200, {}, None), call.answer


def without_moments(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: without_moments(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_moments(item) for item in value]
    return MOMENT if isinstance(value, datetime) else value


def write(path: Path, chapters: Mapping[str, list[Call]]) -> None:
    lines = {name: ",\n".join(f"  {_line(call)}" for call in calls) for name, calls in chapters.items()}
    text = ",\n".join(f' "{name}": [\n{calls}\n ]' for name, calls in lines.items())
    path.write_text(f"{{\n{text}\n}}\n")


def _line(call: Call) -> str:
    value = [call.service, call.operation, call.parameters, call.answer]
    return json.dumps(value, default=lambda moment: {MOMENT: moment.isoformat()})


def read(path: Path) -> dict[str, list[Call]]:
    def revive(value: dict[str, Any]) -> Any:
        return datetime.fromisoformat(value[MOMENT]) if value.keys() == {MOMENT} else value

    document = json.loads(path.read_text(), object_hook=revive)
    return {name: [Call(*call) for call in calls] for name, calls in document.items()}
