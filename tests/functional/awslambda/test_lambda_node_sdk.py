"""Every client of the AWS SDK v3 is there for Node functions, as in AWS's runtimes, which bundle them all.

Lambda developer guide, "Building Lambda functions with Node.js": "Runtime-included SDK versions".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenshift.twin import nodesdk
from greenshift.twin.machine.cache import default_cache
from greenshift.twin.nodesdk import more

# None of these is pinned.
REQUIRES = (
    "const {SFNClient} = require('@aws-sdk/client-sfn');\nexports.handler = async () => SFNClient.name;\n"
)
IMPORTS = (
    "import {SFNClient} from '@aws-sdk/client-sfn';\nexport const handler = async () => SFNClient.name;\n"
)
NOBODYS = "require('@aws-sdk/client-of-nobody-at-all');\nexports.handler = async () => 1;\n"


@pytest.fixture(scope="module", autouse=True)
def pinned() -> None:
    nodesdk.install(default_cache(), print)


@pytest.mark.parametrize(("source", "file"), [(REQUIRES, "index.js"), (IMPORTS, "index.mjs")])
def test_a_client_that_is_not_pinned_is_fetched_for_who_names_it(bench: Any, source: str, file: str) -> None:
    assert bench.call(bench.node(source, file)) == ("SFNClient", None)


def test_a_client_that_there_is_none_of_is_missed_as_on_aws_and_the_log_says_why(bench: Any) -> None:
    name = bench.node(NOBODYS)

    said, _ = bench.call(name)

    assert said["errorType"] == "Runtime.ImportModuleError"
    assert any("could not be fetched" in line for line in bench.log(name))


def test_what_the_code_brings_itself_is_not_asked_for(tmp_path: Path) -> None:
    own = tmp_path / "node_modules" / "@aws-sdk" / "client-own"
    own.mkdir(parents=True)
    (own / "package.json").write_text("{}")
    (own / "index.js").write_text("require('@aws-sdk/client-inner')")
    (tmp_path / "index.js").write_text(
        "require('@aws-sdk/client-own'); import('@aws-sdk/client-sfn'); // '@aws-sdk/../../evil'"
    )

    assert more.named_in([tmp_path]) == {"@aws-sdk/client-sfn"}
