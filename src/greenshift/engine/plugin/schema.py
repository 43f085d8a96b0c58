"""The provider's Pulumi package schema: what YAML programs, and ``pulumi package``, know of our types.

Names and types of properties are read from ``pulumi_aws``' classes; which of them there are is the table's to
say. Types as Pulumi's package schema has them [Pulumi: package schema reference].
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin

import pulumi
import pulumi_aws
from pulumi import _types

from greenshift.engine.aws.entry import Entry
from greenshift.engine.aws.invokes import TOKENS
from greenshift.engine.aws.table import TABLE
from greenshift.engine.plugin import sdk

Document = dict[str, Any]

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
_ASSETS = {pulumi.Archive: "pulumi.json#/Archive", pulumi.Asset: "pulumi.json#/Asset"}
_MODULES = "(.*)(?:/[^/]*)"  # aws:lambda/function:Function may be written aws:lambda:Function
_NONE = type(None)


@cache
def document(version: str) -> str:
    """The schema as JSON text, for the SDK version that the provider says it is."""
    return json.dumps(build(version, TABLE))


def build(version: str, table: Mapping[str, Entry]) -> Document:
    types = _Types()
    resources = {token: _resource(entry, types) for token, entry in sorted(table.items())}
    functions = {token: _function(token, types) for token in TOKENS}
    configuration = {
        key: types.spec(hint)
        for key, hint in _types.input_type_types(pulumi_aws.ProviderArgs).items()
        if key in ("region", "defaultTags", "accessKey", "secretKey", "token")
    }
    return {
        "name": "aws",
        "version": version,
        "description": "The AWS types that Greenshift's local twin has",
        "meta": {"moduleFormat": _MODULES},
        "config": {"variables": configuration},
        "provider": {"inputProperties": configuration, "properties": {}},
        "types": types.found,
        "resources": resources,
        "functions": functions,
    }


def _resource(entry: Entry, types: _Types) -> Document:
    arguments = sdk.arguments_class(entry.token)
    given = _types.input_type_types(arguments)
    inputs = {key: types.spec(hint) for key, hint in given.items() if key in entry.properties | {"region"}}
    outputs = {
        key: types.spec(hint)
        for key, hint in sdk.outputs(entry.token).items()
        if key in inputs or key not in given
    }
    return {
        "inputProperties": inputs,
        "requiredInputs": sorted(_required(arguments) & set(inputs)),
        "properties": outputs,
        "required": [],
    }


def _function(token: str, types: _Types) -> Document:
    """``aws:index/getRegion:getRegion`` is ``pulumi_aws.get_region``, whose result has a class of its own."""
    function, result = sdk.function(token)
    arguments = [_camel(key) for key in inspect.signature(function).parameters if key != "opts"]
    outputs = {key: types.spec(hint) for key, hint in _types.output_type_types(result).items()}
    return {
        "inputs": {"properties": {key: {"$ref": "pulumi.json#/Any"} for key in arguments}},
        "outputs": {"properties": outputs},
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


class _Types:
    """Turns Python types into the schema's, and collects the object types on the way."""

    def __init__(self) -> None:
        self.found: dict[str, Document] = {}

    def spec(self, hint: Any) -> Document:
        hint = _bare(hint)
        if hint in _PLAIN:
            return {"type": _PLAIN[hint]}
        if hint in _ASSETS:
            return {"$ref": _ASSETS[hint]}
        inner = get_args(hint)
        if inner and issubclass(get_origin(hint), Mapping):
            return {"type": "object", "additionalProperties": self.spec(inner[-1])}
        if inner:
            return {"type": "array", "items": self.spec(inner[0])}
        if inspect.isclass(hint) and hint.__module__.startswith("pulumi_aws"):
            return {"$ref": f"#/types/{self._object(hint)}"}
        return {"$ref": "pulumi.json#/Any"}

    def _object(self, cls: type[Any]) -> str:
        """An object type; that of inputs and that of outputs are one, and have one name."""
        name = cls.__name__.removesuffix("Args")
        module = cls.__module__.split(".")[1].removesuffix("_")
        token = f"aws:{'index' if module in ('_inputs', 'outputs') else module}/{name}:{name}"
        if token not in self.found:
            self.found[token] = {"type": "object"}  # before its members: a type may hold itself
            is_input = cls.__name__.endswith("Args")
            hints = _types.input_type_types(cls) if is_input else _types.output_type_types(cls)
            self.found[token] = {
                "type": "object",
                "properties": {key: self.spec(each) for key, each in hints.items()},
                "required": sorted(_required(cls)) if is_input else [],
            }
        return token


def _bare(hint: Any) -> Any:
    """Without what may also stand there: None, an awaitable, an output, an enumeration of the same texts."""
    while get_origin(hint) is Union:
        hint = next(each for each in get_args(hint) if each is not _NONE)
    return hint


def _required(cls: type[Any]) -> set[str]:
    names = _types.input_type_py_to_pulumi_names(cls)
    parameters: Iterable[inspect.Parameter] = inspect.signature(cls.__init__).parameters.values()
    return {
        names.get(each.name, each.name)
        for each in list(parameters)[1:]
        if each.default is inspect.Parameter.empty and each.kind is inspect.Parameter.KEYWORD_ONLY
    }
