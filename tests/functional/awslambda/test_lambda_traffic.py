"""Weighted aliases with real functions, and what is measured of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from math import comb
from typing import Any

import pytest

from greenshift.twin.alarms.metrics import Window, metric_key

REQUESTS = 400
WEIGHT = 0.1

PYTHON = """
def handler(event, context):
    if {fails}:
        raise RuntimeError("bad version")
    return context.function_version
"""
NODE = """
exports.handler = async (event, context) => {{
  if ({fails}) throw new Error("bad version")
  return context.functionVersion
}}
"""


def bounds(tries: int, chance: float, confidence: float) -> tuple[int, int]:
    """The narrowest counts between which a binomial variable falls with at least this confidence."""
    tail = (1 - confidence) / 2
    cumulative, low, high = 0.0, 0, tries
    for count in range(tries + 1):
        cumulative += comb(tries, count) * chance**count * (1 - chance) ** (tries - count)
        if cumulative <= tail:
            low = count + 1
        if cumulative >= 1 - tail:
            high = count
            break
    return low, high


def weighted(bench: Any, runtime: str) -> str:
    """A function whose alias ``live`` sends a tenth to version 2."""
    if runtime == "python":
        name = bench.python(PYTHON.format(fails="False"), Publish=True)
        second = bench.zipped({"app.py": PYTHON.format(fails="True")})
    else:
        name = bench.node(NODE.format(fails="false"), Publish=True)
        second = bench.zipped({"index.js": NODE.format(fails="true")})
    bench.client.update_function_code(FunctionName=name, ZipFile=second, Publish=True)
    bench.client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": WEIGHT}},
    )
    return str(name)


def test_the_bounds_of_a_binomial_are_exact() -> None:
    assert bounds(10, 0.5, 0.95) == (2, 8)
    assert bounds(400, 0.1, 0.999) == (22, 61)


@pytest.mark.parametrize("runtime", ["python", "nodejs"])
def test_the_split_of_an_alias_matches_its_weight(bench: Any, runtime: str) -> None:
    name = weighted(bench, runtime)
    # Seeded: the number of picks depends on the draws alone, so this test has no bad days.
    bench.service.random.seed(11)

    def one(_: int) -> tuple[str, bool]:
        response = bench.client.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
        body = response["Payload"].read()
        version = response["ExecutedVersion"]
        failed = "FunctionError" in response
        assert failed or body == f'"{version}"'.encode()
        return version, failed

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(one, range(REQUESTS)))
    low, high = bounds(REQUESTS, WEIGHT, 0.999)

    assert set(answers) == {("1", False), ("2", True)}
    assert low <= answers["2", True] <= high
    assert recorded(bench, name, "1") == (answers["1", False], 0)
    assert recorded(bench, name, "2") == (answers["2", True], answers["2", True])


def recorded(bench: Any, name: str, version: str) -> tuple[float, float]:
    """Invocations and errors of one version behind the alias, from the twin's metric store."""
    dimensions = {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": version}
    world = bench.twin.twin.world
    window = Window(world.clock.time() - 3600, world.clock.time() + 60, 60)
    keys = [metric_key("AWS/Lambda", metric, dimensions) for metric in ("Invocations", "Errors")]
    sums = [sum(value for _, value in world.metrics.points(key, window, "Sum")) for key in keys]
    return sums[0], sums[1]


def test_the_choice_of_the_version_is_made_anew_for_each_invocation(bench: Any) -> None:
    name = weighted(bench, "python")
    bench.client.update_alias(
        FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    seen = {
        bench.client.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")["ExecutedVersion"]
        for _ in range(40)
    }

    assert seen == {"1", "2"}


def test_an_unqualified_invocation_says_latest(bench: Any) -> None:
    name = weighted(bench, "python")
    response = bench.client.invoke(FunctionName=name, Payload=b"{}")

    assert response["ExecutedVersion"] == "$LATEST"
    assert bench.call(name, Qualifier="1") == ("1", None)
