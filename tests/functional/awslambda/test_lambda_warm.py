"""A function that imports AWS's SDK begins as a copy of a process that has done so, and cannot tell."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

# All that an interpreter settles when it starts, and what a process is given by who starts it.
FACTS = '''
import locale, os, resource, signal, sys, time

def opened():
    """What is open, but for the folder that is looked into: of what kind, each once."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{number}").partition(":")[0])
        except OSError:
            pass
    return sorted(found)

def handler(event, context):
    with open("/proc/self/cmdline") as file:
        command = file.read().replace("\\0", " ")
    own = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_LOG_GROUP_NAME",
           "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_RUNTIME_API",
           "LAMBDA_TASK_ROOT", "HOME", "TMPDIR", "_X_AMZN_TRACE_ID")
    return {
        "copy": "nursery.py" in command,
        "facts": {
            "environment": {name: value for name, value in os.environ.items() if name not in own},
            "named": sorted(os.environ),
            "path": sys.path[1:],
            "arguments": sys.argv,
            "encodings": [each.encoding for each in (sys.stdin, sys.stdout, sys.stderr)],
            "errors": [each.errors for each in (sys.stdin, sys.stdout, sys.stderr)],
            "of files": [sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()],
            "locale": [locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(False)],
            "zone": time.tzname,
            "signals": [str(signal.getsignal(each)) for each in (2, 13, 15, 17)],
            "open": opened(),
            "inputs": os.path.realpath("/proc/self/fd/0"),
            "leads its session": os.getsid(0) == os.getpgid(0) == os.getpid(),
            "limits": [resource.getrlimit(each) for each in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)],
            "mask": os.umask(0o022),
            "flags": str(sys.flags),
            "writes bytecode": not sys.dont_write_bytecode,
            "executable": sys.executable,
            "main": [sys.modules["__main__"].__file__, "tree" in sys.modules, "warm" in sys.modules],
            "here": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"] == sys.path[0],
            "modules of the site": [name for name in ("moto", "greenshift") if name in sys.modules],
        },
    }
