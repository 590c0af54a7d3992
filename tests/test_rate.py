import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import inks
import pytest
from live import running_app
from test_app import problem
from test_refusals import POST, raw

from webapp import openapi, rate
from webapp.app import create_app
from webapp.rate import Rate, TooMany


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def refused(limit, address="1.2.3.4"):
    """Seconds that a client is asked to wait, or nothing if it is let in."""
    try:
        limit.let_in(address)
    except TooMany as wait:
        return wait.seconds
    return None


@pytest.mark.parametrize("rate_", [0.02, 0.5, 3, 100])
def test_a_client_may_send_a_bucketful_and_then_as_fast_as_it_fills(rate_):
    clock = Clock()
    limit = Rate(rate_, clock)
    assert sum(refused(limit) is None for _ in range(5000)) == max(1, rate.SECONDS * rate_)
    for _ in range(3):
        assert refused(limit) == pytest.approx(1 / rate_)
        clock.now += 1 / rate_
        assert refused(limit) is None


def test_who_waits_as_long_as_asked_is_let_in_and_no_sooner():
    clock = Clock()
    limit = Rate(1, clock)
    for _ in range(rate.SECONDS):
        limit.let_in("a")
    clock.now += 0.9
    assert refused(limit, "a") == pytest.approx(0.1)
    clock.now += 0.11
    assert refused(limit, "a") is None


def test_who_has_long_been_silent_may_send_a_bucketful_and_no_more():
    clock = Clock()
    limit = Rate(1, clock)
    limit.let_in("a")
    clock.now += 100 * rate.SECONDS
    assert sum(refused(limit, "a") is None for _ in range(100)) == rate.SECONDS


def test_of_two_threads_that_come_for_the_last_place_one_gets_it():
    class Slow(OrderedDict):
        def get(self, *about):
            found = super().get(*about)
            time.sleep(0.05)
            return found

    limit = Rate(0.1, Clock())
    limit._full = Slow()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: refused(limit) is None, range(2))) == [False, True]


def test_clients_do_not_take_each_others_share():
    limit = Rate(0.1, Clock())
    assert [refused(limit, name) for name in ("1.2.3.4", "1.2.3.5")] == [None, None]
    assert refused(limit, "1.2.3.4") == pytest.approx(10)


def test_without_a_rate_everyone_is_let_in():
    assert not any(refused(Rate(0)) for _ in range(1000))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("[2001:db8::1]:51234", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_an_address_belongs_to_whoever_has_it(address, name):
    assert rate.client(address) == name


def test_a_million_clients_are_not_all_remembered(monkeypatch):
    monkeypatch.setattr(rate, "MOST_CLIENTS", 100)
    limit = Rate(0.1, Clock())
    for i in range(200):
        limit.let_in(f"10.0.0.{i}")
    assert len(limit._full) == 100 and refused(limit, "10.0.0.199") and not refused(limit, "10.0.0.0")


def test_the_one_let_in_longest_ago_is_forgotten_first(monkeypatch):
    monkeypatch.setattr(rate, "MOST_CLIENTS", 2)
    limit = Rate(0.2, Clock())
    for name in "abac":
        limit.let_in(name)
    assert refused(limit, "a") and not refused(limit, "b")


@pytest.fixture
def limited(serving_address, monkeypatch):
    """Asks an app that lets each client send ten inks, behind so many proxies, while no time passes."""
    apps = []
    monkeypatch.setattr("webapp.app.Rate", lambda most: Rate(most, Clock()))

    def asks(proxies):
        apps.append(create_app(DIGITS_SERVING=serving_address, DIGITS_RATE=1.0, DIGITS_PROXIES=proxies))
        client = apps[-1].test_client()

        def ask(said):
            headers = {"X-Forwarded-For": said} if said else {}
            return client.post("/api/recognize", json={"strokes": inks.one_seven}, headers=headers)

        return client, ask

    yield asks
    for app in apps:
        app.extensions["serving"].close()


def test_a_client_that_sends_too_much_is_told_when_to_come_again(limited):
    client, ask = limited(0)
    statuses = [ask("").status_code for _ in range(rate.SECONDS)]
    reply = ask("")
    assert statuses == [200] * rate.SECONDS
    assert problem(reply, 429).startswith("More inks") and reply.headers["Retry-After"] == "1"
    described = openapi.PROBLEMS[429][2]
    assert reply.json["detail"] == described.replace("3 s", "1 s")
    assert client.get("/healthz").status_code == client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "said", "shared"),
    [
        (0, "{}.0.0.1", True),  # nobody in front: whoever says so is not believed
        (1, "{}.0.0.1", False),
        (1, "{}.0.0.1, 9.9.9.9", True),  # the client's own saying stands before the proxy's
        (2, "{}.0.0.1, 9.9.9.9", False),
    ],
)
def test_a_proxy_is_believed_only_when_there_is_one(limited, proxies, said, shared):
    _, ask = limited(proxies)
    statuses = {ask(said.format(i)).status_code for i in range(1, rate.SECONDS + 2)}
    assert statuses == ({200, 429} if shared else {200})


@pytest.mark.parametrize(("proxies", "last"), [("0", 429), ("1", 400)])
def test_the_web_server_hands_on_what_a_proxy_says(serving_address, proxies, last):
    with running_app(DIGITS_SERVING=serving_address, DIGITS_RATE="0.0001", DIGITS_PROXIES=proxies) as (url, _):
        for i in range(2):
            sent = POST + f"X-Forwarded-For: 10.0.0.{i}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
            status, _, _ = raw(url, sent)
        assert status == last
