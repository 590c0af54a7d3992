"""`python -m serving`: the embedded server on its own."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

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
        server = Server({path.name: path for path in options.models.iterdir() if path.is_dir()}, options.listen)
    except OSError as problem:
        print(f"serving: {problem}", file=sys.stderr)
        return 1
    server.start()
    logging.info("listening on %s", options.listen)
    if options.while_stdin:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), done.set()), daemon=True).start()
    done.wait()
    server.stop()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m serving",
        description="Answer TensorFlow Serving's Predict, GetModelStatus and GetModelMetadata from SavedModels.",
    )
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of models, each a folder of versions")
    parser.add_argument("--listen", default="127.0.0.1:8500", help="host:port or unix:PATH (default: %(default)s)")
    parser.add_argument(
        "--while-stdin",
        action="store_true",
        help="stop when standard input ends: whoever started the server and held its input has gone",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
