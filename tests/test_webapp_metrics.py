import inks
import pytest
from prometheus_client.parser import text_string_to_metric_families

from digits import decode
from serving.client import ServingDown
from webapp.app import create_app
from webapp.door import MOST_BYTES


def figures(client):
    """Every sample of /metrics, by name and labels."""
    reply = client.get("/metrics")
    assert reply.mimetype == "text/plain"
    families = text_string_to_metric_families(reply.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_a_reading_is_counted_from_end_to_end(client):
    reply = client.post("/api/recognize", json={"strokes": inks.one_seven}).json
    told = figures(client)
    assert told["inkdigits_requests_total", "POST", "/api/recognize", "200"] == 1
    for stage in ("segment", "predict", "total"):
        assert told["inkdigits_seconds_sum", stage] == pytest.approx(reply["milliseconds"][stage] / 1000, abs=1e-5)
    assert told["inkdigits_candidates_count",] == 1 and told["inkdigits_candidates_sum",] >= 2
    assert told["inkdigits_digits_total",] == told["inkdigits_confidence_count",] == 2
    assert told["inkdigits_confidence_sum",] == pytest.approx(sum(one["confidence"] for one in reply["digits"]))
    assert told["inkdigits_model_version",] == 1


def test_digits_shown_as_unsure_are_counted(client, monkeypatch):
    monkeypatch.setattr(decode, "UNSURE", 2)
    client.post("/api/recognize", json={"strokes": inks.one_seven})
    assert figures(client)["inkdigits_unsure_total",] == 2


def test_inks_that_were_not_read_are_counted_by_reason(client):
    sent = {
        "size": {"data": b" " * (MOST_BYTES + 1), "content_type": "application/json"},
        "type": {"data": b"{}"},
        "json": {"data": b"{", "content_type": "application/json"},
        "ink": {"json": {"strokes": [[[0, "a"]]]}},
    }
    for one in sent.values():
        client.post("/api/recognize", **one)
    client.post("/healthz", json={})
    told = {name[1]: value for name, value in figures(client).items() if name[0] == "inkdigits_refused_total" and value}
    assert told == dict.fromkeys(sent, 1)


def test_inks_that_others_kept_from_being_read_are_counted_by_reason_too(serving_address, monkeypatch):
    app = create_app(DIGITS_SERVING=serving_address, DIGITS_RATE=0.2)
    client, statuses = app.test_client(), []

    def post(query):
        statuses.append(client.post(f"/api/recognize{query}", json={"strokes": inks.one_seven}).status_code)

    def silent(*_, **__):
        raise ServingDown("nobody is there")

    post("?label=unknown")
    monkeypatch.setattr(app.extensions["serving"], "predict", silent)
    post("?label=canary"), post("")
    told = {name[1]: value for name, value in figures(client).items() if name[0] == "inkdigits_refused_total" and value}
    assert statuses == [404, 503, 429] and told == {"label": 1, "model": 1, "rate": 1}
    app.extensions["serving"].close()


def test_another_host_is_no_fault_of_the_ink(serving_address):
    client = create_app(DIGITS_SERVING=serving_address, DIGITS_HOSTS=["digits.example"]).test_client()
    assert client.post("/api/recognize", json={"strokes": inks.one_seven}).status_code == 400
    told = client.get("/metrics", headers={"Host": "digits.example"}).text
    assert 'inkdigits_refused_total{reason="json"} 0.0' in told


@pytest.mark.parametrize(
    "strokes",
    [
        [[[0, 0]]] * 201,
        [[[0, 0]] * 10_001],
        [inks.bar(20 * i, 0, 100, 2) for i in range(101)],
        [[[x, y], [x + 1, y]] for x in range(9) for y in range(11)] + [inks.bar(20, 0, 100)],
        [inks.bar(100 * i, 0, 100, 2) for i in range(40)],
    ],
    ids=["strokes", "points", "pieces", "specks", "digits"],
)
def test_more_than_may_be_is_a_reason_of_its_own(client, strokes):
    assert client.post("/api/recognize", json={"strokes": strokes}).status_code == 400
    assert figures(client)["inkdigits_refused_total", "limit"] == 1


def test_what_clients_make_up_makes_no_figure(client):
    before = set(figures(client))
    for i in range(5):
        client.get(f"/made-up-{i}")
        client.open("/", method=f"MADE{i}")
        client.get(f"/static/dist/made-up-{i}")
    new = {name for name in set(figures(client)) - before if name[0] == "inkdigits_requests_total"}
    assert {name[1:] for name in new} == {
        ("GET", "-", "404"),
        ("-", "-", "405"),
        ("GET", "/static/dist/<name>", "404"),
        ("GET", "/metrics", "200"),
    } - {name[1:] for name in before}
