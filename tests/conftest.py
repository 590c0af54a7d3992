"""What many tests stand on: the embedded server with the shipped network, and the app in front of it."""

import os
import subprocess
import sys

import coverage
import pytest
from live import ROOT, running_app
from xdist.scheduler import LoadFileScheduling

from serving import config
from serving.__main__ import MODELS
from serving.client import Client
from serving.server import Server
from webapp.app import create_app

SLOWEST = ("test_notebook", "test_clone", "test_webapp_server")
WITH_TENSORFLOW = ("tests/contract/test_contract", "tests/test_swaps", "tests/test_training_")
HALF = "tests/browser/test_l"  # of what browsers do, there is as much before as after
UNTRACED = ("tests/browser/", "tests/contract/", "tests/test_fuzz")  # what others cover, or is not ours to cover
FOR_PROCESSES = "COVERAGE_PROCESS_CONFIG"  # says to a new Python that it is to be traced, and how

if "PYTEST_XDIST_WORKER" in os.environ:  # tests run beside each other, so one that trains gets one core
    os.environ |= {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One more than there are cores, for a worker that has asked a browser or a server waits half its time."""
    return os.cpu_count() + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """What is in one file goes to one worker; what imports TensorFlow too, which takes long; two start a browser."""

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            if nodeid.startswith(WITH_TENSORFLOW):
                return "tensorflow"
            return f"browser {nodeid < HALF}" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items):
    """What takes longest begins first."""
    items.sort(key=lambda item: item.path.stem not in SLOWEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """What need not be traced is not, its fixtures neither, TensorFlow least: it takes twice as long."""
    tracer = coverage.Coverage.current()
    if not tracer or not (item.nodeid.startswith(UNTRACED) or item.get_closest_marker("train")):
        return (yield)
    tracer.stop()
    try:
        return (yield)
    finally:
        tracer.start()
        os.environ.pop(FOR_PROCESSES, None)  # which it has set again


@pytest.fixture(scope="session", autouse=True)
def tracing():
    """What tells new processes to be traced. Some hundred are started, and it doubles what most of them take."""
    return os.environ.pop(FOR_PROCESSES, None)


@pytest.fixture(scope="module")
def traced(tracing):
    """Trace the processes that this module's tests start, too: what they run is tested nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        if tracing:
            patch.setenv(FOR_PROCESSES, tracing)
        yield


@pytest.fixture
def model_process(tmp_path):
    """A model server in a process of its own, which a test may stop and let go on; its address and its process."""
    address = f"unix:{tmp_path}/predict"
    command = [sys.executable, "-m", "serving", "--listen", address]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        next(line for line in process.stderr if "listening" in line)
        try:
            yield address, process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def serving_address(tmp_path_factory):
    """The address of an embedded server that answers with the shipped network."""
    address = f"unix:{tmp_path_factory.mktemp('serving')}/predict"
    server = Server(config.found(MODELS), address)
    server.start()
    yield address
    server.stop()


@pytest.fixture(scope="session")
def predict(serving_address):
    """Images → probabilities and version, through gRPC."""
    client = Client(serving_address, deadline=30)  # a crowded machine is no failure
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
