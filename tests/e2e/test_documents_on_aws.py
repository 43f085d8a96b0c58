"""What pages say can be done on AWS is done, typed line by line in a terminal, by a reader with an account.

The account is a twin, and the real Pulumi CLI deploys to it: see ``account``. What nobody can try without an
account of AWS's stands in docs/aws.md.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from support.people.account import Reader
from support.people.documents import ROOT, typed_blocks
from support.people.typed import Typed, type_line

from greenshift.engine.plugin.server import Place, serving
from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.machine import process
from greenshift.view import ReleaseView, ledger

REGION = "eu-central-1"  # the pages'
ANSWERS = {"[y/N]": "y", "value: ": "hush", "Do you want to perform this update?": "yes"}
# Lines that never end by themselves, and what they print before a reader presses Ctrl-C.
ENDLESS = {"--watch": "succeeded", "greenshift dashboard": "Ctrl-C ends"}
CTRL_C = 130


@dataclass
class Project:
    """A project of the reader's. ``stands_for``: what pages write in place of what only a reader knows."""

    reader: Reader
    directory: Path
    stands_for: dict[str, str] = field(default_factory=dict)

    def read(
        self,
        page: str,
        block: int,
        *,
        codes: Mapping[str, int] | None = None,
        before: Mapping[str, Callable[[], object]] | None = None,
    ) -> dict[str, Typed]:
        """Type the lines of a page's block. Each ends with 0, or with what ``codes`` says of it."""
        typed = {}
        for line in typed_blocks(ROOT / page)[block]:
            command = line.partition("  #")[0].strip()
            (before or {}).get(command, lambda: None)()
            typed[command] = self.type(line)
            told = f"{line} ended {typed[command].code}\n{typed[command].text}"
            assert typed[command].code == (codes or {}).get(command, 0), told
            assert "Traceback" not in typed[command].text, told
        return typed

    def type(self, line: str) -> Typed:
        for written, meant in self.stands_for.items():
            line = line.replace(written, meant)
        until = next((shown for part, shown in ENDLESS.items() if part in line), None)
        return type_line(line, self.directory, self.reader.environment, answers=ANSWERS, until=until)

    def greenshift(self, *arguments: str) -> str:
        return self.reader.run(self.directory, "greenshift", *arguments)

    def change(self, text: str) -> None:
        """Commit a change of one function."""
        with (self.directory / "functions/page/page.py").open("a") as file:
            file.write(f"\n# {text}\n")
        self.reader.run(self.directory, "git", "commit", "--all", "--quiet", "--message", text)

    def shift_slowly(self) -> None:
        """Nine hours: at this speed a minute, time enough to stop it, however busy the machine."""
        settings = self.directory / "Pulumi.yaml"
        settings.write_text(settings.read_text().replace("Every1Minute", "Every60Minutes"))
        self.greenshift("up", "--stack", "prod")

    def releases(self) -> list[ReleaseView]:
        """The ledger, newest first."""
        pipeline = f"{self.directory.name}-prod"
        client = self.reader.twin.client("dynamodb")
        return list(ledger.releases(client, f"{pipeline}-ledger", pipeline, 20))

    def newest(self, status: str, message: str, seconds: float = 120) -> ReleaseView:
        """The release of the commit with this message, once it has this status."""
        deadline = time.monotonic() + seconds
        while not (found := [r for r in self.releases() if (r.status, r.message) == (status, message)]):
            assert time.monotonic() < deadline, self.releases()
            time.sleep(0.1)
        return found[0]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with start_twin(speed=600, region=REGION) as twin:
        twin.request("PUT", "/_twin/handshakes", {"handshake": "manual"})
        home = tmp_path_factory.mktemp("home")
        with serving(Place(twin.endpoint, REGION, home, stand_ins=False)) as port:
            yield Reader(home, twin, port)
        for left in home.rglob(".greenshift"):
            process.stop(left)


def local_project(reader: Reader, name: str) -> Project:
    """A new project that is nowhere but on the reader's machine."""
    reader.run(reader.home, "greenshift", "new", name)
    # "--local" is below the home of the machine's user, whatever HOME says.
    states = {"pulumi login --local": f"pulumi login {reader.environment['PULUMI_BACKEND_URL']}"}
    return Project(reader, reader.home / name, states)


def new_project(reader: Reader, name: str) -> Project:
    project = local_project(reader, name)
    settings = yaml.safe_load((project.directory / "Pulumi.yaml").read_text())
    reader.publish(project.directory, settings["config"]["greenshift:source"]["value"]["repository"])
    return project


def shake_hands(twin: RunningTwin) -> None:
    """What a person does in AWS's console."""
    for connection in twin.client("codeconnections").list_connections()["Connections"]:
        twin.request("POST", "/_twin/handshakes", {"connection": connection["ConnectionArn"]})


