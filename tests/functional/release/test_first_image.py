"""The image of a function that was never released, put into a repository as `up` has it put."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from greenshift.contract.not_released import FIRST_TAG, MESSAGE
from greenshift.release.first_image import first_image, put
from greenshift.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin() as twin:
        yield twin


@pytest.fixture
def ecr(twin: RunningTwin) -> Any:
    return twin.client("ecr")


def no_pause(_: float) -> None:
    raise AssertionError("nothing is to be waited for")


@pytest.mark.parametrize(("architecture", "processor"), [("x86_64", "amd64"), ("arm64", "arm64")])
def test_it_is_an_image_of_one_layer_that_says_why_it_is_there(architecture: str, processor: str) -> None:
    image = first_image(architecture)

    manifest, (config, layer) = json.loads(image.manifest), image.blobs
    assert manifest["config"] == config.described and manifest["layers"] == [layer.described]
    described = json.loads(config.content)
    assert (described["architecture"], described["os"]) == (processor, "linux")
    with tarfile.open(fileobj=io.BytesIO(layer.content), mode="r:gz") as archive:
        (name,) = archive.getnames()
        file = archive.extractfile(name)
        assert file is not None and file.read().decode().strip() == MESSAGE
    assert first_image(architecture) == image, "the same bytes each time"


def test_it_is_put_with_its_layers_and_putting_it_again_changes_nothing(ecr: Any) -> None:
    ecr.create_repository(repositoryName="shop-prod-web", imageTagMutability="IMMUTABLE")
    image = first_image("arm64")

    put(ecr, "shop-prod-web", image, no_pause)
    put(ecr, "shop-prod-web", image, no_pause)

    (found,) = ecr.describe_images(repositoryName="shop-prod-web")["imageDetails"]
    assert found["imageTags"] == [FIRST_TAG]
    assert found["imageManifestMediaType"] == json.loads(image.manifest)["mediaType"]
    layers = ecr.batch_check_layer_availability(
        repositoryName="shop-prod-web", layerDigests=[blob.digest for blob in image.blobs]
    )
    assert {layer["layerAvailability"] for layer in layers["layers"]} == {"AVAILABLE"}


def test_a_policy_that_is_not_known_everywhere_yet_is_waited_for_and_then_told(twin: RunningTwin) -> None:
    ecr, pauses = twin.client("ecr"), list[float]()
    with Stubber(ecr) as refusing:
        for _ in range(31):
            refusing.add_client_error("initiate_layer_upload", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDenied"):
            put(ecr, "shop-prod-web", first_image("arm64"), pauses.append)

    assert sum(pauses) == 60


def test_a_repository_that_is_none_is_told_at_once(ecr: Any) -> None:
    with pytest.raises(ClientError, match="RepositoryNotFound"):
        put(ecr, "nobody", first_image("x86_64"), no_pause)
