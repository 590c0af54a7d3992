"""Anything at all as the body of a request: it is an ink and is read, or it is refused as the description says."""

import json
import os
import random

import inks
import numpy as np
import pytest
import strategies
from hypothesis import HealthCheck, example, given, settings

from serving.client import Client
from webapp.app import create_app

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))  # `make fuzz` tries ten times as many
SEED = int(os.environ.get("FUZZ_SEED", "7"))


def fuzz(times):
    """As often as this, and as slowly as a crowded machine needs."""
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


def indifferent(client, images, label=""):
    """In place of `Client.predict`: all that is tested here comes before a network."""
    return np.full((len(images), 11), 1 / 11, np.float32), 1


@pytest.fixture(scope="module")
def client():
    """Asks an app without a network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "predict", indifferent)
        app = create_app(DIGITS_SERVING="unix:/nobody")
        yield app.test_client()
        app.extensions["serving"].close()


def send(client, body):
    return client.post("/api/recognize", data=body, content_type="application/json")


def refused(reply):
    """Whether a reply is a problem that blames the client."""
    if reply.status_code == 200:
        return False
    assert 400 <= reply.status_code < 500 and reply.content_type == "application/problem+json", reply.status
    problem = json.loads(reply.data)
    assert problem["status"] == reply.status_code and problem["detail"] and len(reply.data) < 1000
    return True


@fuzz(100 * TIMES)
@given(document=strategies.inks())
@example(document={"strokes": [[[0, 0], [0, 5e-324]]]})
@example(document={"strokes": [[[1e6, 0], [-1e6, 5e-324]]]})
@example(document={"strokes": [[[0, 0], [1, 0]], [[1e6, 0], [1e6, 1e-59], [1, -3e-49], [-2e-18, 0], [5e-51, 0]]]})
@example(document={"strokes": [[[1, 0], [1 + 2e-16, 1e-59], [1, 2e-59]], [[0, 1e-59]]]})
def test_every_ink_is_read(client, document):
    reply = send(client, json.dumps(document))
    assert reply.status_code == 200
    assert {i for digit in reply.json["digits"] for i in digit["strokes"]} <= set(range(len(document["strokes"])))


@fuzz(200 * TIMES)
@given(body=strategies.malformed)
@example(body=b"[" * 100_000)
@example(body=b'{"strokes": [[[0, 0]]], "strokes": []}')
def test_what_is_no_ink_is_refused_with_a_problem(client, body):
    assert refused(send(client, body))


@fuzz(100 * TIMES)
@given(sent=strategies.poisoned(strategies.POISON))
def test_a_poisoned_coordinate_is_named_with_its_stroke_and_point(client, sent):
    body, stroke, point = sent
    reply = send(client, body)
    assert refused(reply) and reply.json["detail"].startswith(f"stroke {stroke}, point {point}: ")


def test_an_ink_after_accidents_is_read_if_it_still_is_one_and_refused_if_not(client):
    chance, refusals, at_all = random.Random(SEED), 0, 0  # noqa: S311
    whole = [json.dumps({"strokes": s}).encode() for s in (inks.four_open, inks.with_times, inks.one_point)]
    whole.append(json.dumps({"strokes": inks.four_open, "groups": [[0, 1]]}).encode())
    while refusals < 2000 * TIMES:
        body = strategies.mutated(chance.choice(whole), chance)
        no_ink = not strategies.is_ink(body)
        assert refused(send(client, body)) == no_ink, body
        refusals, at_all = refusals + no_ink, at_all + 1
        if at_all % 1000 == 0:
            assert not refused(send(client, whole[0]))
    print(f"\n{at_all} changed bodies, {refusals} no inks any more and refused, the others read; seed {SEED}")
