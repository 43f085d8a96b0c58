"""What no SDK would send: each is refused by the service itself, with a 400 of its own, and costs nothing."""

from __future__ import annotations

import gzip
import json
import resource
from collections.abc import Iterator

import pytest
from support.people.raw_requests import Raw

from greenshift.testing import RunningTwin

PUT_EVENTS = "AWSEvents.PutEvents"
PUT_RULE = "AWSEvents.PutRule"
GET_PIPELINE = "CodePipeline_20150709.GetPipeline"
PUT_METRIC_DATA = "GraniteServiceVersion20100801.PutMetricData"
FUNCTIONS = "/2015-03-31/functions"
DEEP = b"[" * 100_000
MIB = 1 << 20


@pytest.fixture
def raw(twin: RunningTwin) -> Iterator[Raw]:
    connection = Raw(twin.endpoint)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "body",
    [
        DEEP, b"[" * 201 + b"]" * 201, b'{"a":' * 100_000, b"1", b"[]", b"null", b'"text"', b"{", b"\xff\xfe",
        b'{"Entries": NaN}', b'{"FunctionName": "\\ud800"}',
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused_by_each_protocol_in_its_own_words(
    raw: Raw, body: bytes
) -> None:
    json_ = raw.json("events", PUT_EVENTS, body)
    rest = raw.send("lambda", "POST", FUNCTIONS, body)

    assert (json_.status, json_.code) == (400, "SerializationException")
    assert (rest.status, rest.code) == (400, "InvalidRequestContentException")


@pytest.mark.parametrize("moment", ['""', '"2020-13-45"', "1e18", "-1e300", "true", "[]", '"now"'])
def test_a_time_that_is_none_is_refused(raw: Raw, moment: str) -> None:
    entry = f'{{"Entries": [{{"Source": "s", "DetailType": "t", "Detail": "{{}}", "Time": {moment}}}]}}'

    answer = raw.json("events", PUT_EVENTS, entry.encode())

    assert (answer.status, answer.code) == (400, "SerializationException")


@pytest.mark.parametrize("moment", ["Infinity", "NaN"])
def test_a_number_json_does_not_have_is_refused(raw: Raw, moment: str) -> None:
    answer = raw.json("events", PUT_EVENTS, f'{{"Entries": [{{"Time": {moment}}}]}}'.encode())

    assert (answer.status, answer.code) == (400, "SerializationException")


@pytest.mark.parametrize("blob", ['"not base64!"', '"YQ"', "5", "{}"])
def test_a_blob_that_is_not_base64_is_refused(raw: Raw, blob: str) -> None:
    body = f'{{"FunctionName": "f", "Role": "r", "Code": {{"ZipFile": {blob}}}}}'

    answer = raw.send("lambda", "POST", FUNCTIONS, body.encode())

    assert (answer.status, answer.code) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"name": True}, "TRUE_VALUE can not be converted to a String"),
        ({"name": ["p"]}, "Start of list found where not expected"),
        ({"name": {"a": 1}}, "Start of structure or map found where not expected."),
        ({"name": "p", "version": "1"}, "STRING_VALUE can not be converted to an Integer"),
        ({"name": "p", "version": 1 << 40}, "NUMBER_VALUE can not be converted to an Integer"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_the_words_of_aws(
    raw: Raw, body: dict[str, object], said: str
) -> None:
    answer = raw.json("codepipeline", GET_PIPELINE, json.dumps(body).encode())

    assert (answer.status, answer.code) == (400, "SerializationException")
    assert json.loads(answer.body)["message"] == said


@pytest.mark.parametrize(
    "body",
    [b"not gzip", b"\x1f\x8b\x08\x00", gzip.compress(b"{}", mtime=0)[:-9], b"{}"],
    ids=["text", "head", "cut", "plain"],
)
def test_a_body_said_to_be_gzip_that_is_not_is_refused(raw: Raw, body: bytes) -> None:
    answer = raw.json("monitoring", PUT_METRIC_DATA, body, Content_Encoding="gzip")

    assert (answer.status, answer.code) == (400, "SerializationException")


def test_a_compressed_body_is_read(raw: Raw) -> None:
    datum = {"MetricName": "m", "Value": 1.0}
    body = gzip.compress(json.dumps({"Namespace": "n", "MetricData": [datum]}).encode())

    assert raw.json("monitoring", PUT_METRIC_DATA, body, Content_Encoding="gzip").status == 200


def test_what_compression_hides_is_not_unpacked(raw: Raw) -> None:
    bomb = gzip.compress(bytes(300 * MIB), 1)
    before = _peak_mib()

    answer = raw.json("monitoring", PUT_METRIC_DATA, bomb, Content_Encoding="gzip")

    assert (answer.status, answer.code) == (413, "RequestEntityTooLargeException")
    assert _peak_mib() - before < 60


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize(
    ("service", "path", "headers", "refused"),
    [
        ("events", "/", {"X-Amz-Target": PUT_EVENTS}, "RequestEntityTooLargeException"),
        ("lambda", FUNCTIONS, {}, "RequestEntityTooLargeException"),
        ("s3", "/bucket/key", {}, "EntityTooLarge"),
    ],
)
def test_a_body_too_large_to_be_kept_is_refused_by_the_length_it_announces(
    raw: Raw, service: str, path: str, headers: dict[str, str], refused: str
) -> None:
    answer = raw.send(service, "POST", path, b"", headers | {"Content-Length": str(1 << 40)})

    assert (answer.status >= 400, answer.code) == (True, refused)


def test_a_pattern_or_an_event_nested_without_end_is_refused(raw: Raw) -> None:
    deep = '{"a":' * 500 + "1" + "}" * 500
    entry = {"Source": "s", "DetailType": "t", "Detail": deep}

    put = raw.json("events", PUT_EVENTS, json.dumps({"Entries": [entry]}).encode())
    rule = raw.json("events", PUT_RULE, json.dumps({"Name": "r", "EventPattern": deep}).encode())

    assert json.loads(put.body)["Entries"][0]["ErrorCode"] == "MalformedDetail"
    assert (rule.status, rule.code) == (400, "InvalidEventPatternException")
