"""Layers run: what they hold is found by the functions that have them, the last one first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

PYTHON = "import shared\n\ndef handler(event, context):\n    return shared.NAME\n"
NODE = "const shared = require('shared');\nexports.handler = async () => shared;\n"
MISSING = "arn:aws:lambda:us-east-1:123456789012:layer:missing:1"


def layer(bench: Any, files: Mapping[str, str], name: str = "shared", **members: Any) -> str:
    made = bench.client.publish_layer_version(
        LayerName=name, Content={"ZipFile": bench.zipped(files)}, **members
    )
    return str(made["LayerVersionArn"])


def python_layer(bench: Any, value: str, name: str = "shared") -> str:
    return layer(bench, {"python/shared.py": f"NAME = {value!r}\n"}, name)


@pytest.mark.parametrize("folder", ["python", "python/lib/python3.11/site-packages"])
def test_a_python_function_imports_what_its_layer_holds(bench: Any, folder: str) -> None:
    arn = layer(bench, {f"{folder}/shared.py": "NAME = 'from the layer'\n"})

    name = bench.python(PYTHON, Layers=[arn])

    assert bench.call(name) == ("from the layer", None)
    shown = bench.client.get_function_configuration(FunctionName=name)["Layers"]
    assert [each["Arn"] for each in shown] == [arn]
    assert shown[0]["CodeSize"] > 0


@pytest.mark.parametrize("folder", ["nodejs/node_modules", "nodejs/node22/node_modules"])
def test_a_node_function_requires_what_its_layer_holds(bench: Any, folder: str) -> None:
    arn = layer(bench, {f"{folder}/shared/index.js": "module.exports = 'from the layer';\n"})

    assert bench.call(bench.node(NODE, Layers=[arn])) == ("from the layer", None)


def test_an_es_module_imports_what_its_layer_holds_and_what_is_nowhere_is_missed(bench: Any) -> None:
    arn = layer(bench, {"nodejs/node_modules/shared/index.js": "module.exports = 'from the layer';\n"})
    module = "import it from 'shared';\nexport const handler = async () => it;\n"

    assert bench.call(bench.node(module, "index.mjs", Layers=[arn])) == ("from the layer", None)
    said, kind = bench.call(bench.node(module, "index.mjs"))
    assert (said["errorType"], kind) == ("Runtime.ImportModuleError", "Unhandled")
    assert "Cannot find package 'shared'" in said["errorMessage"]


def test_of_two_layers_the_last_one_counts_and_the_functions_own_file_before_both(bench: Any) -> None:
    first, second = python_layer(bench, "first", "first"), python_layer(bench, "second", "second")
    own = {"app.py": PYTHON, "shared.py": "NAME = 'own'\n"}

    assert bench.call(bench.python(PYTHON, Layers=[first, second]))[0] == "second"
    assert bench.call(bench.python(PYTHON, Layers=[second, first]))[0] == "first"
    assert bench.call(bench.function(own, "python3.11", "app.handler", Layers=[first]))[0] == "own"


def test_a_published_version_keeps_its_layers(bench: Any) -> None:
    name = bench.python(PYTHON, Layers=[python_layer(bench, "old")], Publish=True)
    bench.client.update_function_configuration(FunctionName=name, Layers=[python_layer(bench, "new")])
    bench.client.get_waiter("function_updated_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )

    assert bench.call(name)[0] == "new"
    assert bench.call(name, Qualifier="1")[0] == "old"


def test_an_empty_list_takes_them_away(bench: Any) -> None:
    name = bench.python(PYTHON, Layers=[python_layer(bench, "there")])
    bench.client.update_function_configuration(FunctionName=name, Layers=[])
    bench.client.get_waiter("function_updated_v2").wait(
        FunctionName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )

    assert "Layers" not in bench.client.get_function_configuration(FunctionName=name)
    assert bench.call(name)[1] == "Unhandled"


def test_layers_are_listed_described_and_deleted_and_what_has_them_runs_on(bench: Any) -> None:
    arn = layer(bench, {"python/shared.py": "NAME = 'kept'\n"}, "kept", Description="of us all")
    newer = python_layer(bench, "newer", "kept")
    name = bench.python(PYTHON, Layers=[arn])

    found = bench.client.get_layer_version(LayerName="kept", VersionNumber=1)
    assert (found["LayerVersionArn"], found["Description"]) == (arn, "of us all")
    assert bench.client.get_layer_version_by_arn(Arn=newer)["Version"] == 2
    listed = bench.client.list_layer_versions(LayerName="kept")["LayerVersions"]
    assert [each["LayerVersionArn"] for each in listed] == [newer, arn]
    latest = {each["LayerName"]: each for each in bench.client.list_layers()["Layers"]}["kept"]
    assert latest["LatestMatchingVersion"]["Version"] == 2

    for number in (1, 2):
        bench.client.delete_layer_version(LayerName="kept", VersionNumber=number)

    assert bench.client.list_layer_versions(LayerName="kept")["LayerVersions"] == []
    with pytest.raises(bench.client.exceptions.ResourceNotFoundException):
        bench.client.get_layer_version(LayerName="kept", VersionNumber=1)
    assert bench.call(name)[0] == "kept"
    assert python_layer(bench, "again", "kept").endswith(":3")


def test_a_layer_with_an_entry_that_leads_out_is_refused_by_its_name(bench: Any) -> None:
    with pytest.raises(ClientError, match=r"its entry '\.\./evil\.py' names a file outside it"):
        layer(bench, {"../evil.py": "x"}, "climbing")


def test_layers_that_cannot_be_had_are_refused(bench: Any) -> None:
    one, two = python_layer(bench, "one", "twice"), python_layer(bench, "two", "twice")
    many = [python_layer(bench, "x", f"layer-{number}") for number in range(6)]
    for arns, says in (
        ([MISSING], f"Layer version {MISSING} does not exist."),
        ([one, two], "Two different versions of the same layer"),
        (many, "Cannot reference more than 5 layers"),
    ):
        with pytest.raises(ClientError, match=says):
            bench.python(PYTHON, Layers=arns)
