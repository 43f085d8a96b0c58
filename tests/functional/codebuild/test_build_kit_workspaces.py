"""Workspaces and shared code of Node: installed at the root, and each member packaged with what it needs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from support.stacks.build_kit import Kit

from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.node_modules import needed
from greenshift.buildkit.node_projects import install_command, node_project

NODE = {"runtime": "nodejs22.x", "handler": "index.handler"}
HANDLER = "exports.handler = async () => require('shared').answer + require('dep').answer;\n"


def package(name: str, **members: object) -> str:
    return json.dumps({"name": name, "version": "1.0.0", **members})


def answer(kit: Kit, key: str, tmp_path: Path) -> str:
    """What the packaged function says, with nothing but its package."""
    target = tmp_path / "unpacked" / key
    shutil.unpack_archive(kit.source / f".greenshift-build/packages/{key}.zip", target, "zip")
    script = "require('./index.js').handler().then((it) => console.log(it))"
    return subprocess.run(
        [str(kit.programs / "node"), "-e", script], cwd=target, capture_output=True, text=True, check=False
    ).stdout.strip()


def test_a_member_of_an_npm_workspace_brings_what_is_hoisted_and_what_is_linked(
    kit: Kit, tmp_path: Path
) -> None:
    kit.write(
        {
            "package.json": package("root", private=True, workspaces=["packages/*"]),
            "packages/charge/package.json": package(
                "charge",
                dependencies={"shared": "*", "dep": "file:../../vendor/dep"},
                devDependencies={"dev": "file:../../vendor/dev"},
            ),
            "packages/charge/index.js": HANDLER,
            "packages/refund/package.json": package("refund"),
            "packages/refund/index.js": "exports.handler = async () => 'alone';\n",
            "packages/shared/package.json": package(
                "shared", dependencies={"deep": "file:../../vendor/deep"}
            ),
            "packages/shared/index.js": "exports.answer = require('deep').answer;\n",
            "packages/shared/tests/a.js": "",
            "vendor/dep/package.json": package("dep"),
            "vendor/dep/index.js": "exports.answer = 'dep';\n",
            "vendor/deep/package.json": package("deep"),
            "vendor/deep/index.js": "exports.answer = 'deep+';\n",
            "vendor/dev/package.json": package("dev"),
        }
    )  # fmt: skip
    lock = [str(kit.programs / "npm"), "install", "--package-lock-only", "--offline"]
    subprocess.run(lock, cwd=kit.source, check=True, capture_output=True)
    functions = {key: {**NODE, "directory": f"packages/{key}"} for key in ("charge", "refund")}

    first = kit.built(**functions)
    said = kit.run(**functions).stdout

    assert answer(kit, "charge", tmp_path) == "deep+dep"
    assert answer(kit, "refund", tmp_path) == "alone"
    assert kit.names("refund") == ["index.js", "package.json"]
    assert [name for name in kit.names("charge") if name.endswith("package.json")] == [
        "node_modules/deep/package.json", "node_modules/dep/package.json",
        "node_modules/shared/package.json", "package.json",
    ]  # fmt: skip
    assert said.count("npm install") == 1  # once, for both
    assert kit.built(**functions) == first


def test_what_the_build_puts_into_node_modules_is_packaged_though_npm_prunes(
    kit: Kit, tmp_path: Path
) -> None:
    kit.write(
        {
            "libraries/a.js": "exports.answer = 'a';\n",
            "linked/index.js": "exports.answer = 'linked';\n",
            "charge/package.json": package(
                "charge",
                dependencies={"dep": "file:../vendor/dep"},
                devDependencies={"dev": "file:../vendor/dev"},
            ),
            "charge/index.js": (
                "const one = require('libraries/a'); const two = require('@me/linked');\n"
                "exports.handler = async () => one.answer + two.answer;\n"
            ),
            "vendor/dep/package.json": package("dep"),
            "vendor/dev/package.json": package("dev"),
        }
    )
    build = (
        "cp -r ../libraries node_modules/libraries && mkdir -p node_modules/@me && "
        "ln -s ../../../linked node_modules/@me/linked"
    )

    kit.built(charge={**NODE, "directory": "charge", "build": build})

    assert answer(kit, "charge", tmp_path) == "alinked"
    assert not [name for name in kit.names("charge") if "/dev/" in name]


def test_pnpms_links_into_its_store_are_followed_and_two_versions_keep_apart(tmp_path: Path) -> None:
    store = tmp_path / "node_modules/.pnpm"

    def stored(name: str, version: str, **needs: str) -> Path:
        home = store / f"{name}@{version}/node_modules"
        (home / name).mkdir(parents=True)
        (home / name / "package.json").write_text(package(name, dependencies=dict.fromkeys(needs, "*")))
        for other, its in needs.items():
            (home / other).symlink_to(store / f"{other}@{its}/node_modules/{other}")
        return home / name

    old, new = stored("b", "1"), stored("b", "2")
    a = stored("a", "1", b="2")
    member = tmp_path / "packages/charge"
    (member / "node_modules").mkdir(parents=True)
    wanted = {"dependencies": {"a": "*", "b": "*"}, "peerDependencies": {"none": "*"}}
    (member / "package.json").write_text(package("charge", **wanted))
    (member / "node_modules/a").symlink_to(a)
    (member / "node_modules/b").symlink_to(old)

    assert needed("charge", member, tmp_path) == {
        "node_modules/a": a,
        "node_modules/a/node_modules/b": new,
        "node_modules/b": old,
    }
    (member / "node_modules/a").unlink()
    with pytest.raises(BuildFailure, match=r"a, which package\.json needs, is not installed"):
        needed("charge", member, tmp_path)


LINES = {
    "npm": "npm ci",
    "yarn": "npx --yes --package yarn@1.22.22 yarn install --frozen-lockfile",
    "berry": "npx --yes --package @yarnpkg/cli-dist@4 yarn install --immutable",
    "pnpm": "npx --yes --package pnpm@9 pnpm install --frozen-lockfile",
    "bun": "npx --yes --package bun@1 bun install --frozen-lockfile",
}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"package-lock.json": "{}"}, LINES["npm"]),
        ({"yarn.lock": "# yarn lockfile v1\n"}, LINES["yarn"]),
        ({"yarn.lock": "__metadata:\n  version: 8\n"}, LINES["berry"]),
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, LINES["pnpm"]),
        ({"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, LINES["pnpm"].replace("@9", "@8")),
        ({"bun.lock": "{}"}, LINES["bun"]),
        (
            {
                "yarn.lock": "__metadata:\n",
                "package.json": package("a", packageManager="yarn@3.6.1+sha224.x"),
            },
            LINES["berry"].replace("@4", "@3.6.1"),
        ),
        (
            {"pnpm-lock.yaml": "x", "package.json": package("a", packageManager="pnpm@10.2.0")},
            LINES["pnpm"].replace("@9", "@10.2.0"),
        ),
    ],
)
def test_the_tool_is_the_repositorys_own_statement(
    tmp_path: Path, files: dict[str, str], command: str
) -> None:
    for name, text in {"package.json": package("a"), **files}.items():
        (tmp_path / name).write_text(text)

    found = node_project("f", tmp_path, tmp_path)

    assert found is not None
    assert " ".join(install_command(found)) == command


def test_a_pnpm_workspace_is_known_by_its_file_and_takes_its_own_members_only(tmp_path: Path) -> None:
    (tmp_path / "pnpm-workspace.yaml").write_text(
        "# ours\npackages:\n  - 'apps/*'  # all\n  - \"!apps/old\"\n\ncatalog:\n  - no\n"
    )
    (tmp_path / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
    found = {}
    for name in ("apps/new", "apps/old", "else"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "package.json").write_text(package("x"))
        found[name] = node_project("f", tmp_path / name, tmp_path)

    assert {name: each and (each.tool, each.root == tmp_path) for name, each in found.items()} == {
        "apps/new": ("pnpm", True),
        "apps/old": ("npm", False),
        "else": ("npm", False),
    }
