"""The web server with no file descriptor left for who connects."""

import errno
import logging
import select
import socket
import time

import pytest
from live import wait_for

from webapp import accepting, server


@pytest.fixture
def failing():
    """Put an error's number here, and nobody can be let in for it."""
    return []


@pytest.fixture
def its(app, failing, monkeypatch):
    """A server that nobody runs, and somebody who has connected."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        its = server.Server(app, listening)
        accept = its._accepting._accept

        def accept_or_fail():
            if failing:
                raise OSError(failing[0], "there is none")
            return accept()

        monkeypatch.setattr(its._accepting, "_accept", accept_or_fail)
        wait_for(lambda: select.select([listening], [], [], 0)[0])
        yield its
        for channel in list(its._waitress.active_channels.values()):
            channel.handle_close()
        its._waitress.close()


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("code", accepting.NONE_LEFT)
def test_with_no_descriptor_left_it_tries_seldom_and_says_so_once(its, failing, caplog, monkeypatch, code):
    failing.append(code)
    monkeypatch.setattr(accepting, "NEXT_TRY", 1000)
    its._turn(0)
    assert its._accepting.rests and not its._waitress.readable()
    its._let_in(1000)  # which does not try
    for _ in range(3):
        its._waitress.handle_accept()
    assert said(caplog) == ["nobody can be let in for now: there is none"]


def test_who_has_come_is_let_in_soon_after_there_is_one_and_the_next_time_is_said_too(its, failing, caplog):
    failing.append(errno.EMFILE)
    its._turn(0)
    failing.clear()
    assert not its._waitress.active_channels
    begun = time.monotonic()
    while not its._waitress.active_channels:
        its._turn(1.0)
    assert time.monotonic() - begun < 0.9  # the turn itself was shorter
    its._waitress.handle_accept()  # nobody is there: no failure
    failing.append(errno.EMFILE)
    its._waitress.handle_accept()
    assert len(said(caplog)) == 2


def test_who_has_left_again_keeps_nobody_waiting(its, failing, caplog):
    failing.append(errno.EPROTO)
    its._turn(0)
    assert not its._accepting.rests and len(said(caplog)) == 1  # waitress's own warning
