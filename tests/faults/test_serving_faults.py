"""Whoever answers Predict is killed, stopped, slow, restarted, or somebody else sits at its address."""

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from live import stopped, wait_for
from watched import free_port, load, model, seen, statuses, unharmed, watched

pytestmark = pytest.mark.faults

DEADLINE = 2.0


def test_killed_under_load_ten_times(tmp_path):
    with watched(tmp_path) as app, unharmed(app):
        back = []
        with load(app) as answered:
            for time_ in range(10):
                (server,) = app.children()
                os.kill(server, signal.SIGKILL)
                wait_for(lambda n=time_ + 2: app.said("listening on") == n)
                listening = time.monotonic()
                wait_for(lambda since=listening: any(when > since and s == 200 for when, s, _ in answered))
                back.append(next(when for when, s, _ in answered if when > listening and s == 200) - listening)
        refusals = sorted(seconds for _, status, seconds in answered if status == 503)
        assert set(statuses(answered)) == {200, 503}
        assert app.said(r"the embedded server ended with -9 and is started again") == 10
        half, most, last = (1000 * refusals[int(share * (len(refusals) - 1))] for share in (0.5, 0.99, 1))
        seen(
            f"{dict(statuses(answered))}; 503 after {half:.0f} ms, 99 of 100 within {most:.0f}, the last {last:.0f}; "
            f"first 200 at worst {1000 * max(back):.0f} ms after listening"
        )
        assert max(back) < 5


def test_stopped_and_let_go_on(tmp_path):
    with watched(tmp_path, DIGITS_LOG="quiet", DIGITS_DEADLINE=str(DEADLINE)) as app, unharmed(app):
        (server,) = app.children()
        with stopped(server):
            status, _, until = app.recognize()
            health = {path: app.ask(path=path) for path in ("/healthz", "/", "/readyz")}
        assert status == 503 and until > DEADLINE - 0.1
        assert [health[path][0] for path in health] == [200, 200, 503]
        back = wait_for(lambda: app.recognize()[0] == 200)
        for beginning in ("no answer from the model", "not ready"):
            assert app.said(f"{beginning}: .*DEADLINE_EXCEEDED") == 1
        told = ", ".join(f"{path} {1000 * seconds:.0f} ms" for path, (_, _, seconds) in health.items())
        seen(f"503 after {until:.2f} s; meanwhile {told}; 200 again {1000 * back:.0f} ms after it went on")
        assert max(seconds for _, _, seconds in health.values()) < DEADLINE


def test_slow(tmp_path):
    with watched(tmp_path, DIGITS_LOG="quiet", DIGITS_DEADLINE=str(DEADLINE)) as app, unharmed(app):
        (server,) = app.children()
        with stopped(server), ThreadPoolExecutor(1) as pool:
            asked = pool.submit(app.recognize)
            time.sleep(DEADLINE / 2)
            os.kill(server, signal.SIGCONT)
            status, _, until = asked.result()
        assert status == 200 and not app.said("no answer")
        seen(f"a model that takes {DEADLINE / 2:.0f} s: 200 after {until:.2f} s")


def test_restarted(tmp_path):
    with (
        model(tmp_path) as server,
        watched(tmp_path, DIGITS_LOG="quiet", DIGITS_SERVING=server.address) as app,
        unharmed(app),
        load(app) as answered,
    ):
        wait_for(lambda: statuses(answered)[200] > 10)
        server.end(signal.SIGTERM)
        wait_for(lambda: statuses(answered)[503] > 10)
        server.start()
        back = wait_for(lambda: app.recognize()[0] == 200)
        assert set(statuses(answered)) == {200, 503} and app.said("no answer from the model: .*UNAVAILABLE")
        seen(f"{dict(statuses(answered))}; 200 again {1000 * back:.0f} ms after listening")


def test_its_port_is_taken_by_somebody_else(tmp_path):
    port = free_port()
    with (
        model(tmp_path, address=f"127.0.0.1:{port}") as server,
        watched(tmp_path, DIGITS_LOG="quiet", DIGITS_SERVING=server.address) as app,
        unharmed(app),
    ):
        server.end()
        with socket.create_server(("127.0.0.1", port)):  # which takes connections and says nothing
            status, _, until = app.recognize()
            assert status == 503 and app.ask(path="/readyz")[0] == 503
            server.start()
            assert server.process.poll() == 1 and server.said("cannot be listened on")
        server.start()
        back = wait_for(lambda: app.recognize()[0] == 200)
        assert app.said("no answer from the model")
        seen(f"503 after {until:.2f} s; a model server that comes too says so; 200 {1000 * back:.0f} ms after it can")
