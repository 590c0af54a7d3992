"""`python -m digits`: reads inks from files, one JSON a line in, one a line out, against a running endpoint."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator

from digits import BadInk, Predict, parse, read
from digits.reply import told
from serving.client import LONGEST_DEADLINE, Client, ServingDown


def main(arguments: list[str] | None = None) -> int:
    """Read every line of every file; 1 if any could not be read, which does not stop the rest.

    A file that is not there does, and so does an endpoint that does not answer.
    """
    options = _options(arguments)
    try:
        client = Client(
            options.serving, deadline=options.deadline, certificates=options.certificates, label=options.label
        )
    except OSError as problem:
        print(f"digits: {problem}", file=sys.stderr)
        return 1
    done = failed = 0
    begun = time.monotonic()
    try:
        for where, line in _lines(options.files):
            reply = _reply(line, client.predict, client.model)
            print(json.dumps(reply), flush=sys.stdout.isatty())
            done += 1
            if "error" in reply:
                failed += 1
                print(f"{where}: {reply['error']}", file=sys.stderr)
            if sys.stderr.isatty() and not done % 20:
                print(f"\r{done} read, {done / (time.monotonic() - begun):.0f} a second ", end="", file=sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter would complain at its end
        return 1
    except (OSError, ServingDown) as problem:
        print(f"digits: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        client.close()
    print(f"{done} read, {failed} of them could not be", file=sys.stderr)
    return int(failed > 0)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m digits",
        description='Read drawn numbers: lines of {"strokes": [[[x, y], …], …]} in, replies as of /api/recognize out.',
        epilog="Start an endpoint with `python -m serving`, or name one that runs.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="files of one ink a line; - is standard input")
    parser.add_argument(
        "--serving",
        default=os.environ.get("DIGITS_SERVING") or "127.0.0.1:8500",
        help="host:port or unix:PATH of who answers Predict (default: DIGITS_SERVING, or %(default)s)",
    )
    parser.add_argument(
        "--certificates",
        default=os.environ.get("DIGITS_CERTIFICATES", ""),
        help="file of the authorities to trust, which asks for TLS (default: DIGITS_CERTIFICATES)",
    )
    parser.add_argument(
        "--label",
        default=os.environ.get("DIGITS_LABEL", ""),
        help="of the version that answers (default: DIGITS_LABEL, or the newest)",
    )
    parser.add_argument("--deadline", type=_seconds, default=10.0, help="seconds for an answer (default: %(default)s)")
    options = parser.parse_args(arguments)
    if not options.serving.strip(", "):
        parser.error("--serving names nobody")
    return options


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST_DEADLINE:
        raise argparse.ArgumentTypeError(f"{text} is not above 0, and {LONGEST_DEADLINE:g} at the most")
    return seconds


def _lines(files: list[str]) -> Iterator[tuple[str, str]]:
    for name in files:
        if name == "-" and sys.stdin is None:
            raise OSError("standard input is closed")
        place, told = (sys.stdin.fileno(), "standard input") if name == "-" else (name, name)
        with open(place, encoding="utf-8-sig", errors="replace", closefd=place == name) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{told}, line {number}", line


def _reply(line: str, predict: Predict, model: str) -> dict:
    """The reply to one line, with the line's own `id` where it has one; an `error` where it cannot be read."""
    begun = time.perf_counter()
    document = None
    try:
        document = json.loads(line)
        reply = told(read(parse(document), predict), model, time.perf_counter() - begun)
    except BadInk as problem:
        reply = {"error": str(problem)}
    except (ValueError, RecursionError):
        reply = {"error": "this is not JSON"}
    return ({"id": document["id"]} if isinstance(document, dict) and "id" in document else {}) | reply


if __name__ == "__main__":
    sys.exit(main())
