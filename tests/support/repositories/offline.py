"""The shapes that ask no registry for anything."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from greenshift.twin.machine import nodejs
from support.repositories.shape import NODE, PYTHON_BODY, SAID, Shape, node, python


def manifest(name: str, **members: object) -> str:
    return json.dumps({"name": name, "version": "1.0.0", **members})


def npm_lock(folder: Path) -> None:
    """What ``npm install`` leaves behind."""
    root = nodejs.directory()
    command = [root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"]
    options = ("install", "--package-lock-only", "--no-audit", "--no-fund")
    subprocess.run([*command, *options], cwd=folder, check=True, capture_output=True)


SHARED_BY_PATH = Shape(
    folder="s01",
    files={
        "libraries/a/index.js": "exports.name = 'a';\n",
        "linked/index.js": "exports.name = 'linked';\n",
        "vendor/dep/package.json": manifest("dep"),
        "vendor/dep/index.js": "exports.name = 'dep';\n",
        "vendor/dev/package.json": manifest("dev"),
        "functions/charge/package.json": manifest(
            "charge",
            dependencies={"dep": "file:../../vendor/dep"},
            devDependencies={"dev": "file:../../vendor/dev"},
        ),
        "functions/charge/index.js": node(
            "libraries: [a.name, linked.name, dep.name]",
            before=(
                "const a = require('libraries/a');\nconst linked = require('linked');\n"
                "const dep = require('dep');\n"
            ),
        ),
    },
    functions={
        "shared-by-path": {
            **NODE,
            "directory": "functions/charge",
            "build": "cp -r ../../libraries node_modules && ln -s ../../../linked node_modules/linked",
        }
    },
    packages={
        "shared-by-path": (
            "index.js", "node_modules/dep/index.js", "node_modules/dep/package.json",
            "node_modules/libraries/a/index.js", "node_modules/linked/index.js", "package-lock.json",
            "package.json",
        )
    },
    answers={"shared-by-path": {"libraries": ["a", "linked", "dep"]}},
    prepare=lambda folder: npm_lock(folder / "functions/charge"),
)  # fmt: skip

PYTHON_MONOREPO = Shape(
    folder="s03",
    files={
        "lambdas/x/X/handler.py": python("'it': 'x'"),
        "lambdas/x/tests/test_x.py": "import unittest\n\nimport handler\n\n\nclass X(unittest.TestCase):\n"
        "    def test_x(self):\n        self.assertTrue(callable(handler.handler))\n",
        "lambdas/y/Y/handler.py": python("'it': 'y'"),
        "lambdas/y/Y/tests/test_y.py": "import unittest\n\nimport handler\n\n\nclass Y(unittest.TestCase):\n"
        "    def test_y(self):\n        self.assertTrue(callable(handler.handler))\n",
    },
    functions={
        "tests-beside": {
            "directory": "lambdas/x/X",
            "runtime": "python3.13",
            "handler": "handler.handler",
            "test": "python3 -m unittest discover -s ../tests",
        },
        "tests-inside": {"directory": "lambdas/y/Y", "runtime": "python3.13", "handler": "handler.handler"},
    },
    packages={"tests-beside": ("handler.py",), "tests-inside": ("handler.py",)},
    answers={"tests-beside": {"it": "x"}, "tests-inside": {"it": "y"}},
)

HOISTED = Shape(
    folder="s07",
    files={
        "package.json": manifest("root", private=True, workspaces=["packages/*"]),
        "packages/charge/package.json": manifest(
            "charge", dependencies={"shared": "*", "dep": "file:../../vendor/dep"}
        ),
        "packages/charge/index.js": node(
            "names: [shared.name, dep.name]",
            before="const shared = require('shared');\nconst dep = require('dep');\n",
        ),
        "packages/shared/package.json": manifest("shared"),
        "packages/shared/index.js": "exports.name = 'shared';\n",
        "vendor/dep/package.json": manifest("dep"),
        "vendor/dep/index.js": "exports.name = 'dep';\n",
    },
    functions={"hoisted": {**NODE, "directory": "packages/charge"}},
    packages={
        "hoisted": (
            "index.js", "node_modules/dep/index.js", "node_modules/dep/package.json",
            "node_modules/shared/index.js", "node_modules/shared/package.json", "package.json",
        )
    },
    answers={"hoisted": {"names": ["shared", "dep"]}},
    prepare=npm_lock,
)  # fmt: skip

EIGHT = tuple(f"eight-{number}" for number in range(1, 9))
ONE_DIRECTORY = Shape(
    folder="s09",
    files={
        f"lambda/step{number}.js": node(f"step: {number}, of: require('./common').of").replace(
            "exports.handler", "exports.run"
        )
        for number in range(1, 9)
    }
    | {"lambda/common.js": "exports.of = 8;\n"},
    functions={
        key: {"directory": "lambda", "runtime": "nodejs22.x", "handler": f"step{number}.run"}
        for number, key in enumerate(EIGHT, 1)
    },
    packages={key: ("common.js", *(f"step{number}.js" for number in range(1, 9))) for key in EIGHT},
    answers={key: {"step": number, "of": 8} for number, key in enumerate(EIGHT, 1)},
)

FROM_A_LAYER = Shape(
    folder="s10",
    files={
        "layer/nodejs/node_modules/layered/package.json": manifest("layered", type="module", main="index.js"),
        "layer/nodejs/node_modules/layered/index.js": "export const name = 'layered';\n",
        "function/index.mjs": node("name", module=True, before="import { name } from 'layered';\n"),
    },
    functions={"from-a-layer": {**NODE, "directory": "function"}},
    packages={"from-a-layer": ("index.mjs",)},
    answers={"from-a-layer": {"name": "layered"}},
    before="""\
