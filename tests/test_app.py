import base64
import shutil

import inks
import numpy as np
import pytest
from inks import moved

from digits.decode import UNSURE
from digits.ink import MOST_STROKES
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.server import Server
from webapp.app import create_app
from webapp.door import DEEPEST, MOST_BYTES


def recognize(client, strokes):
    return client.post("/api/recognize", json={"strokes": strokes})


def problem(reply, status):
    """The one shape that every error has."""
    assert reply.status_code == status and reply.content_type == "application/problem+json"
    assert reply.json.keys() == {"type", "title", "status", "detail", "request_id"} and reply.json["status"] == status
    assert reply.json["request_id"] == reply.headers["X-Request-Id"]
    return reply.json["detail"]


def test_a_drawn_number_is_read(client):
    assert recognize(client, inks.one_seven).json["number"] == "17"


def test_a_reply_has_every_field_of_the_interface(client):
    reply = recognize(client, inks.one_seven).json
    assert list(reply) == ["number", "confidence", "alternatives", "digits", "model", "milliseconds"]
    assert reply["model"] == {"name": "digits", "version": 1}
    assert reply["milliseconds"].keys() == {"segment", "predict", "total"}
    assert all(other.keys() == {"number", "confidence"} for other in reply["alternatives"])
    fields = ["digit", "confidence", "unsure", "probabilities", "not_a_digit", "strokes", "box", "image"]
    assert all(list(digit) == fields for digit in reply["digits"])


def test_a_digit_tells_what_the_network_saw_and_said(client):
    one, seven = recognize(client, inks.one_seven).json["digits"]
    assert (one["strokes"], seven["strokes"]) == ([0], [1])
    assert one["box"] == pytest.approx([0, 0, 0, 100]) and seven["box"] == pytest.approx([60, 0, 60, 100])
    assert sum(one["probabilities"]) + one["not_a_digit"] == pytest.approx(1, abs=1e-5)
    assert one["confidence"] == max(one["probabilities"]) == one["probabilities"][one["digit"]]
    assert not one["unsure"] and one["confidence"] > UNSURE
    picture = np.frombuffer(base64.b64decode(one["image"]), np.uint8).reshape(28, 28)
    assert picture[14].max() == 255 and picture[0].max() == 0


def test_alternatives_are_less_likely_and_other_numbers(client):
    reply = recognize(client, inks.one_seven).json
    confidences = [reply["confidence"], *(other["confidence"] for other in reply["alternatives"])]
    assert confidences == sorted(confidences, reverse=True) and confidences[0] > 0.9 > 0.1 > confidences[1]
    assert len({reply["number"], *(other["number"] for other in reply["alternatives"])}) == len(confidences)


def test_strokes_that_are_said_to_be_one_digit_are_read_as_one(client):
    document = {"strokes": inks.one_seven + moved(inks.two_zeros, 200), "groups": [[1, 0], [2]]}
    reply = client.post("/api/recognize", json=document).json
    assert [digit["strokes"] for digit in reply["digits"]] == [[0, 1], [2], [3]]
    assert problem(client.post("/api/recognize", json=document | {"groups": [[4]]}), 400).startswith("group 0: ")


