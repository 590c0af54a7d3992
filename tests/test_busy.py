"""What an ink is told that found no turn."""

import json
import logging
import time

import pytest
from test_webapp_metrics import figures

from webapp import busy
from webapp.app import create_app
from webapp.busy import Replies

SITE = "https://school.test"


def reply(replies, site="", way=(), came=0.0):
    """What goes out, its head as a dictionary and its body read."""
    made = replies.reply(
        site,
        way,
        came or time.monotonic(),
        lambda response: (
            json.dumps([response.status, dict(response.headers), response.get_data(True)]).encode(),
            False,
        ),
    )
    status, headers, body = json.loads(made.sent)
    return status, headers, json.loads(body)


@pytest.fixture
def cross(serving_address):
    app = create_app(DIGITS_SERVING=serving_address, DIGITS_CORS_ORIGINS=[SITE])
    yield Replies(app)
    app.extensions["serving"].close()


def test_each_is_told_to_come_again_under_a_name_of_its_own(app):
    replies, names = Replies(app), set()
    for status, headers, told in [reply(replies) for _ in range(3)]:
        assert status.startswith("503 ") and told["status"] == 503
        assert headers["Content-Type"] == "application/problem+json" and headers["Retry-After"] == "1"
        assert "Content-Security-Policy" in headers
        assert headers["X-Request-Id"] == told["request_id"]
        names.add(told["request_id"])
    assert len(names) == 3


def test_each_is_counted_and_told_of_in_the_log(app, caplog):
    caplog.set_level(logging.INFO, "webapp.logs")
    replies = Replies(app)
    names = [reply(replies)[1]["X-Request-Id"] for _ in range(3)]
    counted = figures(app.test_client())
    assert counted["inkdigits_refused_total", "busy"] == 3
    assert [line.split(", ")[2] for line in caplog.messages[:3]] == names
    assert all(line.startswith("POST /api/recognize 503, ") for line in caplog.messages[:3])


def test_a_page_of_another_site_may_read_it_where_it_may_ask(cross):
    for _ in range(2):
        for site, allowed in ((SITE, SITE), ("https://other.test", None)):
            assert reply(cross, site)[1].get("Access-Control-Allow-Origin") == allowed


def test_sites_that_somebody_makes_up_do_not_fill_the_memory(cross, monkeypatch):
    monkeypatch.setattr(busy, "MOST", 2)
    for i in range(5):
        reply(cross, f"https://{i}.test")
        assert len(cross._made) <= 2
