import gzip
import json

import inks
import pytest

from webapp.compress import LEAST


@pytest.mark.parametrize("takes", ["gzip", "br, gzip;q=0.5", "*"])
def test_the_page_and_long_answers_are_sent_smaller(client, takes):
    page = client.get("/", headers={"Accept-Encoding": takes})
    answer = client.post("/api/recognize", json={"strokes": inks.one_seven}, headers={"Accept-Encoding": takes})
    for reply in (page, answer):
        assert (reply.content_encoding, reply.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert reply.content_length == len(reply.data) < len(gzip.decompress(reply.data)) / 2
    assert json.loads(gzip.decompress(answer.data))["number"] == "17"


@pytest.mark.parametrize("takes", ["", "br", "gzip;q=0"])
def test_who_takes_no_gzip_gets_none(client, takes):
    reply = client.get("/", headers={"Accept-Encoding": takes})
    assert reply.content_encoding is None and len(reply.data) > LEAST
    assert reply.headers["Vary"] == "Accept-Encoding"


def test_what_is_short_or_coded_already_is_left_alone(client):
    reply = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert reply.content_encoding is None and reply.json == {"status": "ok"}
    with client.get("/digit-input.js", headers={"Accept-Encoding": "gzip, br"}) as script:
        assert script.headers.getlist("Content-Encoding") == ["br"]
