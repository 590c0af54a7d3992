import threading
import time

import inks
import numpy as np

from digits import lattice
from serving.client import Client
from webapp.app import create_app


def test_inks_are_read_one_at_a_time_and_the_next_one_while_the_model_answers(monkeypatch):
    answering, overlapping, reading = threading.Barrier(2), [], threading.Lock()
    build = lattice.build

    def slow(*ink):
        overlapping.append(not reading.acquire(blocking=False))
        time.sleep(0.02)
        reading.release()
        return build(*ink)

    def predict(self, images, label=""):
        answering.wait(10)  # until the other one is here too
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    monkeypatch.setattr(lattice, "build", slow)
    monkeypatch.setattr(Client, "predict", predict)
    app, statuses = create_app(DIGITS_SERVING="127.0.0.1:1"), []

    def ask(label):
        reply = app.test_client().post(f"/api/recognize?label={label}", json={"strokes": inks.one_seven})
        statuses.append(reply.status_code)

    threads = [threading.Thread(target=ask, args=(label,)) for label in ("", "canary")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200] and overlapping == [False, False]
