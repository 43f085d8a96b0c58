"""A version that cannot be loaded reaches no traffic: every way a module can fail, on each runtime.

What Publish and the before hook judge is one invocation of the version by its own qualifier, so that is what
is judged here, on a real twin; that both refuse what is judged so is shown once each.
"""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.accounts.release_account import BASE, Account, good, zipped

from greenshift.contract.statuses import Status
from greenshift.release.services.functions import Functions
from greenshift.release.services.smoke import event_of, verdict
from greenshift.release.targets import Smoke
from greenshift.testing import start_twin

PYTHON, NODE = "python3.13", "nodejs22.x"
# ELF's e_machine: a library for the processor this machine does not have.
_MACHINE = 183 if platform.machine() == "x86_64" else 62
FOREIGN = b"\x7fELF\x02\x01\x01" + bytes(9) + (3).to_bytes(2, "little") + _MACHINE.to_bytes(2, "little")
FOREIGN += (1).to_bytes(4, "little") + bytes(64)

_HANDLER = "\ndef handler(event, context):\n    return 'ok'\n"
_EXPORT = "\nexports.handler = async () => 'ok';\n"
Files = Mapping[str, str | bytes]

WAYS: Mapping[tuple[str, str], Files] = {
    (PYTHON, "throws"): {"app.py": "import os\nLIMIT = os.environ['LIMIT']" + _HANDLER},
    (PYTHON, "exits"): {"app.py": "import sys\nsys.exit(3)" + _HANDLER},
    (PYTHON, "exits as if all were well"): {"app.py": "import os\nos._exit(0)" + _HANDLER},
    (PYTHON, "lacks a dependency"): {"app.py": "import nobody_packaged_this" + _HANDLER},
    (PYTHON, "is no Python"): {"app.py": "def handler(event, context)\n    return 'ok'\n"},
    (PYTHON, "has no handler"): {"app.py": "def handle(event, context):\n    return 'ok'\n"},
    (PYTHON, "is built for another processor"): {"app.py": "import native" + _HANDLER, "native.so": FOREIGN},
    (NODE, "throws"): {"app.js": "const { length } = process.env.LIMIT;" + _EXPORT},
    (NODE, "throws as an ES module"): {
        "app.mjs": "throw new RangeError('no');\nexport const handler = async () => 'ok';\n"
    },
    (NODE, "exits"): {"app.js": "process.exit(3);" + _EXPORT},
    (NODE, "exits as if all were well"): {"app.js": "process.exit(0);" + _EXPORT},
    (NODE, "lacks a dependency"): {"app.js": "require('nobody-packaged-this');" + _EXPORT},
    (NODE, "is no JavaScript"): {"app.js": "exports.handler = async ( => 'ok';\n"},
    (NODE, "has no handler"): {"app.js": "exports.handle = async () => 'ok';\n"},
    (NODE, "is built for another processor"): {
        "app.js": "require('./native.node');" + _EXPORT,
        "native.node": FOREIGN,
    },
}
HANGS: Mapping[str, Files] = {
    PYTHON: {"app.py": "import time\ntime.sleep(600)" + _HANDLER},
    NODE: {"app.mjs": "await new Promise(r => setTimeout(r, 600000));\nexport const handler = () => 'ok';\n"},
}
PATIENT = Smoke(lets_code_fail=True)


class Bench:
    """Publishes packages, and judges them as a release does."""

    def __init__(self, account: Account) -> None:
        clients = account.clients
        self.functions = Functions(clients.of("lambda"), clients.patient("lambda"), clients.pause)
        self._account = account
        self._made = 0

    def judged(self, runtime: str, files: Files, smoke: Smoke = PATIENT) -> str | None:
        self._made += 1
        name = f"fn-{self._made}"
        self._account.functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler="app.handler",
            Role=self._account.role,
            Timeout=2,
            Publish=True,
            Code={"ZipFile": zipped(files)},
        )
        return verdict(smoke, self.functions.invoke(name, "1", event_of(smoke)))


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with start_twin(speed=600) as twin:
        yield Account(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture(scope="module")
def bench(account: Account) -> Bench:
    return Bench(account)


@pytest.mark.parametrize(("runtime", "way"), WAYS)
def test_a_version_whose_module_fails_is_refused_whatever_the_settings(
    bench: Bench, runtime: str, way: str
) -> None:
    assert bench.judged(runtime, WAYS[runtime, way]) is not None


def test_a_version_whose_module_hangs_is_refused_whatever_the_settings(bench: Bench) -> None:
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda runtime: bench.judged(runtime, HANGS[runtime]), HANGS))

    assert all(
        re.search(r"Sandbox\.Timedout: .*Task timed out after 2\.00 seconds", why or "") for why in told
    )


REFUSING: Mapping[str, Files] = {
    PYTHON: {"app.py": "def handler(event, context):\n    return event['amount']\n"},
    NODE: {"app.js": "exports.handler = async (event) => event.order.amount;\n"},
}


@pytest.mark.parametrize("runtime", REFUSING)
def test_code_that_refuses_the_event_is_refused_unless_it_may(bench: Bench, runtime: str) -> None:
    assert bench.judged(runtime, REFUSING[runtime]) is None
    why = bench.judged(runtime, REFUSING[runtime], Smoke()) or ""
    assert re.match(r"(KeyError: 'amount'|TypeError: Cannot read properties of undefined)", why)
    assert "smoke.whenCodeFails: pass" in why


# What is judged so gets no traffic


THROWS = "raise KeyError('STRIPE_KEY')\n" + _HANDLER


def test_publish_refuses_it_and_no_alias_moves(account: Account) -> None:
    before = account.versions()

    release = account.release(account.publish(good("next") | {"refund": THROWS}))

    assert release.status is Status.FAILED
    assert "did not pass its smoke test: KeyError: 'STRIPE_KEY'" in (release.reason or "")
    assert account.versions() == before


def test_the_hook_before_traffic_refuses_what_broke_since(account: Account) -> None:
    """As when a table or a secret that the module reads went away between Publish and Shift."""
    before = account.versions()
    codedeploy = account.twin.client("codedeploy")
    name = f"{BASE}-charge"
    account.functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": THROWS}))
    account.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    version = account.functions.publish_version(FunctionName=name)["Version"]
    content = (
        '{"version": 0.0, "Resources": [{"charge": {"Type": "AWS::Lambda::Function", "Properties": '
        f'{{"Name": "{name}", "Alias": "live", "CurrentVersion": "{before["charge"][0]}", '
        f'"TargetVersion": "{version}"}}}}}}], "Hooks": [{{"BeforeAllowTraffic": '
        f'"CodeDeployHook_{BASE}-before"}}]}}'
    )
    deployment = codedeploy.create_deployment(
        applicationName=BASE,
        deploymentGroupName=name,
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
    )["deploymentId"]

    deadline = time.monotonic() + 60
    while True:
        found = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        if found["status"] in ("Failed", "Succeeded", "Stopped") or time.monotonic() > deadline:
            break
        time.sleep(0.1)

    assert (found["status"], found["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert account.versions() == before
