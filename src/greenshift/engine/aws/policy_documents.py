"""``iam.getPolicyDocument``: an IAM policy written as typed statements, as JSON. Pure.

Forms as the AWS provider gives them: a list of one is that one, lists of actions, resources and principals
are sorted downwards, ``&{name}`` is a policy variable [pulumi-aws: iam.getPolicyDocument].
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from greenshift.errors import EngineError

Document = dict[str, Any]

_VERSION = "2012-10-17"


def policy_document(args: Document) -> Document:
    """``json`` and ``minifiedJson``, beside what was given."""
    sources = [*_texts(args.get("sourceJson")), *_texts(args.get("sourcePolicyDocuments"))]
    overrides = [*_texts(args.get("overrideJson")), *_texts(args.get("overridePolicyDocuments"))]
    version = str(args.get("version") or _VERSION)
    own = [_statement(each, version) for each in args.get("statements") or []]
    _refuse_same_sids(own, "statements")
    statements: list[Document] = []
    named: dict[str, str] = {}
    for text in sources:
        parsed = _parsed(text)
        _refuse_same_sids([*statements, *_statements(parsed)], "sourcePolicyDocuments")
        statements += _statements(parsed)
        named |= {key: parsed[key] for key in ("Version", "Id") if parsed.get(key)}
    statements = _over(statements, own)
    for text in overrides:
        parsed = _parsed(text)
        statements = _over(statements, _statements(parsed))
        named |= {key: parsed[key] for key in ("Version", "Id") if parsed.get(key)}
    document: Document = {"Version": args.get("version") or named.get("Version") or _VERSION}
    if args.get("policyId") or named.get("Id"):
        document["Id"] = args.get("policyId") or named["Id"]
    document["Statement"] = statements
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        **args,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
    }


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if text]


def _parsed(text: str) -> Document:
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise EngineError(f"a policy document to merge is not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise EngineError("a policy document to merge is no JSON object")
    return parsed


def _statements(document: Document) -> list[Document]:
    found = document.get("Statement") or []
    return [found] if isinstance(found, dict) else list(found)


def _refuse_same_sids(statements: list[Document], where: str) -> None:
    sids = [each["Sid"] for each in statements if each.get("Sid")]
    twice = next((sid for sid in sids if sids.count(sid) > 1), None)
    if twice is not None:
        raise EngineError(f"duplicate Sid {twice!r} in {where}", hint="give each statement a sid of its own")


def _over(statements: list[Document], others: list[Document]) -> list[Document]:
    """With ``others`` in the place of those with their sid, and the rest of them behind."""
    by_sid = {each["Sid"]: each for each in others if each.get("Sid")}
    there = {each.get("Sid") for each in statements}
    kept = [by_sid.get(each.get("Sid", ""), each) for each in statements]
    return [*kept, *(each for each in others if not each.get("Sid") or each["Sid"] not in there)]


def _statement(given: Document, version: str) -> Document:
    found: Document = {"Sid": given["sid"]} if given.get("sid") else {}
    found["Effect"] = given.get("effect") or "Allow"
    lists = {
        "actions": "Action",
        "notActions": "NotAction",
        "resources": "Resource",
        "notResources": "NotResource",
    }
    for key, member in lists.items():
        if given.get(key):
            found[member] = _listed([_variables(each, version) for each in given[key]])
    for key, member in {"principals": "Principal", "notPrincipals": "NotPrincipal"}.items():
        if given.get(key):
            found[member] = _principals(given[key], version)
    if given.get("conditions"):
        found["Condition"] = _conditions(given["conditions"], version)
    return found


def _listed(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _principals(given: list[Document], version: str) -> Any:
    by_type: dict[str, list[str]] = {}
    for each in given:
        names = [_variables(name, version) for name in each["identifiers"]]
        if each["type"] == "*" and names == ["*"]:
            return "*"
        by_type.setdefault(each["type"], []).extend(names)
    return {kind: _listed(names) for kind, names in by_type.items()}


def _conditions(given: list[Document], version: str) -> Document:
    found: dict[str, dict[str, list[str]]] = {}
    for each in given:
        values = [_variables(value, version) for value in each["values"]]
        found.setdefault(each["test"], {}).setdefault(each["variable"], []).extend(values)
    return {
        test: {name: values[0] if len(values) == 1 else values for name, values in variables.items()}
        for test, variables in found.items()
    }


def _variables(text: str, version: str) -> str:
    """``&{aws:username}`` -> ``${aws:username}``, which the older version of the language does not have."""
    if "&{" in text and version == "2008-10-17":
        raise EngineError(f"version {version} has no variables: {text!r}")
    return text.replace("&{", "${")
