"""Nothing that is asked of a server that has stopped reading outlives its deadline by much."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from live import stopped, wait_for

from serving.client import Client, ServingDown

DEADLINE = 0.1


@pytest.mark.parametrize(("pictures", "at_once"), [(10, 1), (500, 8)])
def test_however_much_is_sent_to_who_does_not_read_the_deadline_holds(model_process, pictures, at_once):
    address, process = model_process
    client = Client(address, deadline=20)
    images = np.zeros((pictures, 28, 28, 1), np.uint8)
    before = client.predict(images)[0]
    client.deadline = DEADLINE

    def ask(_):
        with pytest.raises(ServingDown, match=r"DEADLINE_EXCEEDED|UNAVAILABLE"):
            client.predict(images)

    with ThreadPoolExecutor(at_once) as pool:
        with stopped(process.pid):
            asked = [pool.submit(ask, i) for i in range(60)]
            for one in asked:
                one.result(timeout=10)
        client.deadline = 20
        wait_for(lambda: answered(client, images) == before.tolist())
    client.close()


def answered(client, images):
    try:
        return client.predict(images)[0].tolist()
    except ServingDown:  # between two attempts to connect
        return None
