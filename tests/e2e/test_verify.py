"""`greenshift verify`, whole: on a fresh stack with a real release and rollback, and on a broken one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from support.people.shell import Shell

from greenshift.verify import GROUPS


def test_from_a_fresh_up_a_real_release_and_rollback_pass_and_a_fault_is_told(project: Shell) -> None:
    project.greenshift("up")

    told = project.greenshift("verify", "--release", "--junit", "verify.xml")

    assert re.search(r"✔ \d+ passed, 0 failed", told.out)
    for group in GROUPS:
        assert f"✔ {group.title} ({group.name}: " in told.out
    assert "✔ Release: a real one, and a real rollback (release: 7 of 7 checks passed)" in told.out
    assert "an alarm during a canary sends all traffic back to the version that served before" in told.out
    assert "setting alarm my-app-local-" in told.err
    suites = ElementTree.parse(project.directory / "verify.xml").getroot()
    assert {suite.get("name") for suite in suites} >= {group.name for group in GROUPS}
    assert suites.get("failures") == "0"

    alarms = project.client("cloudwatch")
    alarms.delete_alarms(AlarmNames=["my-app-local-hello-errors"])
    broken = project.greenshift("verify", "--group", "alarms", ok=False)

    assert broken.code == 1
    assert "✖ Alarms: what sends a bad release back" in broken.out
    failure = broken.out[broken.out.index("my-app-local-hello") :]
    for part in ("expected  ", "found     there is no such alarm", "fix       "):
        assert part in failure
    report = project.greenshift("verify", "--group", "alarms", "--json", ok=False).json
    failed = [each for each in report["results"] if each["status"] == "failed"]
    assert [(each["group"], each["check"]) for each in failed] == [("alarms", "alarm")]
