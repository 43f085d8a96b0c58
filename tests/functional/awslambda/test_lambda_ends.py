"""The beginning and the end of a twin's processes: each test has a twin of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.measures.processes import HIDING, STARTED, tagged, wait_until_tagged

from greenshift.twin.nodesdk import sdk_directory


def test_the_sdk_that_real_node_runtimes_bundle_is_found_both_ways(workbench: Any, tmp_path: Path) -> None:
    package = sdk_directory(tmp_path) / "node_modules" / "@aws-sdk" / "client-x"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@aws-sdk/client-x", "main": "index.js"}')
    (package / "index.js").write_text("exports.answer = 42")
    with workbench(cache=tmp_path) as bench:
        common = bench.node("exports.handler = async () => require('@aws-sdk/client-x').answer")
        module = bench.node(
            "import sdk from '@aws-sdk/client-x'; export const handler = async () => sdk.answer", "index.mjs"
        )

        assert bench.call(common) == (42, None)
        assert bench.call(module) == (42, None)


def test_an_event_that_fails_is_tried_three_times_then_handed_over(workbench: Any) -> None:
    with workbench(clock="manual") as bench:
        sqs = bench.twin.client("sqs")
        queue = sqs.create_queue(QueueName="dead")["QueueUrl"]
        bench.client.get_account_settings()
        name = bench.python(
            "def handler(e, c):\n    print('tried')\n    raise ValueError('no')\n",
            DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        )
        allow_everything(bench)
        answer = bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 7}')
        for attempt, pause in ((1, 59.0), (2, 119.0), (3, 0.0)):
            bench.wait_for(lambda n=attempt: len(bench.logged(name, "tried")) == n)
            bench.twin.advance(pause)
            assert len(bench.logged(name, "tried")) == attempt
            bench.twin.advance(1)

        found = bench.wait_for(
            lambda: sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"]).get("Messages")
        )
        assert json.loads(found[0]["Body"]) == {"n": 7}
        assert {key: each["StringValue"] for key, each in found[0]["MessageAttributes"].items()} == {
            "RequestID": answer["ResponseMetadata"]["RequestId"],
            "ErrorCode": "200",
            "ErrorMessage": "no",
        }


def test_events_of_a_function_that_is_switched_off_are_handed_over_at_once(workbench: Any) -> None:
    with workbench(clock="manual") as bench:
        sqs = bench.twin.client("sqs")
        dead, failed = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("dead", "failed"))
        function = bench.python(
            "def handler(e, c): return 1",
            DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        )
        allow_everything(bench)
        bench.client.put_function_event_invoke_config(
            FunctionName=function,
            DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failed"}},
        )
        bench.client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        answer = bench.client.invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
        told = answer["ResponseMetadata"]["RequestId"]

        record = bench.wait_for(lambda: sqs.receive_message(QueueUrl=failed).get("Messages"))
        context = json.loads(record[0]["Body"])["requestContext"]
        assert ("ZeroReservedConcurrency", told) == (context["condition"], context["requestId"])
        letter = bench.wait_for(
            lambda: sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"]).get("Messages")
        )
        attributes = letter[0]["MessageAttributes"]
        assert {"RequestID", "ErrorCode", "ErrorMessage"} == attributes.keys()
        assert told == attributes["RequestID"]["StringValue"]
        assert (
            attributes["ErrorCode"]["StringValue"],
            attributes["ErrorCode"]["DataType"],
        ) == ("429", "Number")


def allow_everything(bench: Any) -> None:
    iam = bench.twin.client("iam")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    made = iam.create_policy(PolicyName="all", PolicyDocument=json.dumps(policy))
    iam.attach_role_policy(RoleName="runs-functions", PolicyArn=made["Policy"]["Arn"])


def test_no_process_is_left_when_the_twin_stops(workbench: Any) -> None:
    with workbench() as bench:
        names = [
            bench.python("import time\ndef handler(e, c):\n    time.sleep(e)\n    return 1\n", Timeout=60),
            bench.node("exports.handler = async (e) => new Promise((r) => setTimeout(r, e * 1000))"),
        ]
        for name in names:
            bench.call(name, 0)
            bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=b"30")
        bench.wait_for(lambda: len(bench.service.process_ids()) >= 2)
        pids = bench.service.process_ids()
        assert all(bench.is_alive(pid) for pid in pids)

    assert [pid for pid in pids if bench.is_alive(pid)] == []


def test_what_functions_started_and_hid_is_gone_when_the_twin_stops(workbench: Any) -> None:
    tag = f"greenshift-tag-{uuid.uuid4().hex}"
    with workbench() as bench:
        bench.call(bench.python(HIDING), {"tag": tag})
        wait_until_tagged(tag, STARTED)

    assert tagged(tag) == []


def test_a_function_that_kills_the_parent_of_all_functions_does_not_stop_others_from_running(
    workbench: Any,
) -> None:
    with workbench() as bench:
        killer = bench.python("import os\ndef handler(event, context):\n    os.kill(os.getppid(), 9)\n")
        other = bench.python("def handler(event, context):\n    return event\n")

        bench.call(killer)

        assert bench.call(other, 5) == (5, None)


ORPHANS = """
import json, sys, threading
from pathlib import Path
from greenshift.testing import start_twin
sys.path.insert(0, sys.argv[1])
from conftest import Workbench
with start_twin(services={"lambda"}) as twin:
    bench = Workbench(twin)
    source = "def handler(e, c):\\n    open(e, 'w').close()\\n    while True: pass\\n"
    name = bench.python(source, Timeout=600)
    other = bench.node("exports.handler = async () => 1")
    bench.call(other)
    bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(sys.argv[2]).encode())
    bench.wait_for(lambda: Path(sys.argv[2]).exists())
    print(json.dumps(bench.service.process_ids()), flush=True)
    threading.Event().wait(60)
