"""Repositories as people have them, each released, broken and rolled back on a twin; no registry is asked."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from support.repositories.offline import EIGHT, HAS_JDK, HAS_RUBY, OFFLINE
from support.repositories.shape import Shape
from support.repositories.shipped import Shipped

from greenshift.testing import start_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine.cache import default_cache

EACH = pytest.mark.parametrize("shape", OFFLINE, ids=lambda shape: next(iter(shape.functions)))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    nodesdk.install(default_cache(), print)
    with start_twin(speed=120, cache=default_cache()) as twin:
        yield Shipped(twin, tmp_path_factory.mktemp("shapes"), OFFLINE)


@EACH
def test_a_repository_is_shipped_as_it_is(shipped: Shipped, shape: Shape) -> None:
    for key, names in shape.packages.items():
        assert sorted(shipped.package(key).namelist()) == sorted(names), key
    for key in shape.functions:
        assert shipped.call(key) == {"said": "one", **shape.answers.get(key, {})}


@pytest.mark.skipif(not HAS_JDK, reason="there is no JDK on this machine: java, javac and jar")
def test_functions_in_java_are_built_by_the_builds_jdk_and_are_among_these(shipped: Shipped) -> None:
    log = shipped.log()

    assert any(line.startswith("[java-classes] javac -d . src/example/*.java") for line in log), log
    assert {"java-classes", "java-jar"} <= set(shipped.keys)


@pytest.mark.skipif(not HAS_RUBY, reason="there is no Ruby on this machine")
def test_a_function_in_ruby_is_told_by_its_files_tested_and_among_these(shipped: Shipped) -> None:
    assert any(line.startswith("[ruby] ruby test/test_words.rb") for line in shipped.log())
    configuration = shipped.twin.client("lambda").get_function_configuration(
        FunctionName=shipped.name("ruby")
    )
    assert (configuration["Runtime"], configuration["Handler"]) == ("ruby3.4", "handler.handler")


def test_functions_of_one_directory_have_one_package_which_is_made_once(shipped: Shipped) -> None:
    lambda_ = shipped.twin.client("lambda")
    found = [
        lambda_.get_function(FunctionName=shipped.name(key), Qualifier="live")["Configuration"]
        for key in EIGHT
    ]

    assert len({each["CodeSha256"] for each in found}) == 1
    assert sum("same package as" in line for line in shipped.log()) == len(EIGHT) - 1


def test_tests_beside_a_function_and_inside_it_are_run(shipped: Shipped) -> None:
    log = shipped.log()

    for key in ("tests-beside", "tests-inside"):
        assert any(line.startswith(f"[{key}] python3 -m unittest discover") for line in log), log
    assert sum(line.startswith("Ran 1 test") for line in log) == 2


def kept(shipped: Shipped, id_: str) -> str:
    """What was said by the version that took it, once one has."""
    dynamo = shipped.twin.client("dynamodb")
    limit = time.monotonic() + 120
    while "Item" not in (found := dynamo.get_item(TableName="kept", Key={"id": {"S": id_}})):
        assert time.monotonic() < limit, f"{id_} never came"
        time.sleep(0.05)
    return str(found["Item"]["said"]["S"])


def by_address(shipped: Shipped, url: str) -> urllib.request.Request:
    """``API.execute-api.localhost`` is not resolved everywhere: its name goes along as the host."""
    host = {"Host": urlsplit(url).netloc}
    return urllib.request.Request(f"{shipped.twin.endpoint}/said", headers=host)


def fed(shipped: Shipped, name: str) -> set[str]:
    """By an object, a message and a request: what the function says to each."""
    shipped.twin.client("s3").put_object(Bucket="shapes-uploads", Key=f"{name}-object", Body=b"1")
    shipped.twin.client("sqs").send_message(QueueUrl=shipped.outputs["inbox"], MessageBody=f"{name}-message")
    with urllib.request.urlopen(by_address(shipped, shipped.outputs["fedUrl"])) as answer:
        over_http = str(json.load(answer)["said"])
    return {kept(shipped, f"{name}-object"), kept(shipped, f"{name}-message"), over_http}


def test_each_is_released_keeps_its_version_breaks_goes_back_and_is_rolled_back(shipped: Shipped) -> None:
    keys = shipped.keys
    first = shipped.versions()
    assert fed(shipped, "first") == {"one"}

    (shipped.folder / "README.md").write_text("Nothing that any function packages.\n")
    assert shipped.commit_and_release("no code") == "Succeeded", shipped.state()
    assert shipped.versions() == first

    assert shipped.release("two") == "Succeeded", shipped.state()
    second = shipped.versions()
    assert shipped.said() == dict.fromkeys(keys, "two")
    assert not {key for key in keys if first[key] == second[key]}
    assert fed(shipped, "second") == {"two"}

    assert shipped.release("broken") == "Failed", shipped.state()
    assert shipped.newest() == dict.fromkeys(keys, "broken")
    assert shipped.versions() == second
    assert shipped.said() == dict.fromkeys(keys, "two")

    shipped.roll_back(to="one")
    assert shipped.versions() == first
    assert shipped.said() == dict.fromkeys(keys, "one")
    assert fed(shipped, "third") == {"one"}

    shipped.destroy()