@pytest.fixture(scope="module")
def shop(reader: Reader) -> Project:
    """The tutorial's project, as its last section leaves it: deployed, shaken hands, released by a push."""
    project = local_project(reader, "shop")
    reader.make_empty("YOU/shop")
    project.read("docs/tutorial.md", 0)

    before = project.read("docs/tutorial.md", 1, codes={"greenshift doctor --stack prod": 1})
    assert "97 to create" in before["greenshift preview --stack prod"].text
    assert "97 created" in before["greenshift up --stack prod"].text
    assert "Update pending connection" in before["greenshift doctor --stack prod"].text
    assert "greenshift history --stack prod" in before["greenshift doctor --stack prod"].text

    shake_hands(reader.twin)
    after = project.read("docs/tutorial.md", 2, codes={"greenshift status --stack prod --watch": CTRL_C})
    assert "The stack prod" in after["greenshift status --stack prod --watch"].text
    return project


def test_the_first_time(reader: Reader) -> None:
    """docs/aws.md: the first time, every day, and the secrets, last as they replace a whole key."""
    project = new_project(reader, "payments")

    first = project.read("docs/aws.md", 1, codes={"greenshift doctor --stack prod": 1})
    assert "Update pending connection" in first["greenshift doctor --stack prod"].text

    shake_hands(reader.twin)
    project.change("after the handshake")
    project.type("git push")
    project.newest("SUCCEEDED", "after the handshake")
    daily = project.read("docs/aws.md", 0)
    assert "97 unchanged" in daily["greenshift up --stack prod"].text
    assert "97 deleted" in daily["greenshift destroy --stack prod"].text
    assert not [name for found in reader.twin.resources().values() for name in found if "payments" in name]

    project.read("docs/aws.md", 3)
    for policy in ("foundation", "delivery"):
        assert "-prod-*" in (project.directory / f"{policy}.json").read_text()
    project.read("docs/aws.md", 2)
    stack = yaml.safe_load((project.directory / "Pulumi.prod.yaml").read_text())["config"]
    assert set(stack["greenshift:githubToken"]) == {"secure"}
    assert set(stack["greenshift:functions"]["charge"]["environment"]["API_KEY"]) == {"secure"}
    assert "hush" not in str(stack)


def test_settings_and_guardrails_with_pulumi_itself(shop: Project) -> None:
    shop.read("docs/settings.md", 0)
    assert "secure:" in (shop.directory / "Pulumi.prod.yaml").read_text()
    shop.read("docs/guardrails.md", 0)


def test_away_from_a_token(shop: Project) -> None:
    """The token is taken away last, when a connection has delivered."""
    shop.type("pulumi config set --secret greenshift:githubToken --stack prod")

    shop.read("docs/how-to/from-oauth.md", 0)
    doctor = shop.read("docs/how-to/from-oauth.md", 1)
    shop.read("docs/how-to/from-oauth.md", 2)

    assert "is healthy" in doctor["greenshift doctor --stack prod"].text
    assert "githubToken" not in (shop.directory / "Pulumi.prod.yaml").read_text()


def test_something_is_on_fire(shop: Project) -> None:
    page = "docs/how-to/emergency.md"
    monday = shop.newest("SUCCEEDED", "The stack prod")
    for change in ("tuesday", "wednesday"):
        shop.change(change)
        shop.type("git push")
        shop.newest("SUCCEEDED", change)

    shop.read(page, 0)
    assert (shop.releases()[0].mode, shop.releases()[0].why) == ("rollback", "refunds fail since 12:40")

    shop.stands_for["3f2a91c0"] = monday.short_id
    shop.read(page, 1)
    assert (shop.releases()[0].mode, shop.releases()[0].why) == ("rollback", "back to Monday's")

    shop.change("the fix")
    shop.read(page, 2)
    now = shop.releases()[0]
    assert (now.mode, now.message, now.why) == ("now", "the fix", "refunds fail since 12:40")
    assert now.status in ("SUCCEEDED", "UNCHANGED")  # the push may have been quicker, on a clock this fast
    shop.newest("SUCCEEDED", "the fix")

    shop.shift_slowly()
    shop.change("regretted")
    shop.type("git push")
    shop.newest("SHIFTING", "regretted")
    stopped = shop.read(page, 3)['greenshift abort --stack prod --why "wrong branch"'].text
    assert "stopped and went back" in stopped
    shop.newest("ROLLED_BACK", "regretted")
    shop.read(page, 4, codes={"greenshift doctor --stack prod": 1})


def test_repair(shop: Project) -> None:
    """docs/repair.md: on the twin, and on AWS, where an alias was left split."""
    shop.greenshift("up")
    shop.greenshift("release")
    client = shop.reader.twin.client("lambda")
    client.update_alias(
        FunctionName="shop-prod-page", Name="live", RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}}
    )

    typed = shop.read("docs/repair.md", 0)

    assert "alias-split" in typed["greenshift repair --stack prod"].text
    assert not client.get_alias(FunctionName="shop-prod-page", Name="live").get("RoutingConfig")


def test_the_page(shop: Project) -> None:
    for typed in shop.read("docs/dashboard.md", 0).values():
        assert re.search(r"http://127\.0\.0\.1:\d+/\?token=", typed.text)
