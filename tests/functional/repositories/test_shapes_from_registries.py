"""Repositories whose tools and packages come from registries: locked, released, broken and rolled back.

`make sweep` takes all of them; `make test` those that need one tool each, and Go's, where Go is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from support.repositories.fetched import FETCHED, ONE_MANIFEST_FIVE_HANDLERS, UV
from support.repositories.shape import Shape
from support.repositories.shipped import Shipped

from greenshift.testing import start_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine.cache import default_cache

IS_FULL = os.environ.get("GREENSHIFT_SWEEP") == "full"
SHAPES = FETCHED if IS_FULL else (ONE_MANIFEST_FIVE_HANDLERS, UV)
EACH = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: next(iter(shape.functions)))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    nodesdk.install(default_cache(), print)
    with start_twin(speed=120, cache=default_cache()) as twin:
        yield Shipped(twin, tmp_path_factory.mktemp("shapes"), SHAPES)


@EACH
def test_a_repository_is_shipped_as_it_is_with_what_is_locked(shipped: Shipped, shape: Shape) -> None:
    for key, names in shape.packages.items():
        found = [name for name in shipped.package(key).namelist() if ".dist-info/" not in name]
        assert sorted(found) == sorted(names), key
    for key in shape.functions:
        assert shipped.call(key) == {"said": "one", **shape.answers.get(key, {})}


def test_a_bundle_holds_its_packages_has_a_source_map_and_not_the_sdk(shipped: Shipped) -> None:
    def text(key: str, name: str) -> str:
        return shipped.package(key).read(name).decode()

    bundle = text("api-create", "src/api/create.js")
    assert 'require("@aws-sdk/client-dynamodb")' in bundle
    assert "powertools" in bundle.lower()
    sources = json.loads(text("api-create", "src/api/create.js.map"))["sources"]
    assert any(each.endswith("src/lib/keep.ts") for each in sources)
    assert not any("@aws-sdk/client-dynamodb" in each for each in sources)
    assert len(text("api-list", "src/api/list.js")) < len(bundle) * 3 / 4  # minified


def test_each_is_released_keeps_its_version_breaks_goes_back_and_is_rolled_back(shipped: Shipped) -> None:
    keys = shipped.keys
    first = shipped.versions()

    (shipped.folder / "README.md").write_text("Nothing that any function packages.\n")
    assert shipped.commit_and_release("no code") == "Succeeded", shipped.state()
    assert shipped.versions() == first

    assert shipped.release("two") == "Succeeded", shipped.state()
    second = shipped.versions()
    assert shipped.said() == dict.fromkeys(keys, "two")
    assert not {key for key in keys if first[key] == second[key]}

    assert shipped.release("broken") == "Failed", shipped.state()
    assert shipped.newest() == dict.fromkeys(keys, "broken")
    assert shipped.versions() == second
    assert shipped.said() == dict.fromkeys(keys, "two")

    shipped.roll_back(to="one")
    assert shipped.versions() == first
    assert shipped.said() == dict.fromkeys(keys, "one")