"""


def test_no_process_outlives_a_twin_that_is_killed(is_alive: Callable[[int], bool], tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(Path(__file__).parent), str(tmp_path / "runs")],
        stdout=subprocess.PIPE,
        text=True,
        # A twin that is killed cannot remove its folder: it shall lie where the test's own files do.
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        pids = json.loads(process.stdout.readline())
        assert len(pids) == 2 and all(is_alive(pid) for pid in pids)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    deadline = time.monotonic() + 5
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert [pid for pid in pids if is_alive(pid)] == []


# What is written of an initialisation that fails: it is tried again inside the invocation.
FAILED_INITS = [
    ("raise KeyError('LIMIT')", "KeyError", "Status: error\tError Type: Runtime.Unknown"),
    ("import nobody_packaged_this", "Runtime.ImportModuleError",
     "Status: error\tError Type: Runtime.ImportModuleError"),
    ("import os; os._exit(3)", "Runtime.ExitError", "Status: error\tError Type: Runtime.ExitError"),
]  # fmt: skip


@pytest.mark.parametrize(("first_line", "error_type", "status"), FAILED_INITS)
def test_a_failed_initialisation_is_tried_again_in_the_invocation_and_both_are_written_down(
    bench: Any, first_line: str, error_type: str, status: str
) -> None:
    name = bench.python(f"print('loading')\n{first_line}\ndef handler(event, context):\n    return 1\n")

    answer, error = bench.call(name)

    assert (answer["errorType"], error) == (error_type, "Unhandled")
    lines = bench.log(name)
    reports = [line for line in lines if line.startswith("INIT_REPORT Init Duration: ")]
    assert [line.split("\t", 1)[1] for line in reports] == [
        f"Phase: {p}\t{status}" for p in ("init", "invoke")
    ]
    assert lines.count("loading") == 2
    (start,) = [place for place, line in enumerate(lines) if line.startswith("START ")]
    assert start > lines.index(reports[1])
    (report,) = [line for line in lines if line.startswith("REPORT ")]
    assert "Init Duration" not in report
    assert report.endswith(status)


def test_an_initialisation_that_goes_well_the_second_time_serves(bench: Any, tmp_path: Path) -> None:
    """As when what the module reads is there a moment later."""
    mark = tmp_path / "tried"
    source = (
        "import pathlib\n"
        f"mark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists():\n    mark.touch()\n    raise OSError('not yet')\n"
        "def handler(event, context):\n    return 'served'\n"
    )
    name = bench.python(source)

    assert bench.call(name) == ("served", None)
    assert [line.split("\t", 1)[1] for line in bench.log(name) if line.startswith("INIT_REPORT")] == [
        "Phase: init\tStatus: error\tError Type: Runtime.Unknown"
    ]
