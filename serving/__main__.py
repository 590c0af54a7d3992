"""`python -m serving`: the embedded server on its own."""

import argparse
import contextlib
import logging
import signal
import sys
import threading
from pathlib import Path

from serving import config
from serving.rest import Rest
from serving.server import Server

MODELS = Path(__file__).parent / "models"


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM, Ctrl-C, or, with --while-stdin, until standard input ends."""
    options = _options(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    try:
        models = config.read(options.config) if options.config else config.found(options.models)
        server = Server(models, options.listen)
        rest = Rest(server.catalogue, server.metrics, options.rest) if options.rest else None
    except (OSError, config.BadConfig) as problem:
        print(f"serving: {problem}", file=sys.stderr)
        return 1
    server.start()
    if rest:
        rest.start()
    logging.info("listening on %s%s", options.listen, f", REST on port {rest.port}" if rest else "")
    if options.while_stdin:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), done.set()), daemon=True).start()
    done.wait()
    if rest:
        rest.stop()
    server.stop()
    if options.while_stdin and options.listen.startswith("unix:"):
        _tidy(Path(options.listen.removeprefix("unix:")))
    return 0


def _tidy(path: Path) -> None:
    """Take away the socket, and its folder if that held nothing else: who made it may have gone without doing so."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m serving",
        description="Answer as TensorFlow Serving does, from the same SavedModels, without TensorFlow.",
        epilog="New versions are served as soon as their folder has a whole number for a name and can be loaded.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--models", type=Path, default=MODELS, help="folder of models, each a folder of versions")
    which.add_argument("--config", type=Path, help="a models.config of tensorflow_model_server instead")
    parser.add_argument("--listen", default="127.0.0.1:8500", help="host:port or unix:PATH (default: %(default)s)")
    parser.add_argument("--rest", default="", help="host:port for REST and metrics (default: none; 8501 is usual)")
    parser.add_argument(
        "--while-stdin",
        action="store_true",
        help="stop when standard input ends: whoever started the server and held its input has gone",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
