"""How much is on a twin is counted in one way, or said to be counted in another."""

from __future__ import annotations

import re

from support.people.shell import Shell

from greenshift.twin.machine import process


def test_what_stop_says_is_gone_is_what_up_created(project: Shell) -> None:
    project.greenshift("twin", "start")
    up = project.greenshift("up")
    kept = project.greenshift("twin", "snapshot", "shop.twin", "--wait", "600")
    stopped = project.greenshift("twin", "stop")

    created = re.search(r"\+ (\d+) created", up.out + up.err)
    assert created is not None
    assert f"what was on it is gone: stack local ({created[1]} resources), and the history" in stopped.out
    assert re.search(r"shop\.twin: \d+ resources of \d+ services, as AWS lists them, ", kept.out)


def test_what_no_stack_has_is_counted_as_aws_lists_it(project: Shell) -> None:
    project.greenshift("twin", "start")
    project.client("s3").create_bucket(Bucket="mine")
    stopped = project.greenshift("twin", "stop")

    assert "what was on it is gone: 1 resource of 1 service, as AWS lists them" in stopped.out


def test_the_state_of_an_earlier_twin_is_not_what_is_gone(project: Shell) -> None:
    project.greenshift("twin", "start")
    project.greenshift("up")
    process.stop(project.home)
    project.greenshift("twin", "start")
    project.client("s3").create_bucket(Bucket="mine")
    stopped = project.greenshift("twin", "stop")

    assert "stack local" not in stopped.out
    assert "1 resource of 1 service, as AWS lists them" in stopped.out
