"""Builds a function that is a container image, and pushes it: ``docker build``, ``docker push``.

Docker gives the same sources another digest each time, since layers hold times. So an image is known by its
sources: they give its tag, and what was pushed under that tag before is taken as it is. Tags of the stack's
repositories cannot be moved. A function whose directory did not change keeps its image, and its version.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .failure import BuildFailure, run_here
from .manifest import Function, Image, Package
from .reports import Case, Reports

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
# As many digits as tell two trees apart; a tag has at most 128 characters.
_TAG_DIGITS = 40
# Not of the source: git's own, and what an earlier function of this build made.
_NOT_SOURCE = frozenset({".git", ".greenshift-build"})
# Lambda takes one image, not the list of images that attestations make of it (developer guide, "Create a
# Lambda function using a container image").
_ENVIRONMENT = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1", "DOCKER_BUILDKIT": "1"}


def built_images(
    functions: Iterable[Function], source: Path, messages: list[str], reports: Reports
) -> list[Package]:
    """Those of ``functions`` that are images, one after another; notes go into the log and ``messages``."""
    packages = []
    for function in functions:
        if function.image is None:
            continue
        if function.test is None:
            messages.append(f"[{function.key}] no tests: an image's are what its setting 'test' says")
            print(messages[-1], flush=True)
        packages.append(_ImageBuild(function, function.image, source / function.directory, reports).package())
    return packages


@dataclass(frozen=True)
class _ImageBuild:
    """One image being built."""

    function: Function
    image: Image
    directory: Path
    reports: Reports

    def package(self) -> Package:
        """Test, then find or build and push. Raises BuildFailure for the step that failed."""
        if not (self.directory / "Dockerfile").is_file():
            raise BuildFailure(self.function.key, f"{self.function.directory} has no Dockerfile")
        tag = self._tag()  # of what is there before any command writes into it
        if self.function.build is not None:
            self._run(self.function.build, ["sh", "-c", self.function.build])
        self._test()
        if self.image.repository is None:
            return self._kept_here(tag)
        self._log_in(self.image.repository)
        digest = self._pushed(tag)
        if digest is not None:
            self._say(f"the image of these sources is there already: {tag}")
        else:
            digest = self._push(f"{self.image.repository}:{tag}", tag)
        self._say(f"image sha256:{digest}")
        return Package(self.function, f"{self.image.repository}@sha256:{digest}", digest)

    def _test(self) -> None:
        """What the image's own test command tells is that it ended well, or not."""
        key, line = self.function.key, self.function.test
        if line is None:
            self.reports.add(key)
            return
        try:
            self._run(line, ["sh", "-c", line])
        except BuildFailure as failure:
            self.reports.add(key, Case(line, ended="failure", message=failure.message))
            raise
        self.reports.add(key, Case(line))

    def _tag(self) -> str:
        """The sources', and of what else makes the image another one."""
        said = f"{_tree(self.directory)}\0{self.image.platform}\0{self.function.build}"
        return f"sources-{hashlib.sha256(said.encode()).hexdigest()[:_TAG_DIGITS]}"

    def _kept_here(self, tag: str) -> Package:
        name = f"{self.function.key}:{tag}"
        self._build(name)
        self._say(f"{name} is in this machine's Docker; nothing was pushed")
        return Package(self.function, name, "")

    def _push(self, name: str, tag: str) -> str:
        self._build(name)
        self._run(f"docker push {name}", ["docker", "push", name])
        digest = self._pushed(tag)
        if digest is None:
            raise BuildFailure(self.function.key, f"{name} was pushed, and ECR does not know it")
        return digest

    def _build(self, name: str) -> None:
        command = ["docker", "build", "--platform", self.image.platform, "--tag", name, "."]
        self._run(" ".join(command), command)

    def _log_in(self, repository: str) -> None:
        """ECR user guide, "Private registry authentication": the password is the token, for twelve hours."""
        registry = repository.partition("/")[0]
        token = self._call(["aws", "ecr", "get-login-password"])
        if token.returncode != 0:
            raise BuildFailure(self.function.key, f"aws ecr get-login-password: {_last(token.stderr)}")
        command = ["docker", "login", "--username", "AWS", "--password-stdin", registry]
        done = self._call(command, said=token.stdout)
        if done.returncode != 0:
            raise BuildFailure(self.function.key, f"docker login {registry}: {_last(done.stderr)}")

    def _pushed(self, tag: str) -> str | None:
        """The digest of what has this tag; None when nothing has."""
        assert self.image.repository is not None
        name = self.image.repository.partition("/")[2]
        asked = ["aws", "ecr", "describe-images", "--repository-name", name, "--image-ids", f"imageTag={tag}"]
        done = self._call([*asked, "--query", "imageDetails[0].imageDigest", "--output", "text"])
        if done.returncode == 0 and (found := _DIGEST.fullmatch(done.stdout.strip())) is not None:
            return found.group(1)
        if "ImageNotFoundException" in done.stderr:
            return None
        raise BuildFailure(self.function.key, f"aws ecr describe-images {name}: {_last(done.stderr)}")

    def _say(self, line: str) -> None:
        print(f"[{self.function.key}] {line}", flush=True)  # before a command writes to the same log

    def _run(self, title: str, command: Sequence[str]) -> None:
        """A command whose output is the log's."""
        self._say(title)
        done = self._call(command, is_quiet=False)
        if done.returncode != 0:
            ending = f"exit status {done.returncode}"
            raise BuildFailure(
                self.function.key,
                f"{title}: {ending}{run_here(self.function.key)}",
            )

    def _call(
        self, command: Sequence[str], *, said: str = "", is_quiet: bool = True
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                command,
                cwd=self.directory,
                env={**_ENVIRONMENT, **os.environ},
                input=said,
                capture_output=is_quiet,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            raise BuildFailure(
                self.function.key, f"{command[0]}: not found on this build's PATH, and an image takes it"
            ) from None


def _tree(directory: Path) -> str:
    """One SHA-256 for the names, contents and rights of all files: what ``docker build`` may copy."""
    digest = hashlib.sha256()
    for name, path in sorted(_files(directory, "")):
        digest.update(f"{name}\0{_kind(path)}\0".encode("utf-8", "surrogateescape"))
        content = bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
        digest.update(f"{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for entry in os.scandir(folder):
        if entry.name in _NOT_SOURCE:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_symlink() or entry.is_file():
            yield prefix + entry.name, Path(entry.path)


def _kind(path: Path) -> str:
    if path.is_symlink():
        return "link"
    return "program" if path.stat().st_mode & stat.S_IXUSR else "file"


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
