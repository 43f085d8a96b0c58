"""The build kit as a build runs it: a copy of its folder beside a checkout, with a build's programs."""

from __future__ import annotations

import json
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.components.archives import KIT_TEXTS, kit_files


@dataclass
class Kit:
    """A checkout with functions, and the kit beside it. Texts given to ``run`` are environment variables."""

    root: Path
    programs: Path

    @property
    def source(self) -> Path:
        return self.root / "source"

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(self, **functions: Any) -> subprocess.CompletedProcess[str]:
        kit = self.root / "kit"
        texts = {name: path.read_text() for name, path in kit_files().items()}
        for name, text in {**texts, **KIT_TEXTS}.items():
            (kit / name).parent.mkdir(parents=True, exist_ok=True)
            (kit / name).write_text(text)
        given = {name: value for name, value in functions.items() if isinstance(value, str)}
        document = {
            "formatVersion": 1,
            "functions": {key: value for key, value in functions.items() if key not in given},
        }
        (kit / "functions.json").write_text(json.dumps(document))
        temporary = self.root / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "HOME": str(self.root),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(kit),
            "CODEBUILD_SRC_DIR": str(self.source),
            "CODEBUILD_SRC_DIR_BuildKit": str(kit),
            "npm_config_cache": str(self.root / "npm-cache"),
            "npm_config_offline": "true",
            "npm_config_update_notifier": "false",
            "PIP_NO_INDEX": "1",
            **given,
        }
        return subprocess.run(
            ["python3", "-m", "build_kit"],
            cwd=self.source,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def built(self, **functions: Any) -> dict[str, Any]:
        done = self.run(**functions)
        assert done.returncode == 0, done.stdout
        release = json.loads((self.source / ".greenshift-build" / "release.json").read_text())
        return {entry["function"]: entry for entry in release["functions"]}

    def names(self, key: str) -> list[str]:
        with zipfile.ZipFile(self.source / ".greenshift-build" / "packages" / f"{key}.zip") as archive:
            return archive.namelist()

    def text(self, key: str, name: str) -> str:
        with zipfile.ZipFile(self.source / ".greenshift-build" / "packages" / f"{key}.zip") as archive:
            return archive.read(name).decode()

    def sources(self) -> set[str]:
        return {
            str(path.relative_to(self.source))
            for path in self.source.rglob("*")
            if path.is_file() and ".greenshift-build" not in path.parts
        }
