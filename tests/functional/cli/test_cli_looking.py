"""One release that asks, watched through every command that looks: in a pipe and in a real terminal.

The tests of this file are one story, told in their order on one twin; each can be told alone too.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from support.measures.conforms import conforms
from support.people.shell import Ended, Shell, environment, interrupt, typed
from support.people.tmux import WIDTH, Tmux, environment_with, terminal
from support.stacks.released_before import released_before

from greenshift.twin.machine import process
from greenshift.view.schema import schema

ESCAPE = "\x1b"
TWIN = r"\(twin (?:\d\d-\d\d )?[0-9:]{8}\)"
"""A moment by the twin's clock; its day is told where the reader's is another, as about midnight."""
CLOCKS = rf"[0-9:]{{8}} {TWIN}  "
"""A moment of a line of a log: by the reader's clock, and by the twin's."""
SCHEMA = schema()
APPROVAL = '{beforeShift: true, message: "Ready to [shift]?"}'
Terminal = Callable[..., AbstractContextManager[Tmux]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A deployed project with a release that waits for an answer."""
    directory = tmp_path_factory.mktemp("looking")
    Shell(directory).greenshift("new", "my-app")
    shell = Shell(directory / "my-app")
    shell.edit(
        "Pulumi.yaml",
        "  greenshift:rollout:",
        f"  greenshift:approval:\n    value: {APPROVAL}\n  greenshift:rollout:",
    )
    with (shell.directory / "__main__.py").open("a") as program:
        program.write('\nimport pulumi_aws\n\npulumi_aws.athena.Workgroup("reports")\n')
    shell.commit("Ask first")
    try:
        shell.greenshift("twin", "start", "--speed", "30")
        shell.greenshift("up")
        names = [f"my-app-local-{key}" for key in ("hello", "page", "worker")]
        released_before(shell.client("dynamodb"), "my-app-local-ledger", names)
        yield shell
    finally:
        process.stop(shell.home)


@pytest.fixture
def released(shop: Shell) -> Shell:
    """The same project after its release: somebody let it go on, and all its traffic is shifted."""
    kinds = {each["kind"] for each in until(lambda: attention_or_end(shop))}
    if "approval" in kinds:
        shop.greenshift("approve", "--yes", "--message", "tried it")
    if "ended" not in kinds:
        until(lambda: status(shop)["release"]["status"] == "SUCCEEDED")
    return shop


@pytest.fixture
def open_terminal(shop: Shell) -> Iterator[Terminal]:
    """Opens a terminal in the project's directory; a socket's path has a short limit, so it lives in /tmp."""
    commands = Path(sys.executable).parent
    known = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "CI")}
    with tempfile.TemporaryDirectory(prefix="gs-") as folder:
        place = Path(folder) / "tmux", shop.directory, environment_with(commands, known)
        yield lambda width=WIDTH: terminal(*place, width)