layer = aws.lambda_.LayerVersion(
    "layered", layer_name="layered", code=pulumi.FileArchive("s10/layer"), compatible_runtimes=["nodejs22.x"]
)
functions["from-a-layer"] = greenshift.FunctionArgs(layers=[layer.arn])
""",
)

SDK_OF_THE_RUNTIME = Shape(
    folder="s11",
    files={
        "index.mjs": node(
            "account: (await sts.send(new GetCallerIdentityCommand({}))).Account",
            module=True,
            before=(
                "import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';\n"
                "const sts = new STSClient();\n"
            ),
        )
    },
    functions={"sdk-of-the-runtime": {**NODE, "directory": ""}},
    packages={"sdk-of-the-runtime": ("index.mjs",)},
    answers={"sdk-of-the-runtime": {"account": "123456789012"}},
)

# Any language will do: what is asked of it is two HTTP calls.
_EXECUTABLE = f"""\
#!/usr/bin/env python3
import json, os, urllib.request

api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"


def handler(event):
{PYTHON_BODY}    return {{"said": "{SAID}", "speaks": "Runtime API"}}


while True:
    with urllib.request.urlopen(api + "next") as asked:
        request, event = asked.headers["Lambda-Runtime-Aws-Request-Id"], json.load(asked)
    try:
        path, said = "/response", handler(event)
    except RuntimeError as error:
        path, said = "/error", {{"errorMessage": str(error), "errorType": "RuntimeError"}}
    urllib.request.urlopen(urllib.request.Request(api + request + path, json.dumps(said).encode())).close()
"""
EXECUTABLE = Shape(
    folder="s13",
    files={"src/main.py": _EXECUTABLE},
    functions={
        "executable": {
            "directory": "",
            "runtime": "provided.al2023",
            "build": "cp src/main.py bootstrap && chmod +x bootstrap && rm -r src",
        }
    },
    packages={"executable": ("bootstrap",)},
    answers={"executable": {"speaks": "Runtime API"}},
)

FED = Shape(
    folder="s14",
    files={
        "index.mjs": f"""\
import {{ PutItemCommand, DynamoDBClient }} from '@aws-sdk/client-dynamodb';
const dynamo = new DynamoDBClient();
const keep = async (id) => dynamo.send(new PutItemCommand({{
  TableName: process.env.TABLE, Item: {{ id: {{ S: id }}, said: {{ S: '{SAID}' }} }} }}));
