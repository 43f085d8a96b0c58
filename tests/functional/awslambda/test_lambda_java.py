"""Java functions, truly run by the JDK of this machine: each way to write a handler."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="there is no JDK on this machine")

# What every package brings from aws-lambda-java-core, as its documentation has it.
CORE = {
    "Context": "String getAwsRequestId(); String getFunctionName(); int getRemainingTimeInMillis();"
    " LambdaLogger getLogger();",
    "LambdaLogger": "void log(String line);",
    "RequestHandler<I, O>": "O handleRequest(I input, Context context);",
    "RequestStreamHandler": "void handleRequest(java.io.InputStream in, java.io.OutputStream out, "
    "Context context) throws java.io.IOException;",
}
HANDLERS = """
package shop;

import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.util.*;

class Typed implements RequestHandler<Typed.Order, Map<String, Object>> {
    public static class Order {
        private String id; private List<Integer> amounts;
        public void setId(String id) { this.id = id; }
        public void setAmounts(List<Integer> amounts) { this.amounts = amounts; }
    }
    public Map<String, Object> handleRequest(Order order, Context context) {
        context.getLogger().log("order " + order.id);
        if (order.amounts == null) throw new IllegalArgumentException("no amounts");
        int total = order.amounts.stream().mapToInt(each -> each).sum();
        return Map.of("id", order.id, "total", total, "in", context.getFunctionName(),
            "hasTime", context.getRemainingTimeInMillis() > 0);
    }
}
"""
PLAIN = """
package shop;

public class Plain {
    public record Line(String name, double price) {}
    public Line named(java.util.Map<String, Object> event) {
        return new Line("\\u00e9\\"" + event.get("name"), 1.5);
    }
    public String upper(String text) { return text.toUpperCase(); }
}
"""
STREAM = """
package shop;

public class Stream implements com.amazonaws.services.lambda.runtime.RequestStreamHandler {
    public void handleRequest(java.io.InputStream in, java.io.OutputStream out,
            com.amazonaws.services.lambda.runtime.Context context) throws java.io.IOException {
        out.write('[');
        in.transferTo(out);
        out.write(']');
    }
}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("java")
    core = "com.amazonaws.services.lambda.runtime"
    for name, body in CORE.items():
        path = folder / f"{name.partition('<')[0]}.java"
        path.write_text(f"package {core};\npublic interface {name} {{ {body} }}\n")
    (folder / "Typed.java").write_text(HANDLERS.replace("class Typed", "public class Typed", 1))
    (folder / "Plain.java").write_text(PLAIN)
    (folder / "Stream.java").write_text(STREAM)
    sources = [str(path) for path in folder.glob("*.java")]
    subprocess.run(["javac", "-d", str(folder / "out"), *sources], check=True, capture_output=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in (folder / "out").rglob("*.class"):
            archive.write(path, path.relative_to(folder / "out"))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def made(bench: Any, package: bytes) -> Iterator[Any]:
    def make(handler: str) -> str:
        name = handler.replace(".", "-").replace("::", "-")
        bench.client.create_function(
            FunctionName=name,
            Runtime="java17",
            Handler=handler,
            Role=bench.role,
            Code={"ZipFile": package},
            Timeout=60,
        )
        return name

    yield make


def test_a_typed_handler_has_its_object_its_context_and_its_errors(bench: Any, made: Any) -> None:
    name = made("shop.Typed")

    answer = {"id": "a", "total": 5, "in": name, "hasTime": True}
    assert bench.call(name, {"id": "a", "amounts": [2, 3], "other": {"x": [None, 1.5]}}) == (answer, None)
    failed, kind = bench.call(name, {"id": "b"})
    assert (failed["errorType"], failed["errorMessage"], kind) == (
        "java.lang.IllegalArgumentException", "no amounts", "Unhandled",
    )  # fmt: skip
    assert failed["stackTrace"][0].startswith("shop.Typed.handleRequest(")


def test_a_method_by_its_name_a_record_and_a_stream(bench: Any, made: Any) -> None:
    assert bench.call(made("shop.Plain::named"), {"name": "Ada"}) == ({"name": 'é"Ada', "price": 1.5}, None)
    assert bench.call(made("shop.Plain::upper"), "ada\n") == ("ADA\n", None)
    assert bench.call(made("shop.Stream"), {"a": 1}) == ([{"a": 1}], None)


def test_a_class_that_is_not_there_is_named(bench: Any, made: Any) -> None:
    failed, kind = bench.call(made("shop.None"), {})

    assert (failed["errorType"], kind) == ("java.lang.ClassNotFoundException", "Unhandled")
    assert failed["errorMessage"] == "shop.None"
