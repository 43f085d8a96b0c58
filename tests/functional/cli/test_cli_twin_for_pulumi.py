"""A twin for whoever comes with the Pulumi CLI: in any folder, with the provider beside it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc
from support.people.shell import Shell

from greenshift.engine.plugin import process as provider
from greenshift.engine.plugin.process import Wanted
from greenshift.twin.machine import process

_SECONDS = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A twin in a folder that is no project at all."""
    shell = Shell(tmp_path_factory.mktemp("nothing"))
    shell.greenshift("twin", "start")
    yield shell
    process.stop(shell.home)


def exported(text: str) -> dict[str, str]:
    lines = [line.removeprefix("export ") for line in text.splitlines() if line.startswith("export ")]
    return dict(line.split("=", 1) for line in lines)


def version_on(port: int) -> str:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        answer = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=20)
        return str(answer.version)


def test_a_twin_starts_where_there_is_no_project_and_below_it(folder: Shell) -> None:
    below = folder.directory / "deep" / "down"
    below.mkdir(parents=True)

    assert "the twin answers on" in Shell(below).greenshift("twin", "status").out
    assert (folder.home / ".gitignore").read_text() == "*\n"


def test_a_twin_starts_in_a_pulumi_project_of_anybody_and_takes_its_provider_along(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: theirs\nruntime: yaml\nresources: {}\n")
    shell = Shell(tmp_path)
    try:
        assert "the twin answers on" in shell.greenshift("twin", "start").out
        shell.greenshift("twin", "env", "--pulumi")
        assert "the provider for the Pulumi CLI" in shell.greenshift("twin", "status").out
        shell.greenshift("twin", "stop")
        assert not provider.handle_file(shell.home).exists()
    finally:
        process.stop(shell.home)


def test_the_environment_for_pulumi_names_a_provider_that_answers(folder: Shell) -> None:
    told = exported(folder.greenshift("twin", "env", "--pulumi").out)

    attached = told["PULUMI_DEBUG_PROVIDERS"]
    assert attached.startswith("aws:")
    assert version_on(int(attached.removeprefix("aws:"))).startswith("7.")
    assert told["AWS_ENDPOINT_URL"] == process.require(folder.home).endpoint
    assert told["AWS_REGION"] == "us-east-1"
    assert told["PULUMI_BACKEND_URL"] == f"file://{folder.home / 'pulumi'}"
    assert (folder.home / "pulumi").is_dir()
    assert Path(told["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text()


def test_the_environment_keeps_the_backend_and_passphrase_that_a_person_has(
    folder: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///somewhere")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")

    told = exported(folder.greenshift("twin", "env", "--pulumi").out)

    assert not {"PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(told)


def test_without_the_option_no_provider_is_told_of(folder: Shell) -> None:
    assert not [key for key in exported(folder.greenshift("twin", "env").out) if key.startswith("PULUMI")]


def test_shells_that_ask_at_once_get_one_provider_and_status_tells_it(folder: Shell) -> None:
    twin = process.require(folder.home)
    wanted = Wanted(twin.endpoint, twin.region, twin.instance, folder.directory)

    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(lambda _: provider.ensure(folder.home, wanted), range(3)))

    assert len(found) == 1
    port = found.pop().port
    assert folder.greenshift("twin", "status", "--json").json["provider_port"] == port


def test_a_repository_is_registered_by_name(folder: Shell, tmp_path: Path) -> None:
    source = Shell(tmp_path)
    source.git("init", "-q", "-b", "main")

    folder.greenshift("twin", "repository", "acme/shop", str(tmp_path))

    assert process.health(process.require(folder.home))["repositories"]["acme/shop"] == str(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"), [("shop", "names no repository"), ("acme/shop", "is not a git repository")]
)
def test_what_is_no_repository_is_refused(folder: Shell, tmp_path: Path, name: str, said: str) -> None:
    ended = folder.greenshift("twin", "repository", name, str(tmp_path), ok=False)

    assert ended.code == 2
    assert said in ended.err


def test_the_provider_ends_when_what_it_serves_is_gone(tmp_path: Path) -> None:
    """However a twin ends, its connections close; a socket that listens is enough of a twin here."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        provider.ensure(tmp_path, Wanted(endpoint, "us-east-1", "one", tmp_path))
        connection, _ = listening.accept()
        assert provider.find(tmp_path, "one") is not None
        assert provider.find(tmp_path, "another twin's") is None
    connection.close()

    assert eventually(lambda: provider.find(tmp_path, "one") is None)


def test_the_provider_stays_when_the_twin_closes_an_idle_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(_SECONDS)
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        handle = provider.ensure(tmp_path, Wanted(endpoint, "us-east-1", "one", tmp_path))
        for _ in range(2):
            connection, _ = listening.accept()
            connection.close()
        connection, _ = listening.accept()
        assert provider.find(tmp_path, "one") == handle
        assert version_on(handle.port)
    connection.close()

    assert eventually(lambda: provider.find(tmp_path, "one") is None)


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
