import copy
import json
import re

import jsonschema_rs
import pytest

from webapp import door, openapi
from webapp.app import create_app
from webapp.schemas import SCHEMAS, kind, laid

DESCRIPTION = openapi.description()
RECOGNIZE = DESCRIPTION["paths"]["/api/recognize"]["post"]
EXAMPLES = RECOGNIZE["requestBody"]["content"]["application/json"]["examples"]
OPERATIONS = [(path, method, of) for path, methods in DESCRIPTION["paths"].items() for method, of in methods.items()]


def check(value, schema):
    """Hold a value to a schema of ours, which in addition has to name every field."""
    components = copy.deepcopy(DESCRIPTION["components"])
    for one in components["schemas"].values():
        one["additionalProperties"] = False
    jsonschema_rs.Draft202012Validator(schema | {"components": components}).validate(value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_an_ink_and_is_answered_as_described(client, name):
    check(EXAMPLES[name]["value"], {"$ref": "#/components/schemas/Ink"})
    reply = client.post("/api/recognize", json=EXAMPLES[name]["value"])
    assert reply.status_code == 200
    check(reply.json, RECOGNIZE["responses"]["200"]["content"]["application/json"]["schema"])


def test_the_answer_shown_is_the_one_to_the_first_example(client):
    shown = RECOGNIZE["responses"]["200"]["content"]["application/json"]["example"]
    reply = client.post("/api/recognize", json=EXAMPLES["one_seven"]["value"]).json
    assert [reply["number"], *reply] == [shown["number"], *shown]
    assert [(one["strokes"], one["box"]) for one in reply["digits"]] == [
        (one["strokes"], one["box"]) for one in shown["digits"]
    ]


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, {"json": {"strokes": [[[0, 0], [1, "a"]]]}}),
        (404, {"json": EXAMPLES["one_seven"]["value"], "query_string": {"label": "unknown"}}),
        (413, {"data": b" " * (door.MOST_BYTES + 1), "content_type": "application/json"}),
        (415, {"data": b"{}"}),
    ],
)
def test_every_problem_is_the_one_described(client, status, sent):
    reply = client.post("/api/recognize", **sent)
    described = RECOGNIZE["responses"][str(status)]["content"][reply.content_type]
    check(reply.json, described["schema"])
    assert reply.json | {"request_id": openapi.ID} == described["example"]


def test_a_silent_model_is_the_problem_described(tmp_path, caplog):
    app = create_app(DIGITS_SERVING=f"unix:{tmp_path}/nobody", DIGITS_DEADLINE=0.2)
    reply = app.test_client().post("/api/recognize", json=EXAMPLES["one_seven"]["value"])
    described = RECOGNIZE["responses"]["503"]
    assert reply.json | {"request_id": openapi.ID} == described["content"][reply.content_type]["example"]
    assert all(name in reply.headers for name in described["headers"])
    app.extensions["serving"].close()


def test_every_shown_reply_has_the_described_shape():
    replies = [reply for _, _, of in OPERATIONS for reply in of["responses"].values()]
    for content in (content for reply in replies for content in reply["content"].values() if "example" in content):
        check(content["example"], content["schema"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/openapi.json", "/metrics"])
def test_what_can_be_asked_for_answers_as_described(client, path):
    reply, described = client.get(path), DESCRIPTION["paths"][path]["get"]["responses"]["200"]
    check(reply.json or reply.text, described["content"][reply.mimetype]["schema"])
    assert all(name in reply.headers for name in described["headers"])


def test_what_is_described_is_what_there_is(app):
    there = {(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods}
    assert {(path, method.upper()) for path, method, _ in OPERATIONS} <= there
    api = {rule for rule, _ in there if rule.startswith("/api/") or rule.endswith(("z", "/metrics"))} - {"/api/docs"}
    assert api == set(DESCRIPTION["paths"])


def test_the_description_is_sound():
    text = json.dumps(DESCRIPTION)
    assert DESCRIPTION["openapi"] == "3.1.0"
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) == set(SCHEMAS)
    assert len({of["operationId"] for _, _, of in OPERATIONS}) == len(OPERATIONS)
    for schema in SCHEMAS.values():
        jsonschema_rs.meta.validate(schema)


def test_people_read_the_same_description(client):
    page = client.get("/api/docs").text
    for name in ("Ink", "Reading", "Digit", "Milliseconds", "Problem"):
        assert all(f"<code>{field}</code>" in page for field in SCHEMAS[name]["properties"])
    assert all(f"{limit['most']:,.0f}</td>" in page for limit in DESCRIPTION["x-limits"])
    assert all(one["summary"] in page for one in EXAMPLES.values())
    assert 'href="/api/docs"' in client.get("/").text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (SCHEMAS["Ink"]["properties"]["strokes"], "list of 1 to 200 lists of 1 to 10,000 points"),
        (SCHEMAS["Digit"]["properties"]["probabilities"], "list of 10 numbers from 0 to 1"),
        (SCHEMAS["Digit"]["properties"]["strokes"], "list of 1 or more integers from 0 to 199"),
        (SCHEMAS["Reading"]["properties"]["alternatives"], "list of alternatives"),
        (SCHEMAS["Reading"]["properties"]["model"], "model"),
    ],
)
def test_a_kind_is_told_in_words(schema, words):
    assert kind(schema) == words


@pytest.mark.parametrize("depth", [0, 1, 9])
def test_json_for_people_is_the_same_json(depth):
    value = RECOGNIZE["responses"]["200"]["content"]["application/json"]["example"]
    assert json.loads(laid(value, depth)) == value
    assert laid([1, "é"]) == '[1, "é"]'
