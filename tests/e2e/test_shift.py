"""A release under real traffic: both versions serve in proportion, and a bad one goes back."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.measures.binomial import bounds
from support.people.shell import Shell, finished

Counts = dict[float, Counter[str]]


def weight(client: Any, name: str) -> float:
    """The share of requests the alias gives to its additional version."""
    routing = client.get_alias(FunctionName=name, Name="live").get("RoutingConfig", {})
    return float(next(iter(routing.get("AdditionalVersionWeights", {}).values()), 0.0))


class Customers:
    """Send requests through an alias until told to stop; note which version answered, by the weight then."""

    def __init__(self, client: Any, name: str, *, tell_load: bool = False) -> None:
        self._client, self._name, self._tell_load = client, name, tell_load
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.answered: Counts = defaultdict(Counter)
        self.failed: Counts = defaultdict(Counter)

    def __enter__(self) -> Customers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()

    def _send(self) -> None:
        deadline = time.monotonic() + 180
        with ThreadPoolExecutor(4) as pool:
            while not self._ended.is_set() and time.monotonic() < deadline:
                before = weight(self._client, self._name)
                answers = list(pool.map(self._invoke, [before] * 12))
                # Requests during which the weight changed say nothing about either weight.
                if weight(self._client, self._name) == before:
                    for answer in answers:
                        counts = self.failed if "FunctionError" in answer else self.answered
                        counts[before][answer["ExecutedVersion"]] += 1

    def _invoke(self, share: float) -> Any:
        event = {"name": "Ada", "numbers": [1], "load": round(100 * share) if self._tell_load else 0}
        payload = json.dumps(event).encode()
        return self._client.invoke(FunctionName=self._name, Qualifier="live", Payload=payload)


def ready(project: Shell, rollout: str, speed: int) -> None:
    """The project deployed and released once, shifting all at once; then with the given rollout."""
    project.edit("Pulumi.yaml", "Linear20PercentEvery1Minute", "AllAtOnce")
    project.commit("At once")
    project.greenshift("twin", "start", "--speed", str(speed))
    project.greenshift("up")
    project.greenshift("release")
    project.edit("Pulumi.yaml", "AllAtOnce", rollout)
    project.greenshift("up")


def test_during_a_shift_both_versions_serve_in_proportion_to_the_weight(project: Shell) -> None:
    ready(project, "Linear30PercentEvery2Minutes", speed=20)
    project.edit("functions/hello/index.mjs", "hello, ", "good day, ")
    project.edit("functions/hello/test/hello.test.mjs", "hello, ", "good day, ")
    project.edit("functions/worker/handler.py", "sum(numbers)", "sum(list(numbers))")
    project.commit("Better")
    client = project.client("lambda")

    with Customers(client, "my-app-local-hello") as node, Customers(client, "my-app-local-worker") as python:
        project.greenshift("release")

    for customers in (node, python):
        assert not any(customers.failed.values())
        shares = {share for share in customers.answered if 0 < share < 1}
        assert shares == {0.3, 0.6, 0.9}
        for share in shares:
            counts = customers.answered[share]
            total = counts.total()
            assert total >= 100, "too few requests to judge by"
            low, high = bounds(total, share)
            assert low <= counts["3"] <= high, f"{counts} at {share}"
            assert set(counts) == {"2", "3"}


@pytest.mark.parametrize("function", ["hello", "worker"])
def test_a_version_that_fails_only_from_30_percent_on_is_rolled_back(project: Shell, function: str) -> None:
    ready(project, "Linear10PercentEvery1Minute", speed=60)
    inbox = subscribe(project)
    break_from_30_percent(project, function)
    commit = project.commit("Fails under load")
    client = project.client("lambda")
    name = f"my-app-local-{function}"

    with Customers(client, name, tell_load=True) as customers:
        execution = project.greenshift("release", "--no-follow").out.strip()
        following = project.start("release", "--follow", execution[:8], "--json")
        ended = project.greenshift("release", "--json", ok=False)
        streamed = finished(following)

    assert ended.code == streamed.code == 1
    assert ended.json["execution"] == execution
    assert {share for share, counts in customers.failed.items() if counts} >= {0.3}
    assert not customers.failed[0.1] and not customers.failed[0.2], "it worked until 30 %"
    alias = client.get_alias(FunctionName=name, Name="live")
    assert alias["FunctionVersion"] == "2"
    assert not alias.get("RoutingConfig", {}).get("AdditionalVersionWeights")

    pipeline = project.client("codepipeline")
    found = pipeline.get_pipeline_execution(pipelineName="my-app-local", pipelineExecutionId=execution)
    assert found["pipelineExecution"]["status"] == "Failed"
    shift = next(stage for stage in ended.json["stages"] if stage["name"] == "Shift")
    assert f"{name}-errors" in shift["actions"][0]["error"]

    release = project.greenshift("history", "--json").json[0]
    assert (release["status"], release["commit"]) == ("ROLLED_BACK", commit)
    assert release["alarm"] == f"{name}-errors"
    assert "Threshold Crossed" in release["reason"]
    streams_what_the_ledger_has(streamed.json_lines, release)

    [message] = messages(project, inbox)
    assert "rolled back" in message["Subject"].lower()
    assert function in message["Message"]


def streams_what_the_ledger_has(events: list[dict[str, Any]], release: dict[str, Any]) -> None:
    """Event by event, whenever whoever followed looked; the end is the last one and has everything."""
    assert {event["execution"] for event in events} == {release["id"]}
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    entered = [(event["status"], event["cause"]) for event in events if event["event"] == "release"]
    noted = [(each["status"], each["cause"]) for each in release["transitions"]]
    assert entered == noted[: len(entered)], "more may be noted after the end"
    assert entered[-1][0] == "ROLLED_BACK"
    assert [event["event"] for event in events].count("end") == 1
    assert (events[-1]["event"], events[-1]["status"]) == ("end", "Failed")
    assert events[-1]["progress"]["release"]["status"] == "ROLLED_BACK"


def break_from_30_percent(project: Shell, function: str) -> None:
    if function == "hello":
        project.edit(
            "functions/hello/index.mjs",
            "async (event) => (",
            'async (event) => event.load >= 30 ? Promise.reject(new Error("overload")) : (',
        )
    else:
        project.edit(
            "functions/worker/handler.py",
            "def handler(event, context):\n",
            "def handler(event, context):\n    assert event.get('load', 0) < 30, 'overload'\n",
        )


def subscribe(project: Shell) -> str:
    """A queue that gets what the release topic publishes."""
    sqs, sns = project.client("sqs"), project.client("sns")
    queue = str(sqs.create_queue(QueueName="inbox")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = next(t["TopicArn"] for t in sns.list_topics()["Topics"] if t["TopicArn"].endswith("-releases"))
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue


def messages(project: Shell, queue: str) -> list[dict[str, Any]]:
    """The messages published, waited for: the recorder hears of the end a moment after the pipeline."""
    sqs = project.client("sqs")
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + 20
    while not found and time.monotonic() < deadline:
        received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"]) for message in received.get("Messages", [])]
    return found
