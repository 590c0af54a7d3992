"""`python -m webapp`: the app on a web server that is made for many users; what `make run` starts."""

import argparse
import errno
import signal
import socket
import sys
import threading
import time
import urllib.request

from serving.client import Client, ServingDown
from webapp import logs
from webapp.app import create_app
from webapp.server import Server
from webapp.settings import BadSetting

PORT, OTHER_PORT, ANOTHER_PORT = 80, 8080, 9000
TAKEN = (errno.EACCES, errno.EADDRINUSE, errno.EPERM)  # by somebody else, or not for us
PATIENCE = 30.0  # seconds that the model may take to answer for the first time


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM, then finish what is under way."""
    options = _options(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):  # until the server itself takes them
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        listening = _listen(options.host, options.port)
    except OSError as problem:
        if problem.errno not in TAKEN:
            return _fail(f"{options.host} cannot be listened on ({_why(problem)}): it is no address of this machine.")
        port = OTHER_PORT if options.port is None else options.port
        other = ANOTHER_PORT + (port == ANOTHER_PORT)
        return _fail(f"Port {port} cannot be used ({_why(problem)}): choose another, such as `make run PORT={other}`.")
    try:
        app = create_app()
    except BadSetting as problem:
        listening.close()
        return _fail(str(problem))
    logs.configure(app.config["DIGITS_LOG"])
    server = Server(app, listening)
    threading.Thread(
        target=_announce,
        args=(*listening.getsockname()[:2], app.config["DIGITS_HOSTS"], app.extensions["serving"]),
        daemon=True,
    ).start()
    server.run()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp", description="Serve the page and its API.")
    parser.add_argument("--host", default="0.0.0.0", help="address to listen on (default: %(default)s, every one)")  # noqa: S104
    parser.add_argument("--port", type=_port, help=f"default: {PORT}, or {OTHER_PORT} where {PORT} cannot be had")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and {2**16 - 1}")
    return int(text)


def _listen(host: str, port: int | None) -> socket.socket:
    """Take the port asked for; the default one may be another's, or need rights that we do not have."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, PORT if port is None else port), family=family)
    except OSError as problem:
        if port is not None or problem.errno not in TAKEN:
            raise
        listening = socket.create_server((host, OTHER_PORT), family=family)
        print(f"Port {PORT} cannot be used here ({_why(problem)}), so it is {OTHER_PORT}.", flush=True)
        return listening


def _why(problem: OSError) -> str:
    """In the system's words alone: Python adds the address to them."""
    return problem.strerror.partition(" (while")[0]


def _announce(host: str, port: int, hosts: list[str], model: Client) -> None:
    """Print the address once the page and the model really answer."""
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    named = hosts[0].lstrip(".") if hosts else "localhost" if near in ("127.0.0.1", "[::1]") else near
    ready = urllib.request.Request(f"http://{near}:{port}/readyz", headers={"Host": named})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever http_proxy says
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            direct.open(ready, timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            print(f"Draw at http://{named}{'' if port == 80 else f':{port}'}/  (Ctrl-C stops)", flush=True)
            return
    try:
        model.check()
        why = "it is slow"
    except ServingDown as problem:
        why = str(problem)
    print(f"The page is up, but the model does not answer: {why}", file=sys.stderr, flush=True)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