'''
NAMES_IT = "import boto3\n"


def package(source: str, **more: str) -> dict[str, str]:
    return {"app.py": source, **{f"{name}.py": text for name, text in more.items()}}


def test_a_copy_sees_what_a_process_of_its_own_sees(bench: Any) -> None:
    variables = {"Environment": {"Variables": {"COLOUR": "blue", "TZ": "Europe/Berlin"}}}
    alone = bench.function(package(FACTS), "python3.11", "app.handler", **variables)
    copied = bench.function(package(FACTS, never=NAMES_IT), "python3.11", "app.handler", **variables)

    (process, _), (copy, _) = bench.call(alone), bench.call(copied)

    assert (process["copy"], copy["copy"]) == (False, True)
    assert copy["facts"] == process["facts"]


@pytest.mark.parametrize(
    ("more", "variables"),
    [
        pytest.param({"six": "MINE = 1\n"}, {}, id="a module of its own that the SDK brings, too"),
        pytest.param({"queue": "MINE = 1\n"}, {}, id="a module by the name of one of Python's"),
        pytest.param({}, {"LC_ALL": "C"}, id="a variable that is read when a process starts"),
        pytest.param({}, {"LANG": "de_DE.UTF-8"}, id="another language"),
        pytest.param({}, {"PYTHONPATH": "lib"}, id="another place for modules"),
    ],
)
def test_where_a_copy_could_tell_a_process_begins_for_it(
    bench: Any, more: dict[str, str], variables: dict[str, str]
) -> None:
    files = package(FACTS, never=NAMES_IT, **more)
    name = bench.function(files, "python3.11", "app.handler", Environment={"Variables": variables})

    assert bench.call(name)[0]["copy"] is False


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("import nowhere\n", "Runtime.ImportModuleError", "Unable to import module 'app'"),
        ("def handler(e, c):\n    raise ValueError('boom')\n", "ValueError", "boom"),
        ("import os\nos._exit(3)\n", "Runtime.ExitError", "exit status 3"),
        ("import sys\ndef handler(e, c):\n    sys.exit(1)\n", "Runtime.ExitError", "exit status 1"),
        (
            "import os\ndef handler(e, c):\n    os.kill(os.getpid(), 9)\n",
            "Runtime.ExitError",
            "signal: killed",
        ),
    ],
)
def test_each_way_a_copy_can_fail(bench: Any, source: str, kind: str, words: str) -> None:
    payload, error = bench.call(bench.python(NAMES_IT + source))

    assert error == "Unhandled"
    assert payload["errorType"] == kind
    assert words in payload["errorMessage"]


def test_its_stack_is_that_of_its_own_code(bench: Any) -> None:
    payload, _ = bench.call(
        bench.python(NAMES_IT + "def handler(event, context):\n    raise ValueError('boom')\n")
    )

    (frame,) = payload["stackTrace"]
    assert frame.endswith("line 3, in handler\n    raise ValueError('boom')\n")


def test_copies_do_not_share_what_is_random(bench: Any) -> None:
    source = (
        NAMES_IT
        + "import random, uuid\ndef handler(e, c):\n    return [random.random(), str(uuid.uuid4())]\n"
    )

    first, second = bench.call(bench.python(source))[0], bench.call(bench.python(source))[0]

    assert not set(first) & set(second)


def test_a_copy_is_killed_with_all_it_started(bench: Any, is_alive: Any) -> None:
    source = NAMES_IT + (
        "import os, subprocess\ndef handler(e, c):\n"
        "    child = subprocess.Popen(['sleep', '987'], start_new_session=True)\n"
        "    return [os.getpid(), child.pid]\n"
    )
    name = bench.python(source)
    pids, _ = bench.call(name)

    bench.client.delete_function(FunctionName=name)

    bench.wait_for(lambda: not any(map(is_alive, pids)))


def test_it_begins_in_a_fraction_of_the_time(bench: Any) -> None:
    """Of a processor's, as it is told by the function itself: what it spent until it was called."""
    source = "import boto3, os\ndef handler(e, c):\n    return sum(os.times()[:2])\n"
    bench.call(bench.python(source))

    copy = bench.call(bench.python(source))[0]
    alone = bench.call(bench.python(source, Environment={"Variables": {"LC_ALL": "C"}}))[0]

    assert copy < alone / 2, (copy, alone)


def kept(bench: Any) -> dict[str, bytes]:
    """The bytecode that the twin keeps, by its file."""
    return {
        path.name: path.read_bytes() for path in bench.twin.twin.world.directory.rglob("python-bytecode/*")
    }


def answer_of_another_process(bench: Any, name: str, pid: int) -> Any:
    """Once the twin has heard that the one before is gone."""
    os.kill(pid, signal.SIGKILL)
    bench.wait_for(lambda: pid not in bench.service.process_ids())
    return bench.call(name)[0]


@pytest.mark.parametrize("names_it", ["", NAMES_IT], ids=["a process of its own", "a copy"])
def test_modules_are_compiled_by_the_first_process_and_read_by_the_next(bench: Any, names_it: str) -> None:
    source = (
        names_it + "import os, lib.words\ndef handler(e, c):\n    return [lib.words.said(), os.getpid()]\n"
    )
    files = {"app.py": source, "lib/words.py": f"def said():\n    return 'ü{len(names_it)}'\n"}
    before = kept(bench)
    name = bench.function(files, "python3.11", "app.handler")

    first = bench.call(name)[0]
    made = kept(bench)
    second = answer_of_another_process(bench, name, first[1])

    assert first[0] == second[0] == f"ü{len(names_it)}"
    assert first[1] != second[1]
    assert len(made.keys() - before.keys()) == 2
    assert kept(bench) == made


def test_bytecode_that_cannot_be_read_is_made_anew(bench: Any) -> None:
    before = kept(bench)
    name = bench.python("import os\ndef handler(e, c):\n    return ['damaged', os.getpid()]\n")
    first = bench.call(name)[0]
    (made,) = kept(bench).keys() - before.keys()
    (path,) = bench.twin.twin.world.directory.rglob(made)
    path.write_bytes(b"\x00nothing")

    second = answer_of_another_process(bench, name, first[1])

    assert (first[0], second[0]) == ("damaged", "damaged")
    assert kept(bench)[made] != b"\x00nothing"