def test_what_is_wrong_in_the_ink_is_a_problem_that_names_it(client):
    assert (
        problem(recognize(client, [[[0, 0], [1, "a"]]]), 400) == "stroke 0, point 1: y must be a number, not a string"
    )
    assert "empty ink" in problem(recognize(client, []), 400)
    assert "201 strokes" in problem(recognize(client, [[[0, 0]]] * (MOST_STROKES + 1)), 400)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"strokes": 1', b"[" * 100_000, b'{"strokes": [[[' + b"9" * 5000 + b", 0]]]}"]
)
def test_a_body_that_cannot_be_read_is_a_problem(client, body):
    problem(client.post("/api/recognize", data=body, content_type="application/json"), 400)


def test_where_a_body_stops_being_json_is_told(client):
    detail = problem(client.post("/api/recognize", data=b'{"strokes":\n[[1, 2}', content_type="application/json"), 400)
    assert detail.endswith(", at line 2, column 7.")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_a_problem(client, value):
    body = f'{{"strokes": [[[0, {value}]]]}}'
    detail = problem(client.post("/api/recognize", data=body, content_type="application/json"), 400)
    assert detail.startswith("stroke 0, point 0: y must be between")


def test_other_content_types_are_a_problem(client):
    problem(client.post("/api/recognize", data='{"strokes": [[[0, 0]]]}', content_type="text/plain"), 415)


def test_a_large_body_is_a_problem_before_it_is_read(client):
    problem(client.post("/api/recognize", data=b" " * (MOST_BYTES + 1), content_type="application/json"), 413)


def test_other_codings_of_text_are_a_problem(client):
    for coding in ("utf-16", "utf-32", "utf-8-sig"):
        body = '{"strokes": [[[0, 0]]]}'.encode(coding)
        problem(client.post("/api/recognize", data=body, content_type="application/json"), 400)


def test_other_content_encodings_are_a_problem(client):
    for encoding, status in (("identity", 400), ("Identity", 400), ("gzip", 415), ("identity, br", 415)):
        reply = client.post("/api/recognize", json={}, headers={"Content-Encoding": encoding})
        problem(reply, status)


def test_a_body_is_as_deep_as_it_may_be_and_no_deeper(client):
    for more, told in ((0, "must be an object"), (1, "more than 8 deep")):
        body = b"[" * (DEEPEST + more) + b"]" * (DEEPEST + more)
        assert told in problem(client.post("/api/recognize", data=body, content_type="application/json"), 400)


def test_every_reply_has_a_name_that_no_other_has(client):
    ids = [client.get(path).headers["X-Request-Id"] for path in ("/healthz", "/healthz", "/nowhere")]
    assert len(set(ids)) == 3


def test_a_page_that_is_not_there_is_a_problem(client):
    problem(client.get("/nowhere"), 404)


def test_a_wrong_method_is_a_problem_that_names_the_right_one(client):
    reply = client.get("/api/recognize")
    problem(reply, 405)
    assert "POST" in reply.headers["Allow"]


def test_what_was_not_foreseen_is_a_problem_that_tells_nothing(app, client, monkeypatch, caplog):
    monkeypatch.setattr("digits.lattice.build", lambda *_: 1 / 0)
    reply = recognize(client, inks.one_seven)
    assert "division" not in problem(reply, 500)
    assert "ZeroDivisionError" in caplog.text and reply.json["request_id"] in caplog.text


@pytest.fixture
def orphan(tmp_path):
    """An app whose model is not there."""
    app = create_app(DIGITS_SERVING=f"unix:{tmp_path}/nobody", DIGITS_DEADLINE=0.5)
    yield app.test_client()
    app.extensions["serving"].close()


def test_without_a_model_the_app_asks_for_patience(orphan, caplog):
    for reply in (recognize(orphan, inks.one_seven), orphan.get("/readyz")):
        problem(reply, 503)
        assert reply.headers["Retry-After"] == "1"
    assert len([record for record in caplog.records if "no answer from the model" in record.message]) == 1


def test_life_and_readiness_are_two_things(client, orphan):
    assert client.get("/healthz").json == orphan.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "model": {"name": "digits", "version": 1}}


FILE = "/digit-input.js"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        *(("/", {}, 200), ("/healthz", {}, 200), ("/nowhere", {}, 404), ("/static/dist/nothing.js", {}, 404)),
        *((FILE, {}, 200), (FILE, {"If-None-Match": "*"}, 304)),
        *((FILE, {"Range": "bytes=0-9"}, 206), (FILE, {"Range": "bytes=9999999-"}, 416)),
    ],
)
def test_every_reply_carries_the_security_headers(client, path, asked, status):
    with client.get(path, headers=asked) as reply:
        headers = reply.headers
    assert reply.status_code == status and headers["X-Request-Id"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_a_label_asks_the_version_that_bears_it(tmp_path):
    for version in ("1", "2", "3"):
        shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / version)
    config = pb.ModelConfig(name="digits", base_path=str(tmp_path / "digits"), version_labels={"canary": 2})
    config.model_version_policy.all.SetInParent()
    server = Server([config], f"unix:{tmp_path}/s")
    server.start()
    app = create_app(DIGITS_SERVING=f"unix:{tmp_path}/s")
    asked = [
        app.test_client().post(f"/api/recognize{query}", json={"strokes": inks.one_seven})
        for query in ("", "?label=canary", "?label=unknown")
    ]
    assert [reply.json.get("model", {}).get("version") for reply in asked] == [3, 2, None]
    assert "label" in problem(asked[2], 404)
    app.extensions["serving"].close()
    for label, status in (("canary", 200), ("unknown", 503)):
        app = create_app(DIGITS_SERVING=f"unix:{tmp_path}/s", DIGITS_LABEL=label)
        replies = [
            app.test_client().get("/readyz"),
            app.test_client().post("/api/recognize", json={"strokes": inks.one_seven}),
        ]
        assert [reply.status_code for reply in replies] == [status, status]
        assert {reply.json.get("model", {}).get("version") for reply in replies} == {2 if status == 200 else None}
        app.extensions["serving"].close()
    server.stop()


def test_only_named_hosts_are_answered(serving_address):
    app = create_app(DIGITS_SERVING=serving_address, DIGITS_HOSTS=["digits.example"])
    client = app.test_client()
    for path, status in (("/", 400), ("/static/none.js", 400), ("/nowhere", 400), ("/healthz", 200), ("/readyz", 200)):
        assert client.get(path, headers={"Host": "Digits.example"}).status_code in (200, 404)
        reply = client.get(path, headers={"Host": "10.0.0.7:8080"})  # as Kubernetes names whom it probes
        assert reply.status_code == status
        if status == 400:
            problem(reply, 400)
            assert "10.0.0.7" not in reply.text
    app.extensions["serving"].close()


def test_other_origins_are_let_in_only_when_they_are_named(serving_address):
    for origins, let_in in (([], None), (["https://a.example"], "https://a.example"), (["https://*.example"], None)):
        app = create_app(DIGITS_SERVING=serving_address, DIGITS_CORS_ORIGINS=origins)
        for origin in ("https://a.example", "https://b.example", "https://xexample.evil"):
            reply = app.test_client().options("/api/recognize", headers={"Origin": origin})
            expected = let_in if origin == let_in else None
            assert reply.headers.get("Access-Control-Allow-Origin") == expected
            told = app.test_client().post("/api/recognize", json={}, headers={"Origin": origin}).headers
            exposed = told.get("Access-Control-Expose-Headers", "").split(", ")
            assert ("Retry-After" in exposed) == (expected is not None)
        app.extensions["serving"].close()
