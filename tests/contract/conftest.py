"""Which server is held to the contract: ours, or the ones that TARGET (gRPC) and REST name, as host:port."""

import os

import pytest

from serving import config
from serving.__main__ import MODELS
from serving.catalogue import Catalogue
from serving.metrics import Metrics
from serving.rest import Rest


@pytest.fixture(scope="session")
def target(request):
    """The gRPC address of the server."""
    return os.environ.get("TARGET") or request.getfixturevalue("serving_address")


@pytest.fixture(scope="session")
def rest():
    """The address of the server's REST side."""
    if named := os.environ.get("REST"):
        yield f"http://{named}"
    elif os.environ.get("TARGET"):
        pytest.skip("REST=host:8501 was not given")
    else:
        ours = Rest(Catalogue(config.found(MODELS)), Metrics(), "127.0.0.1:0")
        ours.start()
        yield f"http://127.0.0.1:{ours.port}"
        ours.stop()