def until(look: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(1)  # each look is a whole command
    return found


def status(shop: Shell) -> dict[str, Any]:
    found: dict[str, Any] = shop.greenshift("status", "--json").json
    return found


def attention_or_end(shop: Shell) -> list[dict[str, Any]]:
    """What waits for somebody; an entry of its own says that the release has ended."""
    found = status(shop)
    ended = [{"kind": "ended"}] if (found["release"] or {}).get("status") == "SUCCEEDED" else []
    return [*found["attention"], *ended]


def assert_plain(ended: Ended) -> None:
    assert ESCAPE not in ended.out + ended.err
    assert "[/" not in ended.out + ended.err, "markup nobody rendered"


def test_a_release_that_waits_needs_a_person_and_status_says_so(shop: Shell) -> None:
    waiting = until(lambda: (found := status(shop))["attention"] and found)
    shown = shop.greenshift("status")

    assert conforms(waiting, SCHEMA) == []
    assert [each["kind"] for each in waiting["attention"]] == ["approval"]
    assert_plain(shown)
    lines = shown.out.splitlines()
    assert lines[0].startswith("my-app-local  20")
    assert any(re.fullmatch(r"├─ pipeline  ▸ [0-9a-f]{8} Ask first running", line) for line in lines)
    assert "│  ├─ ▸ Approve  waits for an answer" in lines
    assert any("Ready to [shift]?" in line for line in lines)
    assert lines[-1].strip() == "└─ next: greenshift approve, or greenshift reject"
    assert shown.err.splitlines()[-2:] == [
        "1 stand-in, which is in the state alone, as the twin has no such type (`--strict` refuses them):",
        "  reports (aws:athena/workgroup:Workgroup)",
    ]


def test_without_a_terminal_an_answer_needs_yes(shop: Shell) -> None:
    refused = shop.greenshift("approve", ok=False)
    elsewhere = shop.greenshift("approve", "--stage", "Shift", "--yes", ok=False)

    assert (refused.code, refused.out) == (2, "")
    assert "add --yes" in refused.err
    assert (elsewhere.code, elsewhere.out) == (2, "")
    assert "no such question waits; these do: Approve of " in elsewhere.err


@pytest.mark.parametrize("only", [(), ("--follow",)], ids=["release", "follow"])
def test_without_a_terminal_an_approval_is_waited_for_so_long_and_told_with_exit_3(
    shop: Shell, only: tuple[str, ...]
) -> None:
    before = shop.greenshift("history", "--json").json

    ended = shop.greenshift("release", *only, "--wait", "1s", ok=False)

    assert ended.code == 3, ended.err
    assert "waits for somebody's answer" in ended.err
    assert re.search(r"greenshift approve --release [0-9a-f]{8}", ended.err)
    assert re.search(r"greenshift reject --release [0-9a-f]{8}", ended.err)
    assert shop.greenshift("history", "--json").json == before, "nothing was started, and nothing ended"


def test_a_watch_in_a_pipe_tells_each_change_as_a_line(shop: Shell, open_terminal: Terminal) -> None:
    """While a person answers in a terminal, and watches in another."""
    watching = shop.start("status", "--watch")
    assert watching.stdout is not None
    assert watching.stdout.readline().startswith("my-app-local  20")
    with open_terminal() as screen:
        screen.type("greenshift approve --message 'tried it'; echo exit $?")
        asked = screen.wait_for("Let it go on?")
        assert "Ready to [shift]?" in asked
        assert "hello 1 → 2, page 1 → 2, worker 1 → 2" in asked
        screen.type("y")
        assert re.search(r"✔ Approve of [0-9a-f]{8} approved\nexit 0", screen.wait_for("exit 0"))
    with open_terminal(80) as screen:
        watch_a_shift(screen)
    until(lambda: status(shop)["release"]["status"] == "SUCCEEDED")
    ended = interrupt(watching)

    assert ended.code == 130
    assert_plain(ended)
    assert ended.err == ""
    told = [line for line in ended.out.splitlines() if re.match(r"[0-9:]{8}  ", line)]
    # A step lasts two seconds here: a look on a busy machine may come after the first.
    assert any(re.search(r"release hello 1 → 2  \S+ [2468]0 % ", line) for line in told)
    shares = re.findall(r"function hello .* ([2468]0) % on version 2, (\d+) % on 1", "\n".join(told))
    assert shares
    assert all(int(new) + int(old) == 100 for new, old in shares)
    assert any(re.search(r"pipeline ✔ Approve", line) for line in told)
    assert len(told) == len(set(told)), "no line twice"


def watch_a_shift(screen: Tmux) -> None:
    """In a terminal of 80 columns the same place is drawn anew, and what was drawn last stays."""
    screen.type("clear; greenshift status --watch; echo exit $?")
    # Until all three move: each begins when its own hook has ended.
    shifts = r"(?: 1 → 2  \S+ \d+ %[^\n]*  20 % every minute.*?){3}"
    functions = r"(?: % on version 2, \d+ % on 1  alarm \S .*?){3}"
    during = screen.wait_for_match(shifts + functions)
    assert during.count("└─ functions") + during.count("├─ functions") == 1
    assert "…" not in during
    assert len(re.findall(r" on 1  alarm \S ", during)) == 3, "each function has one line"
    assert len(re.findall(r" 1 → 2  \S+ \d+ %.*  20 % every minute", during)) == 3
    assert f"{ESCAPE}[" in screen.screen(with_colours=True)
    screen.wait_for("100 % on version 2", seconds=120)
    screen.press("C-c")
    after = screen.wait_for("exit 130")
    assert after.count("functions") == 1
    assert "Traceback" not in after


def test_history_has_the_release_and_filters_it(released: Shell) -> None:
    listed = released.greenshift("history")
    as_json = released.greenshift("history", "--json", "--function", "hello", "--status", "succeeded").json
    none = released.greenshift("history", "--status", "failed", "--since", "30d")

    assert_plain(listed)
    moves = "hello 1 → 2, page 1 → 2, worker 1 → 2"
    head = r"  release   began +twin +status +commit\n"
    row = r"✔ [0-9a-f]{8}  20.{17}  (?:\d\d-\d\d )?[\d:]{8}  succeeded, live  [0-9a-f]{8}\n"
    assert re.fullmatch(rf"{head}{row}    {moves}  Ask first\s+by [^\n]+\n", listed.out)
    assert [release["status"] for release in as_json] == ["SUCCEEDED"]
    assert conforms({"releases": as_json, "next": ""}, SCHEMA, "LedgerPage") == []
    assert none.out == "no release is like that\n"


def test_show_tells_every_moment_of_it(released: Shell) -> None:
    newest = released.greenshift("history", "--json").json[0]
    release, commit = newest["id"], newest["commit"]
    shown = released.greenshift("show", release[:6])
    timeline = released.greenshift("show", "--json").json

    assert_plain(shown)
    assert released.greenshift("show", commit[:7]).out == shown.out, "a commit names its release"
    assert shown.out.startswith(f"✔ {release}  succeeded  ")
    for words in (
        r"action   ✔ Approve  .*tried it",
        r"hook     ✔ hello BeforeAllowTraffic  ",
        r"traffic  → hello  20 % on version 2",
        r"traffic  → hello  100 % on version 2",
        r"traffic  ✔ hello AllowTraffic  ",
        r"release  ✔ succeeded  every function is on its new version",
    ):
        assert re.search(words, shown.out), words
    assert conforms(timeline, SCHEMA, "Timeline") == []
    moments = timeline["moments"]
    assert timeline["id"] == release
    stands = [each["ended_at"] or each["at"] for each in moments]
    assert stands == sorted(stands)
    (shift,) = (line for line in shown.out.splitlines() if "✔ Shift" in line)
    assert "released hello 1 → 2" in shift
    assert shown.out.index("100 % on version 2") < shown.out.index(shift), (
        "it is told as ended: so where it ended"
    )
    assert {each["kind"] for each in moments} >= {"action", "release", "hook", "step"}


def test_logs_are_of_the_build_of_a_function_and_of_the_controller(released: Shell) -> None:
    released.greenshift("traffic", "worker", "--duration", "1s", "--rate", "2")
    build, function, controller = (
        released.greenshift("logs", *which)
        for which in ((), ("worker", "--all", "--since", "1d"), ("--controller", "--since", "1d"))
    )
    as_json = released.greenshift("logs", "--json").out.splitlines()
    two = released.greenshift("logs", "--build", "--controller", ok=False)

    for ended in (build, function, controller):
        assert_plain(ended)
    assert "Entering phase BUILD" in build.out
    assert re.search(rf"^{CLOCKS}START RequestId: ", function.out, re.MULTILINE)
    assert "SUCCEEDED: released hello 1 -> 2" in controller.out
    assert {"at", "stream", "text"} == set(json.loads(as_json[0]))
    assert (two.code, two.out) == (2, "")


def test_following_a_functions_log_shows_new_lines_until_it_is_interrupted(released: Shell) -> None:
    following = released.start("logs", "page", "--all", "--follow")
    released.greenshift("traffic", "page", "--duration", "1s", "--rate", "1")
    assert following.stdout is not None
    first = following.stdout.readline()
    ended = interrupt(following)

    assert re.match(CLOCKS, first)
    assert (ended.code, ended.err) == (130, "")


def test_the_same_as_json_is_a_document_a_line(released: Shell) -> None:
    following = released.start("logs", "--function", "page", "--follow", "--json")
    released.greenshift("traffic", "page", "--duration", "1s", "--rate", "1")
    with following:
        assert following.stdout is not None
        first = following.stdout.readline()
        following.send_signal(signal.SIGINT)
        following.stdout.read()

    assert Ended(following.returncode, first, "", typed(following)).json_lines[0]["text"]
    assert following.returncode == 130


def test_invoke_tells_answer_log_duration_and_version(released: Shell) -> None:
    bootstrap = ("invoke", "hello", "--version", "1")  # its first version fails, and says why
    plain, told = (
        released.greenshift(*bootstrap, ok=False),
        released.greenshift(*bootstrap, "--json", ok=False),
    )
    assert (plain.code, told.code) == (1, 1)
    assert json.loads(plain.out)["errorType"] == "NotReleasedYet"
    assert "REPORT RequestId" in plain.err and re.search(r"hello version 1 failed .* in [\d.]+ ms", plain.err)
    assert (told.json["version"], told.json["error"]) == ("1", "Unhandled")
    assert told.json["duration_ms"] > 0 and told.json["log"][0].startswith("START RequestId")

    missing = released.greenshift("invoke", "hello", "--version", "99", ok=False)
    assert missing.code == 2 and "has no version 99" in missing.err


def test_traffic_tells_which_version_answered(released: Shell, open_terminal: Terminal) -> None:
    event = '{"name": "Ada", "numbers": [1, 2]}'
    piped = released.greenshift(
        "traffic", "hello", "worker", "--rate", "20", "--duration", "2s", "--event", event
    )
    as_json = released.greenshift("traffic", "hello", "--duration", "1s", "--json").json

    assert_plain(piped)
    assert re.search(
        r"✔ hello   version 2    100.0 % of traffic: [1-9][0-9]* calls?, none failed\n    median ", piped.out
    )
    assert re.match(r"[1-9][0-9]* requests in [2-9]\.\d s\n", piped.out)
    assert max(map(len, piped.out.splitlines())) <= 80
    assert re.search(r"✔ worker  version 2 ", piped.out)
    assert as_json["sent"] > 0
    assert [each["version"] for each in as_json["versions"]] == ["2"]
    with open_terminal() as screen:
        screen.type("greenshift traffic hello --duration 1m; echo exit $?")
        screen.wait_for("version 2    100.0 %")
        screen.press("C-c")
        after = screen.wait_for("exit 130")
        assert after.count("version 2") == 1, "what was drawn meanwhile is gone, the result stands"


def test_stats_are_computed_from_the_ledger_and_say_where_from(released: Shell) -> None:
    shown = released.greenshift("stats")
    found = released.greenshift("stats", "--since", "7d", "--json").json

    assert_plain(shown)
    assert re.search(r"^deployments      1, 1 in 30 days$", shown.out, re.MULTILINE)
    assert "from the release's start" in shown.out
    assert conforms(found, SCHEMA, "Stats") == []
    assert (found["deployments"], found["changes"], found["failed_changes"]) == (1, 1, 0)
    assert found["lead_time_from"] == "start"


def test_what_is_typed_wrong_is_told_with_what_to_do(released: Shell) -> None:
    for arguments, code, words in (
        (("show", "abcd1234"), 1, "greenshift history"),
        (("show", "ab"), 2, "4 characters"),
        (("history", "--before", "abcd1234"), 1, "greenshift history"),
        (("logs", "nobody"), 2, "it has hello, page, worker"),
        (("approve",), 1, "nothing waits for an answer"),
        (("traffic", "nobody"), 2, "hello, page, worker"),
        (("traffic", "--duration", "2h"), 2, "longer than an hour"),
        (("stats", "--since", "ever"), 2, "write it like"),
    ):
        ended = released.greenshift(*arguments, ok=False)

        assert (ended.code, ended.out) == (code, ""), arguments
        assert words in ended.err, arguments


def completed(shop: Shell, line: str) -> list[str]:
    """What bash would be offered at the end of a line."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "greenshift")],
        cwd=shop.directory,
        env={
            **environment(),
            "_GREENSHIFT_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split(" ")) - 1),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout.split()


def test_the_shell_completes_stacks_functions_and_releases(shop: Shell) -> None:
    (shop.directory / "Pulumi.prod.yaml").write_text("config: {}\n")
    release = shop.greenshift("history", "--json").json[0]["id"]

    assert completed(shop, "greenshift status --stack ") == ["local", "prod"]
    assert completed(shop, "greenshift logs --function w") == ["worker"]
    assert completed(shop, "greenshift traffic ") == ["hello", "page", "worker"]
    assert completed(shop, "greenshift show ") == ["latest", release[:8]]
    assert completed(shop, "greenshift history --status roll") == ["rolling_back", "rolled_back"]
    assert completed(shop, "greenshift history --status F") == ["FAILED"]


def test_completing_where_there_is_no_project_offers_nothing(tmp_path: Path) -> None:
    assert completed(Shell(tmp_path), "greenshift show ") == []
    assert completed(Shell(tmp_path), "greenshift traffic ") == []


def test_bash_completes_at_the_tab_key(shop: Shell, open_terminal: Terminal) -> None:
    with open_terminal() as screen:
        screen.type("exec bash --norc --noprofile")
        screen.type('PS1="> "; eval "$(_GREENSHIFT_COMPLETE=source_bash greenshift)"; echo re""ady')
        screen.wait_for("ready")
        screen.press("C-l")
        screen.write("greenshift logs --function w")
        screen.press("Tab")

        assert screen.wait_for("--function worker").startswith("> greenshift logs --function worker")


def test_a_release_that_is_followed_ends_with_whoever_rejects_it(
    shop: Shell, open_terminal: Terminal
) -> None:
    shop.edit("functions/worker/handler.py", "sum(numbers)", "sum(list(numbers))")
    shop.commit("Sum lists")
    with open_terminal() as screen:
        screen.type("greenshift release; echo exit $?")
        until(lambda: [each["kind"] for each in status(shop)["attention"]] == ["approval"])
        assert "▸ Approve  started" in screen.wait_for("Approve")
        rejected = shop.greenshift("reject", "--yes", "--message", "not today", "--json")
        followed = screen.wait_for("exit 1")
    shown = shop.greenshift("show")

    assert "✔ Publish  worker 2 → 3" in followed
    assert "✖ Approve  failed" in followed
    assert "waits for somebody's answer" in followed
    assert "greenshift approve --release" in followed and "greenshift reject --release" in followed
    assert rejected.json["status"] == "Rejected"
    assert re.search(r"action   ✖ Approve failed ", shown.out)
    assert "not today" in shown.out


def test_cost_tells_of_the_deployed_stack_and_of_what_would_be_deployed(shop: Shell) -> None:
    deployed, planned = (shop.greenshift("cost", "--json", *more).json for more in ((), ("--preview",)))

    assert (deployed.pop("resources"), planned.pop("resources")) == ("deployed", "planned")
    assert deployed == planned
    assert (deployed["functions"], deployed["not_priced"]) == (3, ["1 x aws:athena/workgroup:Workgroup"])
    assert deployed["assumed"]["shift_minutes"] == 4.0  # Linear20PercentEvery1Minute
    assert deployed["at_rest"]["dollars"] == pytest.approx(0.6), "three alarms of two metrics each"
    assert deployed["month"]["dollars"] > 1

    told = shop.greenshift("cost", "--functions", "100", "--releases", "7", "--calls", "1000000").out
    assert told.startswith("100 functions, deployed; prices of us-east-1 on 20")
    assert re.search(r"\$\d+\.\d\d  A month at rest\n +\$20\.00    alarms: 200 metrics at \$0\.10\n", told)
    assert re.search(r"\$0\.\d{3}  A month of what 7 releases leave stored\n", told)
    assert (
        "pipeline: 18 minutes at $0.002 (2 of Source's 2 actions, 3 of Build, 8 of Publish, 5 of Shift; "
        in told
    )
    assert re.search(
        r"\$[\d.]+  a month with 7 releases\nassumed: 7 releases a month, builds of 3 minutes", told
    )


def test_what_answers_watches_and_stops_prints_what_its_schema_says(shop: Shell) -> None:
    """Reading a document judges it by its schema (``Ended.json``)."""
    approved = waiting_release(shop, "sum(list(numbers))", "sum(tuple(numbers))")
    watching = shop.start("status", "--watch", "--json")
    assert watching.stdout is not None
    asks = watching.stdout.readline()
    answer = shop.greenshift("approve", "--yes", "--json").json
    lines = itertools.chain([asks], watching.stdout)
    looks = list(itertools.takewhile(lambda line: json.loads(line)["attention"], lines))
    with watching:
        watching.send_signal(signal.SIGINT)
        watching.stdout.read()
    shop.greenshift("release", "--follow", approved)

    assert (answer["execution"], answer["status"]) == (approved, "Approved")
    assert looks[0] == asks, "one line for each look"
    assert Ended(watching.returncode, "".join(looks), "", typed(watching)).json_lines
    assert watching.returncode == 130

    stopped = waiting_release(shop, "sum(tuple(numbers))", "sum([*numbers])")
    abort = shop.greenshift("abort", "--yes", "--json", "--why", "not now").json
    assert (abort["execution"], abort["status"]) == (stopped, "Stopped")


def waiting_release(shop: Shell, old: str, new: str) -> str:
    """The execution of a release that waits for an answer."""
    shop.edit("functions/worker/handler.py", old, new)
    shop.commit(f"Now {new}")
    execution = shop.greenshift("release", "--no-follow").out.strip()
    until(lambda: [each["execution"] for each in status(shop)["attention"]] == [execution])
    return execution
