"""YAML as a buildspec needs it: every scalar stays the text that was written, and a key may come once.

Plain YAML 1.1 would turn ``nodejs: 3.10`` into 3.1 and ``VERSION: 010`` into 8; CodeBuild hands on text.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from greenshift.twin.codebuild.errors import yaml_file_error
from greenshift.twin.wire import yaml_text

_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")


class _TextLoader(yaml.SafeLoader):
    """SafeLoader that resolves nothing but null and merge keys."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise yaml_file_error(f"line {line}: key {key.value!r} is given twice")
            if isinstance(key.value, str) and key.tag != "tag:yaml.org,2002:merge":
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> object:
    """The document as dictionaries, lists, texts and None."""
    try:
        yaml_text.check(text)
        return yaml.load(text, Loader=_TextLoader)  # a SafeLoader: plain values only
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise yaml_file_error(f"{where}{error.problem or error}") from None
    except yaml.YAMLError as error:
        raise yaml_file_error(str(error)) from None
