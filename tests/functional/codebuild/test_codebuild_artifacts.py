"""Sources in and artifacts out: pipeline hand-overs, S3, patterns, and archives that would escape."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import time
import uuid
import zipfile
from typing import Any


def archive(files: dict[str, str], modes: dict[str, int] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (modes or {}).get(name, stat.S_IFREG | 0o644) << 16
            target.writestr(entry, text)
    return buffer.getvalue()


def bucket(builds: Any) -> str:
    name = f"b-{uuid.uuid4().hex[:12]}"
    builds.s3.create_bucket(Bucket=name)
    return name


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


class Pipeline:
    """What CodePipeline does around one build."""

    def __init__(self, builds: Any) -> None:
        self.builds = builds
        self.bucket = bucket(builds)
        self.inputs: dict[str, dict[str, str]] = {}

    def put(self, name: str, content: bytes) -> None:
        self.builds.s3.put_object(Bucket=self.bucket, Key=f"in/{name}", Body=content)
        self.inputs[name] = {"bucket": self.bucket, "key": f"in/{name}"}

    def build(self, primary: str, outputs: tuple[str, ...] = ("Out",), **members: Any) -> dict[str, Any]:
        source = {"type": "CODEPIPELINE", **members}
        project = self.builds.project(source=source, artifacts={"type": "CODEPIPELINE"})
        handover = {
            "pipeline": "shop",
            "executionId": "e-1",
            "primary": primary,
            "inputs": self.inputs,
            "outputs": {name: {"bucket": self.bucket, "key": f"out/{name}"} for name in outputs},
            "sourceRevision": "abc123",
        }
        variable = {"name": "GREENSHIFT_TWIN_ARTIFACTS", "value": json.dumps(handover), "type": "PLAINTEXT"}
        build_id = self.builds.start(project, environmentVariablesOverride=[variable])
        return dict(self.builds.wait(build_id))

    def output(self, name: str = "Out") -> bytes:
        return bytes(self.builds.s3.get_object(Bucket=self.bucket, Key=f"out/{name}")["Body"].read())


def buildspec(commands: list[str], artifacts: str = "") -> str:
    lines = "".join(f"      - {command}\n" for command in commands)
    return f"version: 0.2\nphases:\n  build:\n    commands:\n{lines}{artifacts}"


def test_a_pipeline_hands_over_inputs_and_gets_its_output(builds: Any) -> None:
    pipeline = Pipeline(builds)
    spec = buildspec(
        [
            "cat $CODEBUILD_SRC_DIR_Kit/kit.txt",
            "./run.sh",
            "env | grep -c GREENSHIFT_TWIN || true",
            "echo $CODEBUILD_INITIATOR $CODEBUILD_RESOLVED_SOURCE_VERSION",
            "mkdir -p dist/deep && echo 1 > dist/a && echo 2 > dist/deep/b",
        ],
        "artifacts: {files: ['**/*'], base-directory: dist}\n",
    )
    script = {"run.sh": stat.S_IFREG | 0o755}
    pipeline.put("Source", archive({"buildspec.yml": spec, "run.sh": "#!/bin/sh\necho ran\n"}, script))
    pipeline.put("Kit", archive({"kit.txt": "kit\n"}))

    build = pipeline.build("Source")

    assert build["buildStatus"] == "SUCCEEDED"
    assert builds.output(build) == ["kit", "ran", "0", "codepipeline/shop abc123"]
    assert names(pipeline.output()) == ["a", "deep/b"]
    assert build["artifacts"]["location"] == f"arn:aws:s3:::{pipeline.bucket}/out/Out"
    assert build["artifacts"]["sha256sum"] == hashlib.sha256(pipeline.output()).hexdigest()
    assert build["resolvedSourceVersion"] == "abc123"
    assert build["environment"]["environmentVariables"] == []
    metadata = builds.s3.head_object(Bucket=pipeline.bucket, Key="out/Out")["Metadata"]
    assert metadata["codebuild-buildarn"] == build["arn"]


def test_a_base_directory_may_be_a_pattern_and_a_hostile_one_ends(builds: Any) -> None:
    pipeline = Pipeline(builds)
    commands = [
        "mkdir -p out/a/dist out/b/dist/deep " + "/".join("d" * 40),
        "touch out/a/dist/1 out/b/dist/deep/2",
    ]
    patterns = f"{{files: ['{'**/' * 40}?'], base-directory: '{'**/' * 40}dist'}}"
    pipeline.put("Source", archive({"buildspec.yml": buildspec(commands, f"artifacts: {patterns}\n")}))
    pipeline.put("Kit", archive({}))
    began = time.monotonic()

    build = pipeline.build("Source")

    assert build["buildStatus"] == "SUCCEEDED"
    assert time.monotonic() - began < 20
    assert names(pipeline.output()) == ["1", "deep/2"]


def test_links_that_lead_to_no_file_are_left_out_and_said(builds: Any) -> None:
    pipeline = Pipeline(builds)
    commands = [
        "mkdir dist && cd dist && echo 1 > a && ln -s a b && mkfifo pipe",
        "ln -s /dev/zero zero; ln -s pipe also; ln -s . folder; ln -s nowhere nothing; cd ..",
    ]
    spec = buildspec(commands, "artifacts: {files: ['**/*'], base-directory: dist}\n")
    pipeline.put("Source", archive({"buildspec.yml": spec}))
    pipeline.put("Kit", archive({}))

    build = pipeline.build("Source")

    assert build["buildStatus"] == "SUCCEEDED"
    assert names(pipeline.output()) == ["a", "b"]
    ignored = [line for line in builds.lines(build) if "is a link that leads to no file" in line]
    found = {line.split("Ignored: ")[1].split(" is ")[0] for line in ignored}
    # A link to a folder is none of the files of a tree.
    assert found - {"folder"} == {"also", "nothing", "zero"}


def test_the_same_files_give_the_same_artifact(builds: Any) -> None:
    pipeline = Pipeline(builds)
    spec = buildspec(["echo 1 > a; sleep 0.01; echo 2 > b"], "artifacts: {files: [a, b]}\n")
    pipeline.put("Source", archive({"buildspec.yml": spec}))

    first, second = (pipeline.build("Source")["artifacts"]["sha256sum"] for _ in range(2))

    assert first == second


def test_several_outputs_are_secondary_artifacts(builds: Any) -> None:
    pipeline = Pipeline(builds)
    spec = buildspec(
        ["touch one two"],
        "artifacts:\n  files: ['**/*']\n  secondary-artifacts:\n"
        "    One: {files: [one]}\n    Two: {files: [two]}\n",
    )
    pipeline.put("Source", archive({"buildspec.yml": spec}))

    build = pipeline.build("Source", ("One", "Two"))

    assert (names(pipeline.output("One")), names(pipeline.output("Two"))) == (["one"], ["two"])
    assert sorted(entry["artifactIdentifier"] for entry in build["secondaryArtifacts"]) == ["One", "Two"]


def test_a_pattern_without_a_match_fails_the_upload(builds: Any) -> None:
    pipeline = Pipeline(builds)
    pipeline.put("Source", archive({"buildspec.yml": buildspec(["true"], "artifacts: {files: [nothing]}\n")}))

    build = pipeline.build("Source")

    [upload] = [phase for phase in build["phases"] if phase["phaseType"] == "UPLOAD_ARTIFACTS"]
    assert (upload["phaseStatus"], build["buildStatus"]) == ("FAILED", "FAILED")
    assert upload["contexts"] == [
        {"statusCode": "CLIENT_ERROR", "message": "no matching artifact paths found: nothing"}
    ]


def test_artifacts_of_a_failed_build_are_uploaded_all_the_same(builds: Any) -> None:
    pipeline = Pipeline(builds)
    spec = buildspec(["touch report", "'false'"], "artifacts: {files: [report]}\n")
    pipeline.put("Source", archive({"buildspec.yml": spec}))

    build = pipeline.build("Source")

    assert build["buildStatus"] == "FAILED"
    assert names(pipeline.output()) == ["report"]


def test_a_missing_buildspec_is_named(builds: Any) -> None:
    pipeline = Pipeline(builds)
    pipeline.put("Source", archive({"readme": ""}))

    build = pipeline.build("Source", buildspec="ci/build.yml")

    [download] = [phase for phase in build["phases"] if phase["phaseType"] == "DOWNLOAD_SOURCE"]
    assert download["contexts"][0]["statusCode"] == "YAML_FILE_ERROR"
    assert download["contexts"][0]["message"].endswith("/ci/build.yml: no such file or directory")


def test_an_archive_that_would_write_outside_is_refused(builds: Any) -> None:
    link = stat.S_IFLNK | 0o777
    for files, modes in (
        ({"../evil": "x"}, {}),
        ({"/evil": "x"}, {}),
        ({"out": "/tmp", "out/evil": "x"}, {"out": link}),
        ({"deep/out": "../../.."}, {"deep/out": link}),
    ):
        pipeline = Pipeline(builds)
        pipeline.put("Source", archive(files, modes))
        build = pipeline.build("Source")

        [download] = [phase for phase in build["phases"] if phase["phaseType"] == "DOWNLOAD_SOURCE"]
        assert download["phaseStatus"] == "FAILED", files
        assert download["contexts"][0]["message"].startswith("the source archive"), files


def test_a_missing_input_fails_the_download(builds: Any) -> None:
    pipeline = Pipeline(builds)
    pipeline.inputs["Source"] = {"bucket": pipeline.bucket, "key": "not/there"}

    build = pipeline.build("Source")

    [download] = [phase for phase in build["phases"] if phase["phaseType"] == "DOWNLOAD_SOURCE"]
    assert (
        f"cannot read arn:aws:s3:::{pipeline.bucket}/not/there: NoSuchKey"
        in (download["contexts"][0]["message"])
    )


def test_s3_source_and_s3_artifacts(builds: Any) -> None:
    store = bucket(builds)
    spec = buildspec(["cp in.txt out.txt"], "artifacts: {files: ['*.txt'], exclude-paths: [in.txt]}\n")
    content = archive({"buildspec.yml": spec, "in.txt": "hi"})
    builds.s3.put_object(Bucket=store, Key="src/source.zip", Body=content)
    target = {"type": "S3", "location": store, "path": "made", "name": "app.zip", "packaging": "ZIP"}
    source = {"type": "S3", "location": f"{store}/src/source.zip"}

    build = builds.wait(builds.start(builds.project(source=source, artifacts=target)))
    plain = builds.wait(
        builds.start(builds.project(source=source, artifacts={**target, "packaging": "NONE", "name": "app"}))
    )

    assert build["artifacts"]["location"] == f"arn:aws:s3:::{store}/made/app.zip"
    made = builds.s3.get_object(Bucket=store, Key="made/app.zip")["Body"].read()
    assert names(made) == ["out.txt"]
    assert "sha256sum" not in plain["artifacts"]
    assert builds.s3.get_object(Bucket=store, Key="made/app/out.txt")["Body"].read() == b"hi"


def test_a_folder_in_s3_is_a_source(builds: Any) -> None:
    store = bucket(builds)
    builds.s3.put_object(Bucket=store, Key="src/buildspec.yml", Body=buildspec(["cat deep/file"]).encode())
    builds.s3.put_object(Bucket=store, Key="src/deep/file", Body=b"found\n")

    project = builds.project(source={"type": "S3", "location": f"{store}/src/"})
    build = builds.wait(builds.start(project))

    assert builds.output(build) == ["found"]
