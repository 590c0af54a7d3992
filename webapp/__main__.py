"""`python -m webapp`: the app on a web server that is made for many users; what `make run` starts."""

import argparse
import errno
import logging
import signal
import socket
import sys
import threading
import time
import urllib.request

import waitress.channel
import waitress.server
import waitress.task
from flask import Flask

from webapp import door, problems
from webapp.app import create_app
from webapp.settings import BadSetting

PORT, OTHER_PORT = 80, 8080
MOST_HEADERS = 16 * 1024  # bytes
PATIENCE = 30.0  # seconds that the model may take to answer for the first time


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM, then finish what is under way."""
    options = _options(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell in the background has the latter ignored
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        listening = _listen(options.host, options.port)
    except OSError as problem:
        port = OTHER_PORT if options.port is None else options.port
        return _fail(f"Port {port} cannot be used ({problem.strerror}): choose another, such as `make run PORT=9000`.")
    try:
        app = create_app()
    except BadSetting as problem:
        listening.close()
        return _fail(str(problem))
    # with its defaults, waitress stops answering at 100 connections, however slow they are
    server = waitress.server.create_server(
        app,
        sockets=[listening],
        threads=app.config["DIGITS_THREADS"],
        connection_limit=1000,
        asyncore_use_poll=True,
        max_request_header_size=MOST_HEADERS,
        max_request_body_size=4 * door.MOST_BYTES,  # a body nearer to what may be is read, and the app says why not
        clear_untrusted_proxy_headers=not app.config["DIGITS_PROXIES"],  # else the app itself takes what it trusts
        ident="inkdigits",
    )
    server.channel_class = _refusing(app)
    threading.Thread(target=_announce, args=(listening.getsockname()[1],), daemon=True).start()
    server.run()
    return 0


def _refusing(app: Flask) -> type[waitress.channel.HTTPChannel]:
    """What waitress itself refuses, because it is no HTTP or too large, told like every other error of the app."""

    class Refusal(waitress.task.ErrorTask):
        def execute(self) -> None:
            error = self.request.error
            with app.test_request_context():
                response = app.process_response(problems.reply(error.code, error.reason, f"{error.body}."))
            self.status = response.status
            self.response_headers.extend(response.headers)
            self.set_close_on_finish()
            self.write(response.get_data())

    class Channel(waitress.channel.HTTPChannel):
        error_task_class = Refusal

    return Channel


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp", description="Serve the page and its API.")
    parser.add_argument("--host", default="0.0.0.0", help="address to listen on (default: %(default)s, every one)")  # noqa: S104
    parser.add_argument("--port", type=int, help=f"default: {PORT}, or {OTHER_PORT} where {PORT} cannot be had")
    return parser.parse_args(arguments)


def _listen(host: str, port: int | None) -> socket.socket:
    """Take the port asked for; the default one may be another's, or need rights that we do not have."""
    try:
        return socket.create_server((host, PORT if port is None else port))
    except OSError as problem:
        if port is not None or problem.errno not in (errno.EACCES, errno.EADDRINUSE, errno.EPERM):
            raise
        print(f"Port {PORT} cannot be used here ({problem.strerror}), so it is {OTHER_PORT}.", flush=True)
        return socket.create_server((host, OTHER_PORT))


def _announce(port: int) -> None:
    """Print the address once the page and the model really answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            print(f"Draw at http://localhost{'' if port == 80 else f':{port}'}/  (Ctrl-C stops)", flush=True)
            return
    print("The page is up, but the model does not answer; the lines above say why.", file=sys.stderr, flush=True)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
