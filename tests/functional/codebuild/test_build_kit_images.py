"""Container images in a build. Docker and the AWS CLI are programs of the machine: both are stood in for."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from support.stacks.build_kit import Kit

REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/payments-prod-web"
WEB = {"packageType": "Image", "directory": "web", "architecture": "arm64", "repository": REPOSITORY}
FILES = {"web/Dockerfile": "FROM scratch\nCOPY . .\n", "web/app.py": "print('web')\n"}
# Both keep what they were told, and a registry that is a folder: a file for each tag, with a digest in it.
PROGRAM = """\
#!{python}
import hashlib, json, os, sys
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
name, words = os.path.basename(__file__), sys.argv[1:]
said = "" if sys.stdin is None else sys.stdin.read()
attested = os.environ.get("BUILDX_NO_DEFAULT_ATTESTATIONS")
told = {{"program": name, "words": words, "said": said, "attested": attested}}
with open(root + "/told.jsonl", "a") as log:
    log.write(json.dumps(told) + "\\n")
if os.path.exists(root + "/fails") and open(root + "/fails").read() == " ".join([name, words[0]]):
    sys.exit("the daemon is not running")
if words[:2] == ["ecr", "get-login-password"]:
    print("a-token")
if words[0] == "push":
    path = root + "/registry/" + words[1].rpartition(":")[2]
    open(path, "w").write("sha256:" + hashlib.sha256(os.urandom(8)).hexdigest())
if words[:2] == ["ecr", "describe-images"]:
    path = root + "/registry/" + words[words.index("--image-ids") + 1].partition("=")[2]
    if not os.path.exists(path):
        sys.exit("An error occurred (ImageNotFoundException) when calling the DescribeImages operation: no")
    print(open(path).read())
"""


class Machine:
    """A build's machine with both programs on its PATH."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("bin", "registry", "source"):
            (root / folder).mkdir()
        for name in ("docker", "aws"):
            path = root / "bin" / name
            path.write_text(PROGRAM.format(python=sys.executable))
            path.chmod(0o755)
        self.kit = Kit(root, root / "bin")
        self.kit.write(FILES)

    def told(self) -> list[dict[str, Any]]:
        """What was run since the last look."""
        path = self.root / "told.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def ran(self) -> list[str]:
        return [" ".join([each["program"], *each["words"][:2]]) for each in self.told()]

    def digest(self) -> str:
        """Of the one image in the registry."""
        (path,) = (self.root / "registry").iterdir()
        return path.read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_image_is_built_for_its_processor_pushed_and_named_by_its_digest(machine: Machine) -> None:
    release = machine.kit.built(web=WEB)
    told = machine.told()

    named = f"{REPOSITORY}@{machine.digest()}"
    assert release["web"] == {"function": "web", "packageType": "Image", "imageUri": named}
    (build,) = (each for each in told if each["words"][0] == "build")
    assert build["words"][:4] == ["build", "--platform", "linux/arm64", "--tag"]
    assert build["words"][4].startswith(f"{REPOSITORY}:sources-") and build["words"][5] == "."
    assert build["attested"] == "1"
    (login,) = (each for each in told if each["words"][0] == "login")
    assert login["words"][-1] == REPOSITORY.partition("/")[0] and login["said"].strip() == "a-token"


def test_the_same_sources_keep_their_image_and_others_get_another(machine: Machine) -> None:
    first = machine.kit.built(web=WEB)["web"]["imageUri"]
    machine.told()

    machine.kit.write({"README.md": "Outside of the function.\n"})
    assert machine.kit.built(web=WEB)["web"]["imageUri"] == first
    assert machine.ran() == [
        "aws ecr get-login-password",
        "docker login --username",
        "aws ecr describe-images",
    ]

    machine.kit.write({"web/app.py": "print('other')\n"})
    second = machine.kit.built(web=WEB)["web"]["imageUri"]
    assert second != first
    (machine.kit.source / "web/app.py").chmod(0o755)  # rights are copied as well
    assert machine.kit.built(web=WEB)["web"]["imageUri"] not in (first, second)
    x86 = {**WEB, "architecture": "x86_64"}
    assert len({machine.kit.built(web=each)["web"]["imageUri"] for each in (WEB, x86)}) == 2


def test_build_and_test_commands_run_first_and_what_they_write_makes_no_other_image(machine: Machine) -> None:
    commands = {"build": "date +%s%N > made.txt", "test": "test -f made.txt"}

    first = machine.kit.built(web={**WEB, **commands})["web"]["imageUri"]
    (machine.kit.source / "web/made.txt").unlink()
    assert machine.kit.built(web={**WEB, **commands})["web"]["imageUri"] == first

    done = machine.kit.run(web={**WEB, "test": "false"})
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("Build failed: [web] false: exit status 1; run it here")


@pytest.mark.parametrize(
    ("fails", "says"),
    [
        ("docker build", "docker build --platform linux/arm64"),
        ("docker push", "docker push 1234"),
        ("docker login", "docker login 123456789012.dkr.ecr.eu-central-1.amazonaws.com: the daemon is not"),
        ("aws ecr", "aws ecr get-login-password: the daemon is not running"),
    ],
)
def test_what_fails_is_the_last_line_with_its_words(machine: Machine, fails: str, says: str) -> None:
    (machine.root / "fails").write_text(fails)

    done = machine.kit.run(web=WEB)

    assert done.returncode == 1
    assert f"Build failed: [web] {says}" in done.stdout.splitlines()[-1], done.stdout
    assert not list((machine.root / "registry").iterdir())


def test_without_a_repository_it_is_built_and_stays_here(machine: Machine) -> None:
    done = machine.kit.run(web={**WEB, "repository": None})

    assert done.returncode == 0, done.stdout
    assert machine.ran() == ["docker build --platform"]
    assert "is in this machine's Docker; nothing was pushed" in done.stdout


def test_zips_and_images_are_built_in_one_build(machine: Machine) -> None:
    machine.kit.write({"charge/app.py": "def handler(event, context): ...\n"})
    charge = {"directory": "charge", "runtime": "python3.13", "handler": "app.handler"}

    release = machine.kit.built(web=WEB, charge=charge)

    assert sorted(release) == ["charge", "web"]
    content = (machine.kit.source / ".greenshift-build" / release["charge"]["package"]).read_bytes()
    assert release["charge"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_machine_without_docker_is_told(machine: Machine) -> None:
    (machine.root / "bin/docker").unlink()
    (machine.root / "bin/aws").unlink()

    done = machine.kit.run(web=WEB, PATH="/usr/bin:/bin")

    assert done.returncode == 1
    assert "not found on this build's PATH, and an image takes it" in done.stdout.splitlines()[-1]
