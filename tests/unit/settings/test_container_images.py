"""Which functions are container images, and what an image may not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenshift.errors import SettingsError, UsageError
from greenshift.settings.functions import FunctionSettings
from greenshift.settings.images import images
from greenshift.settings.model import parse_settings
from greenshift.settings.on_twin import refuse_on_twin


def settings_of(root: Path, files: list[str], **said: Any) -> FunctionSettings:
    for name in files:
        path = root / "functions/web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    config = {"functions": {"web": said}, "source": {"repository": "me/app"}}
    texts = {f"greenshift:{key}": json.dumps(value) for key, value in config.items()}
    return parse_settings(texts, root).functions["web"]


@pytest.mark.parametrize(
    ("files", "said", "package_type"),
    [
        (["Dockerfile"], {}, "Image"),
        (["Dockerfile", "app.py", "requirements.txt"], {}, "Image"),
        (["Dockerfile", "server.js", "package.json"], {}, "Image"),
        (["Dockerfile", "main.go", "go.mod"], {}, "Image"),
        (["Dockerfile", "pom.xml"], {}, "Image"),
        (["Dockerfile", "handler.py"], {}, "Zip"),  # the Dockerfile may be for something else
        (["Dockerfile", "handler.py"], {"packageType": "Image"}, "Image"),
        (["Dockerfile", "src/index.ts", "package.json"], {}, "Zip"),
        (["Dockerfile", "app.py"], {"handler": "app.handler"}, "Zip"),
        (["Dockerfile", "app.py"], {"runtime": "python3.13"}, "Zip"),
        (["Dockerfile", "main.go", "go.mod"], {"build": "go build -o bootstrap ."}, "Zip"),
        (["handler.py"], {}, "Zip"),
    ],
)
def test_a_dockerfile_without_a_handler_is_an_image(
    tmp_path: Path, files: list[str], said: dict[str, Any], package_type: str
) -> None:
    found = settings_of(tmp_path, files, **said)

    assert found.package_type == package_type
    assert bool(found.runtime) == bool(found.handler) == (package_type == "Zip")


@pytest.mark.parametrize(
    ("said", "key", "why"),
    [
        ({"runtime": "python3.13"}, "runtime", "the image brings its runtime"),
        ({"handler": "app.handler"}, "handler", "CMD names it"),
        ({"layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:x:3"]}, "layers", "Lambda takes none"),
        ({"exclude": ["*.md"]}, "exclude", ".dockerignore"),
    ],
)
def test_an_image_refuses_what_only_a_zip_has(
    tmp_path: Path, said: dict[str, Any], key: str, why: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_of(tmp_path, ["Dockerfile"], packageType="Image", **said)

    assert refused.value.key == f"greenshift:functions.web.{key}"
    assert why in refused.value.allowed


def test_an_image_needs_a_dockerfile(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="functions/web has no Dockerfile"):
        settings_of(tmp_path, ["handler.py"], packageType="Image")


def test_the_twin_refuses_images_by_name_and_says_what_to_do() -> None:
    functions = {
        key: FunctionSettings.model_construct(
            package_type=kind, runtime="" if kind == "Image" else "nodejs22.x"
        )
        for key, kind in KINDS.items()
    }

    assert images(functions) == ["api", "web"]
    with pytest.raises(UsageError, match=r"api is a container image: the twin runs no .*; web is") as refused:
        refuse_on_twin(functions)
    assert "--stack" in refused.value.hint and "Pulumi.local.yaml" in refused.value.hint
    refuse_on_twin({"charge": functions["charge"]})


@pytest.mark.parametrize(
    ("runtime", "programs", "says"),
    [
        ("ruby3.4", {"ruby"}, None),
        (
            "ruby3.4",
            set(),
            "charge runs on ruby3.4: the twin runs it with this machine's ruby, which is not on",
        ),
        ("java21", {"java", "javac"}, None),
        (
            "java21",
            {"java"},
            "charge runs on java21: the twin runs it with this machine's javac, which is not",
        ),
        ("dotnet8", {"dotnet"}, "charge runs on dotnet8: the twin has no runtime for .NET"),
        ("provided.al2023", set(), None),
        ("python3.13", set(), None),
    ],
)
def test_a_runtime_that_is_not_on_the_machine_is_told(
    runtime: str, programs: set[str], says: str | None
) -> None:
    functions = {"charge": FunctionSettings.model_construct(package_type="Zip", runtime=runtime)}

    def which(name: str) -> str | None:
        return name if name in programs else None

    if says is None:
        refuse_on_twin(functions, which)
        return
    with pytest.raises(UsageError, match=says):
        refuse_on_twin(functions, which)


KINDS = {"web": "Image", "charge": "Zip", "api": "Image"}
