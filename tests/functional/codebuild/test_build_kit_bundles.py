"""`build: esbuild`: what is asked of esbuild, and that the package is what it made.

The program is a stand-in that writes down its arguments: no registry is asked in tests.
"""

from __future__ import annotations

import json

import pytest
from support.stacks.build_kit import Kit

NODE = {"directory": "charge", "runtime": "nodejs22.x", "handler": "index.handler"}
ESBUILD = """\
#!/usr/bin/env node
const fs = require('node:fs'), path = require('node:path');
const out = process.argv.find((word) => word.startsWith('--outfile=')).slice(10);
fs.mkdirSync(path.dirname(out), { recursive: true });
fs.writeFileSync(out, 'exports.handler = 1 // ' + JSON.stringify(process.argv.slice(2, -1)));
fs.writeFileSync(out + '.map', '{}');
"""


@pytest.fixture
def kit(kit: Kit) -> Kit:
    kit.write({"node_modules/.bin/esbuild": ESBUILD})
    (kit.source / "node_modules/.bin/esbuild").chmod(0o755)
    return kit


def test_typescript_is_bundled_and_the_package_is_the_bundle(kit: Kit) -> None:
    kit.write({"charge/src/index.ts": "export const handler = 1;\n", "charge/notes.md": ""})

    kit.built(charge={**NODE, "build": "esbuild --minify --external:pg"})

    assert kit.names("charge") == ["index.js", "index.js.map"]
    said = json.loads(kit.text("charge", "index.js").partition(" // ")[2])
    assert said[0] == "src/index.ts"
    assert {"--bundle", "--platform=node", "--target=node22", "--format=cjs", "--sourcemap"} <= set(said)
    assert said[-2:] == ["--minify", "--external:pg"]


def test_what_the_flags_leave_outside_is_packaged_with_what_it_needs_and_nothing_else(kit: Kit) -> None:
    """Installed as a workspace leaves it: at the top of the source, with packages of others beside them."""

    def installed(name: str, **members: object) -> dict[str, str]:
        package = json.dumps({"name": name, "version": "1.0.0", **members})
        return {f"node_modules/{name}/package.json": package, f"node_modules/{name}/index.js": f"// {name}\n"}

    kit.write(
        {
            "charge/index.ts": "export const handler = 1;\n",
            **installed("pg", dependencies={"pg-pool": "1"}, devDependencies={"mocha": "1"}),
            **installed("pg-pool", optionalDependencies={"not-for-linux": "1"}),
            **installed("@me/shared"),
            **installed("mocha"),
            **installed("lodash"),
        }
    )
    flags = "--external:pg --external=@me/shared/lib/* --external:@aws-sdk/client-* --external:./own.js"

    kit.built(charge={**NODE, "build": f"esbuild {flags}"})

    modules = ("@me/shared", "pg", "pg-pool")
    files = {f"node_modules/{name}/{file}" for name in modules for file in ("index.js", "package.json")}
    assert set(kit.names("charge")) == {"index.js", "index.js.map", *files}


def test_an_external_that_is_nowhere_is_left_to_the_layer_or_the_runtime_that_has_it(kit: Kit) -> None:
    kit.write({"charge/index.ts": "export const handler = 1;\n"})

    kit.built(charge={**NODE, "build": "esbuild --external:of-a-layer"})

    assert kit.names("charge") == ["index.js", "index.js.map"]


def test_es_modules_stay_es_modules_and_several_handlers_of_a_directory_have_a_bundle_each(kit: Kit) -> None:
    package = json.dumps({"name": "charge", "type": "module"})
    kit.write({"charge/package.json": package, "charge/api/get.ts": "", "charge/api/put.ts": ""})
    each = {"directory": "charge", "runtime": "nodejs22.x", "build": "esbuild"}

    kit.built(get={**each, "handler": "api/get.handler"}, put={**each, "handler": "api/put.handler"})

    assert kit.names("get") == ["api/get.mjs", "api/get.mjs.map"]
    assert kit.names("put") == ["api/put.mjs", "api/put.mjs.map"]


def test_a_source_that_is_not_there_is_named_and_a_command_of_the_users_own_stays_one(kit: Kit) -> None:
    kit.write({"charge/other.ts": "", "charge/notes": ""})

    said = kit.run(charge={**NODE, "build": "esbuild"}).stdout
    assert "build: esbuild looks for index.ts or src/index.ts, and charge has none" in said
    own = "esbuild () { echo 'exports.handler = 1' > index.js; }; esbuild other.ts"
    kit.built(charge={**NODE, "build": own})
    assert "index.js" in kit.names("charge")
