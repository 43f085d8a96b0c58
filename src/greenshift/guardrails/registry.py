"""All rules: ours (by subject, in ``rules/``) and the user's own (``*.py`` in a folder of theirs).

A file of ours has ``RULES``, a user's one ``RULE``. The user's folder is ``guardrails/`` of the project; the
environment variable ``GREENSHIFT_GUARDRAILS`` names it, since Pulumi's CLI starts a pack inside the pack's
own folder.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from greenshift.errors import UsageError
from greenshift.guardrails import rules as our_rules
from greenshift.guardrails.location import OWN_RULES
from greenshift.guardrails.rule import AnyRule, Rule, StackRule


@cache
def our_own() -> tuple[AnyRule, ...]:
    """The rules Greenshift comes with, by name."""
    names = [info.name for info in pkgutil.iter_modules(our_rules.__path__)]
    modules = [importlib.import_module(f"{our_rules.__name__}.{name}") for name in names]
    return tuple(sorted((rule for module in modules for rule in module.RULES), key=lambda rule: rule.name))


def rules_for(environment: Mapping[str, str]) -> tuple[AnyRule, ...]:
    """Ours, and those of the user's folder when there is one."""
    folder = environment.get(OWN_RULES, "")
    found = (*our_own(), *(users_rules(Path(folder)) if folder else ()))
    _refuse_doubles(found)
    return found


def users_rules(folder: Path) -> tuple[AnyRule, ...]:
    """One rule from each ``*.py`` of the folder; names with a leading underscore are left alone."""
    files = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    return tuple(_rule_of(_load(path)) for path in files)


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"greenshift_own_rules.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} cannot be loaded as a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"{path}: {type(error).__name__}: {error}", hint="fix the rule's file") from error
    return module


def _rule_of(module: ModuleType) -> AnyRule:
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule | StackRule):
        raise UsageError(f"{module.__file__} has no RULE", hint="set RULE = Rule(…) or StackRule(…) in it")
    return rule


def _refuse_doubles(rules: Iterable[AnyRule]) -> None:
    doubles = [name for name, count in Counter(rule.name for rule in rules).items() if count > 1]
    if doubles:
        raise UsageError(f"two guardrails are called {doubles[0]!r}", hint="give your own rule another name")
