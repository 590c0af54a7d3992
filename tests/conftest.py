"""What many tests stand on: the embedded server with the shipped network, and the app in front of it."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from serving.__main__ import MODELS
from serving.client import Client
from serving.server import Server
from webapp.app import create_app

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def serving_address(tmp_path_factory):
    """The address of an embedded server that answers with the shipped network."""
    address = f"unix:{tmp_path_factory.mktemp('serving')}/predict"
    server = Server({"digits": MODELS / "digits"}, address)
    server.start()
    yield address
    server.stop()


@pytest.fixture(scope="session")
def predict(serving_address):
    """Images → probabilities and version, through gRPC."""
    client = Client(serving_address)
    yield client.predict
    client.close()


@pytest.fixture
def app(serving_address):
    """The web app, on the shipped network."""
    app = create_app(DIGITS_SERVING=serving_address)
    yield app
    app.extensions["serving"].close()


@pytest.fixture
def client(app):
    """Asks the app without a network."""
    return app.test_client()


@pytest.fixture(scope="session")
def live_url():
    """The address of a whole running app: web server, embedded server, page."""
    with running_app() as (url, _):
        yield url


@contextlib.contextmanager
def running_app(*arguments, **environment):
    """`python -m webapp` on a free port, once it answers: its address and its process."""
    command = [sys.executable, "-m", "webapp", "--host", "127.0.0.1", "--port", "0", *arguments]
    environment = {name: text for name, text in os.environ.items() if name != "DIGITS_SERVING"} | environment
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            announcement = process.stdout.readline()
            assert announcement.startswith("Draw at "), announcement
            yield announcement.split()[2].rstrip("/").replace("localhost", "127.0.0.1"), process
        finally:
            process.terminate()


def post(url, document):
    """One request to a live app: the reply, decoded."""
    request = urllib.request.Request(
        f"{url}/api/recognize", json.dumps(document).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)
