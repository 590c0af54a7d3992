import json
import logging
import re

import inks
import pytest

from serving.client import ServingDown
from webapp import logs


@pytest.fixture
def lines(caplog):
    """What the app logs of its requests."""
    caplog.set_level(logging.INFO, "webapp.logs")
    return lambda: [record for record in caplog.records if record.name == "webapp.logs"]


@pytest.fixture
def configured():
    """Sets the log up as `make run` does, and gives pytest's back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield logs.configure
    root.handlers[:] = before
    root.setLevel(level)
    logs.log.setLevel(logging.NOTSET)


def test_a_request_is_one_line_that_says_how_it_went(client, lines):
    reply = client.post("/api/recognize", json={"strokes": inks.one_seven})
    (line,) = lines()
    about = dict(line.args)
    assert about.pop("milliseconds") > 0
    assert about == {
        "method": "POST",
        "route": "/api/recognize",
        "status": 200,
        "request_id": reply.headers["X-Request-Id"],
        "version": 1,
        "digits": 2,
    }
    assert line.getMessage().startswith("POST /api/recognize 200, ")
    assert line.getMessage().endswith(f"{about['request_id']}, version 1, 2 digits")


def test_no_line_tells_what_was_drawn_or_read_or_made_up_by_the_client(client, lines, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _: "id")
    client.post("/api/recognize?label=made-up", json={"strokes": inks.one_seven})
    client.post("/api/recognize", json={"strokes": [[[0, "made-up"]]]})
    client.open("/made-up", method="MADE-UP")
    assert client.post("/api/recognize", json={"strokes": inks.one_seven}).json["number"] == "17"
    members = {"method", "route", "status", "milliseconds", "request_id", "version", "digits"}
    assert all(line.args.keys() <= members and "made-up" not in str(line.args) for line in lines())
    assert [(line.args["method"], line.args["route"]) for line in lines()] == [
        ("POST", "/api/recognize"),
        ("POST", "/api/recognize"),
        ("-", "-"),
        ("POST", "/api/recognize"),
    ]


def test_what_a_server_says_is_one_line_whatever_it_is(app, client, caplog, monkeypatch):
    def predict(images, label):
        raise ServingDown(f"{label}\nERROR all is lost")

    monkeypatch.setattr(app.extensions["serving"], "predict", predict)
    client.post("/api/recognize?label=canary", json={"strokes": inks.one_seven})
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.endswith(r"canary\nERROR all is lost")


def refusing():
    raise ServingDown("nobody is there")


def test_probes_are_told_of_only_when_their_answer_changes(app, client, lines, monkeypatch):
    [client.get(path) for path in ("/healthz", "/readyz", "/metrics") * 2]
    assert not lines()
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["readiness"], "check", refusing)
        [client.get(path) for path in ("/readyz", "/healthz") * 3]
    [client.get("/readyz") for _ in range(3)]
    client.post("/healthz")
    assert [(line.args["route"], line.args["status"]) for line in lines()] == [
        ("/readyz", 503),
        ("/readyz", 200),
        ("-", 405),
    ]


def test_as_json_every_line_is_an_object(client, configured, capsys, monkeypatch):
    configured("json")
    reply = client.post("/api/recognize", json={"strokes": inks.one_seven})
    monkeypatch.setattr("digits.lattice.build", lambda *_: 1 / 0)
    client.post("/api/recognize", json={"strokes": inks.one_seven})
    first, failed, last = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["request_id"] == reply.headers["X-Request-Id"] and first["level"] == "INFO"
    assert "ZeroDivisionError" in failed["traceback"] and failed["level"] == "ERROR"
    assert last["request_id"] in failed["message"] and last["status"] == 500


@pytest.mark.parametrize(("kind", "count"), [("text", 1), ("quiet", 0)])
def test_if_quiet_only_trouble_is_told(client, configured, capsys, kind, count):
    configured(kind)
    client.get("/nowhere")
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    logging.getLogger("elsewhere").info("all is well")
    told = capsys.readouterr().err
    assert told.count("\n") == count == len(re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ GET - 404, ", told, re.M))