export const handler = async (event) => {{
  if ('{SAID}' === 'broken' && !('greenshift' in event)) throw new Error('broken');
  for (const record of event.Records ?? []) await keep(record.s3?.object.key ?? record.body);
  return {{ said: '{SAID}' }};
}};
"""
    },
    functions={"fed": {**NODE, "directory": ""}},
    packages={"fed": ("index.mjs",)},
    before="""\
kept = aws.dynamodb.Table(
    "kept",
    name="kept",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
)
inbox = aws.sqs.Queue("inbox", name="inbox")
uploads = aws.s3.Bucket("uploads", bucket="shapes-uploads", force_destroy=True)
functions["fed"] = greenshift.FunctionArgs(
    environment={"TABLE": kept.name},
    policies=[
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": kept.arn}],
        }
    ],
)
""",
    after="""\
fed = delivery.functions["fed"]
fed.add_event_source(inbox)
fed.add_bucket_notification(uploads)
pulumi.export("fedUrl", fed.add_http_api("GET /said").url)
pulumi.export("inbox", inbox.url)
""",
)

_JAVA = f"""\
package example;

import java.util.Map;

public class Handler {{
    public Map<String, Object> handle(Map<String, Object> event) {{
        if ("{SAID}".equals("broken") && !event.containsKey("greenshift"))
            throw new IllegalStateException("broken");
        return Map.of("said", "{SAID}", "built", Built.BY);
    }}
}}
"""
_BUILT = 'package example;\n\nclass Built {{ static final String BY = "{by}"; }}\n'
_JAVA_FUNCTION = {"runtime": "java17", "handler": "example.Handler::handle", "memory": 512, "timeout": 30}
# A jar holds times; without them the same sources give the same package.
_JAR = (
    "mkdir -p lib && javac -d target/classes src/example/*.java && "
    "jar --create --date 1980-02-01T00:00:00Z --file lib/app.jar -C target/classes ."
)

JAVA = Shape(
    folder="java",
    files={
        **{f"{key}/src/example/Handler.java": _JAVA for key in ("classes", "jar")},
        **{f"{key}/src/example/Built.java": _BUILT.format(by=key) for key in ("classes", "jar")},
    },
    functions={
        "java-classes": {
            **_JAVA_FUNCTION, "directory": "classes", "build": "javac -d . src/example/*.java",
        },
        "java-jar": {**_JAVA_FUNCTION, "directory": "jar", "build": _JAR},
    },
    packages={
        "java-classes": ("example/Built.class", "example/Handler.class"),
        "java-jar": ("lib/app.jar",),
    },
    answers={"java-classes": {"built": "classes"}, "java-jar": {"built": "jar"}},
)  # fmt: skip

RUBY = Shape(
    folder="ruby",
    files={
        "lib/words.rb": "module Words\n  def self.loud(text) = text.upcase\nend\n",
        "handler.rb": f"""\
require_relative 'lib/words'

def handler(event:, context:)
  raise 'broken' if '{SAID}' == 'broken' && !event.key?('greenshift')
  {{ said: '{SAID}', loud: Words.loud('{SAID}'), runs: 'Ruby' }}
end
""",
        "test/test_words.rb": "require_relative '../lib/words'\nraise 'no' unless Words.loud('a') == 'A'\n",
    },
    # The runtime and the handler are told by the files.
    functions={"ruby": {"directory": "", "test": "ruby test/test_words.rb"}},
    packages={"ruby": ("handler.rb", "lib/words.rb")},
    answers={"ruby": {"loud": "ONE", "runs": "Ruby"}},
)

HAS_RUBY = shutil.which("ruby") is not None
HAS_JDK = all(shutil.which(name) for name in ("java", "javac", "jar"))
OFFLINE = (
    SHARED_BY_PATH, PYTHON_MONOREPO, HOISTED, ONE_DIRECTORY, FROM_A_LAYER, SDK_OF_THE_RUNTIME, EXECUTABLE,
    FED, *((JAVA,) if HAS_JDK else ()), *((RUBY,) if HAS_RUBY else ()),
)  # fmt: skip
