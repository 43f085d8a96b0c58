"""What npm truly writes when it fails, and what of it a person is told: the cause, no name of a log file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from greenshift.twin import nodesdk
from greenshift.twin.nodesdk import more
from greenshift.twin.nodesdk.npm_words import cause, way_out
from greenshift.view.builds import failing_part

NOBODY = "http://127.0.0.1:9"


LEFT_PAD = {
    "name": "left-pad",
    "dist-tags": {"latest": "1.3.0"},
    "versions": {"1.3.0": {"name": "left-pad", "version": "1.3.0", "dist": {"tarball": f"{NOBODY}/it.tgz"}}},
}


class Registry(BaseHTTPRequestHandler):
    """One that has no package below /empty, and the description of one below /one."""

    def do_GET(self) -> None:
        found = LEFT_PAD if self.path.startswith("/one/") else {}
        body = json.dumps(found).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written of it."""


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def said(registry: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """npm's stderr by what is wrong."""
    wanted = {"name": "charge", "version": "1.0.0", "dependencies": {"left-pad": "1.3.0"}}
    locked = {"name": "charge", "lockfileVersion": 3, "packages": {"": {"name": "charge"}}}

    def npm(*command: str, asked: str = NOBODY, lock: bool = False) -> str:
        folder = tmp_path_factory.mktemp("npm")
        (folder / "package.json").write_text(json.dumps(wanted))
        if lock:
            (folder / "package-lock.json").write_text(json.dumps(locked))
        environment = nodesdk.npm_environment(folder) | {
            "npm_config_registry": asked,
            "npm_config_fetch_retries": "0",
        }
        done = subprocess.run(
            [*nodesdk.npm_program(), *command], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode != 0
        return done.stderr

    return {
        "the lock does not match": npm("ci", asked=f"{registry}/one/", lock=True),
        "there is no lock": npm("ci"),
        "there is no such package": npm("install", asked=f"{registry}/empty/"),
        "nobody answers": npm("install"),
        "there is no such script": npm("run", "nothing"),
    }


CAUSES = {
    "the lock does not match": "Missing: left-pad@1.3.0 from lock file",
    "there is no lock": "command can only install with an existing package-lock.json",
    "there is no such package": "404 Not Found - GET",
    "nobody answers": "ECONNREFUSED 127.0.0.1:9",
    "there is no such script": 'Missing script: "nothing"',
}


@pytest.mark.parametrize("wrong", CAUSES)
def test_of_a_build_that_npm_ended_the_cause_is_shown(wrong: str, said: dict[str, str]) -> None:
    lines = ["[charge] npm ci", *said[wrong].splitlines(), "Build failed: [charge] npm ci: exit status 1"]
    part = failing_part(lines)

    assert any(CAUSES[wrong] in line for line in part), part
    assert len(part) < 20
    for added in ("complete log", "Usage:", "--no-fund", "    at "):
        assert not [line for line in part if added in line]
    assert part[0] == lines[0] and part[-1] == lines[-1]


@pytest.mark.parametrize("wrong", sorted(CAUSES.keys() - {"the lock does not match"}))
def test_an_sdk_that_npm_did_not_bring_says_why_in_one_line(wrong: str, said: dict[str, str]) -> None:
    told = cause(said[wrong])

    assert CAUSES[wrong] in told
    assert "\n" not in told and "log" not in told.lower().replace("package-lock", "")


def test_a_package_that_nobody_brings_is_told_with_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", NOBODY)
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(more.NotFetched, match=r"ECONNREFUSED: .*127\.0\.0\.1:9"):
        more.fetch(tmp_path, "@aws-sdk/client-xray")


def test_what_is_no_error_of_npm_stays_as_it_is() -> None:
    assert failing_part(["Usage:", "npm notice x", "  at a.js:1:2"]) == [
        "Usage:",
        "npm notice x",
        "  at a.js:1:2",
    ]
    assert cause("killed\n\n") == "killed"
    assert cause("") == "no message"


def lost(tmp_path: Path, *attempts: str) -> str:
    """What npm 10 writes where requests failed after all it waited for was done: the cause is in its log."""
    log = tmp_path / "2026-11-30T06_29_25_285Z-debug-0.log"
    log.write_text("".join(f"133 http fetch GET {each}\n" for each in attempts) + "138 verbose npm v10.9.3\n")
    return (
        "npm error Exit handler never called!\n"
        "npm error This is an error with npm itself. Please report this error at:\n"
        f"npm error A complete log of this run can be found in: {log}\n"
    )


def test_the_cause_that_npm_lost_is_read_from_its_log(tmp_path: Path) -> None:
    failed = lost(tmp_path, f"{NOBODY}/base64-js attempt 3 failed with SELF_SIGNED_CERT_IN_CHAIN")

    assert cause(failed) == f"SELF_SIGNED_CERT_IN_CHAIN: GET {NOBODY}/base64-js"
    assert "cafile" in way_out(failed)
    assert cause(lost(tmp_path)) == "Exit handler never called!"
    assert f"npm's log: {tmp_path}" in way_out(lost(tmp_path))


def test_a_certificate_that_is_not_trusted_has_a_way_out_of_its_own() -> None:
    untrusted = "npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error errno UNABLE_TO_VERIFY\n"

    assert cause("npm error code CERT_HAS_EXPIRED\nnpm error certificate has expired\n") == (
        "CERT_HAS_EXPIRED: certificate has expired"
    )
    assert "NODE_EXTRA_CA_CERTS" in way_out(untrusted)
    assert "network" in way_out("npm error code ECONNREFUSED\nnpm error connect\n")
