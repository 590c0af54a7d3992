import contextlib
import os
import socket
import time

import pytest

from webapp import loop, server
from webapp.loop import Loop


class End:
    """One end of a connection, as waitress has them; `other` is the far end."""

    accepting = False

    def __init__(self, connections, place=None):
        self.socket, self.other = socket.socketpair()
        if place is not None:  # take over a file descriptor that was closed
            os.dup2(self.socket.detach(), place)
            self.socket = socket.socket(fileno=place)
        self._connections, self._fileno = connections, self.socket.fileno()
        self.reads, self.writes, self.got, self.wrote, self.then = True, False, b"", 0, None
        connections[self._fileno] = self

    def readable(self):
        return self.reads

    def writable(self):
        return self.writes

    def handle_read_event(self):
        self.got += self.socket.recv(100)
        if self.then:
            self.then()

    def handle_write_event(self):
        self.wrote += 1

    def close(self):
        del self._connections[self._fileno]
        self._fileno = None
        self.socket.close()


@pytest.fixture
def connections():
    return {}


@pytest.fixture
def ends(connections):
    """So many connections, and the loop over them."""
    made = []

    def make(count, always=0):
        made.extend(End(connections) for _ in range(count))
        return *made[:count], Loop(connections, made[:always])

    yield make
    [side.close() for end in made for side in (end.socket, end.other)]


@pytest.fixture
def seldom(monkeypatch):
    """All are looked at once, at the first turn, and never again."""
    monkeypatch.setattr(loop, "LOOK_AT_ALL", 1000.0)


def test_what_comes_is_read_and_who_wants_to_write_may(ends):
    one, other, its_loop = ends(2)
    one.other.send(b"a"), other.other.send(b"b")
    other.reads, other.writes = False, True
    its_loop.turn(0)
    assert (one.got, one.wrote, other.got, other.wrote) == (b"a", 0, b"", 1)


def test_who_is_to_be_closed_is_even_if_nothing_can_be_written(ends):
    one, its_loop = ends(1)
    its_loop.turn(0)
    one.writes, one.will_close, one.handle_close = True, True, one.close
    for _ in range(2):  # once more does no harm
        its_loop.changed.append(one)
        its_loop.turn(0)
        assert one._fileno is None and one.wrote == 0


def test_nothing_is_kept_of_those_that_are_closed(ends, seldom):
    one, its_loop = ends(1)
    its_loop.turn(0)
    one.close()
    its_loop.changed.append(one)
    its_loop.turn(0)
    assert not its_loop._places and not its_loop._awaited


def test_who_no_longer_wants_to_read_is_left_alone_from_the_next_turn_on(ends, seldom):
    one, its_loop = ends(1)
    one.other.send(b"a")
    its_loop.turn(0)
    one.reads = False
    its_loop.turn(0)  # it had something, so it is looked at
    one.other.send(b"b")
    one.reads = True
    its_loop.turn(0)
    assert one.got == b"a"
    its_loop.changed.append(one)
    its_loop.turn(0)
    assert one.got == b"ab"


@pytest.mark.parametrize("how", ["always", "at work"])
def test_some_are_looked_at_in_every_turn(ends, seldom, how):
    *some, its_loop = ends(2, always=2 * (how == "always"))
    if how == "at work":
        its_loop.at_work.extend(some)
    for one in some:
        one.reads = False
    its_loop.turn(0)
    for one in some:
        one.writes = True
    its_loop.turn(0)
    assert [one.wrote for one in some] == [1, 1]


def test_all_are_looked_at_now_and_then(ends, monkeypatch):
    monkeypatch.setattr(loop, "LOOK_AT_ALL", 0.01)
    one, its_loop = ends(1)
    its_loop.turn(0)
    one.writes = True
    time.sleep(0.02)
    its_loop.turn(1)
    assert one.wrote == 1


def test_what_is_urgent_wakes_nobody(ends, seldom):
    one, its_loop = ends(1)
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as far:
        near, _ = listening.accept()
        with near:
            os.dup2(near.fileno(), one._fileno)  # only TCP has what is urgent
        far.send(b"!", socket.MSG_OOB)
        begun = time.monotonic()
        its_loop.turn(0.2)
        assert time.monotonic() - begun > 0.19 and one.got == b""


def test_who_was_closed_by_what_another_one_did_is_not_asked(ends, seldom):
    one, other, its_loop = ends(2)
    one.other.send(b"a"), other.other.send(b"b")
    one.then, other.then = other.close, one.close
    its_loop.turn(0)
    assert sorted([one.got, other.got]) in ([b"", b"a"], [b"", b"b"])
    its_loop.turn(0)


def test_a_place_that_is_another_s_now_is_watched_for_the_new_one(ends, connections, seldom):
    old, its_loop = ends(1)
    its_loop.turn(0)
    place = old._fileno
    old.close()
    new = End(connections, place)
    new.other.send(b"a")
    its_loop.changed.extend([new, old])
    its_loop.turn(0)
    assert new.got == b"a"
    its_loop.changed.append(old)  # once more does no harm
    new.other.send(b"b")
    its_loop.turn(0)
    assert new.got == b"ab"
    [side.close() for side in (new.socket, new.other)]


@pytest.mark.parametrize(("waiting", "rests", "let_in"), [(0, [], 1), (1, [server.REST], 3)])
def test_the_loop_rests_while_inks_wait_and_then_lets_all_in_who_have_come(app, monkeypatch, waiting, rests, let_in):
    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.ExitStack() as come:
        for _ in range(3):
            come.enter_context(socket.create_connection(listening.getsockname()))
        its, rested = server.Server(app, listening), []
        its._gate._inks.queue.extend(range(waiting))
        monkeypatch.setattr(time, "sleep", rested.append)
        monkeypatch.setattr(its._gate, "refuse", lambda: None)
        its._turn(0)
        assert (rested, len(its._waitress.active_channels)) == (rests, let_in)
        for channel in list(its._waitress.active_channels.values()):
            channel.handle_close()
        its._waitress.close()
