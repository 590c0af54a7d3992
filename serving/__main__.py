"""`python -m serving`: the embedded server on its own, and which versions servers serve."""

import argparse
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from serving import config, labels, logs
from serving.rest import Rest
from serving.server import Server

log = logging.getLogger("serving")  # of all modules in this room

MODELS = Path(__file__).parent / "models"
OVER = b"."  # who waits for the end is told so: nobody is left whom it serves; a signal is told as its number


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; 1 and a sentence for what cannot be done."""
    options = _options(arguments)
    try:
        return options.do(options)
    except (OSError, config.BadConfig) as problem:
        print(f"serving: {problem}", file=sys.stderr)
        return 1


def _serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; with --while-stdin, until standard input ends or Ctrl-C."""
    if options.log not in logs.KINDS:  # argparse looks at what is typed, and at no default
        raise config.BadConfig(f"DIGITS_LOG cannot be {options.log!r}: it is one of {', '.join(logs.KINDS)}")
    logs.configure(options.log, log)
    beside = partial(config.beside, options.models / config.NAME)
    reread = partial(config.read, options.config) if options.config else beside
    if options.while_stdin:
        # a service manager sends it to the app and to us at once, and whoever the app has let in still needs us
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with _ending([signal.SIGINT, *([] if options.while_stdin else [signal.SIGTERM])]) as (wait, end):
        server = Server(reread(), options.listen, reread)
        rest = Rest(server.catalogue, server.metrics, options.rest) if options.rest else None
        server.start()
        if rest:
            rest.start()
        host, _, port = options.listen.rpartition(":")
        chosen = port == "0" and not host.startswith("unix:")
        at = f"{host}:{server.port}" if chosen else options.listen
        log.info("listening on %s%s", at, f", REST on port {rest.port}" if rest else "")
        if not server.catalogue.ready:
            log.warning("there is nothing to serve yet in %s", options.config or options.models)
        if options.while_stdin:
            threading.Thread(target=_follow_stdin, args=(end,), daemon=True).start()
        for_good = wait() == OVER
        if rest:
            rest.stop()
        server.stop()
    if for_good and options.listen.startswith("unix:"):
        _tidy(Path(options.listen.removeprefix("unix:")))
    return 0


@contextlib.contextmanager
def _ending(signals: list[signal.Signals]) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Two functions: one waits for one of these signals, or, and then it returns OVER, until a thread calls the other.

    Python runs a signal's handler in the main thread, which does not come to it if it has just begun to wait, or if the
    signal came to another thread. So the signal itself writes into what is waited for.
    """
    told, tell = socket.socketpair()
    with told, tell:
        tell.setblocking(False)
        signal.set_wakeup_fd(tell.fileno())
        for number in signals:
            signal.signal(number, lambda *_: None)

        def end() -> None:
            with contextlib.suppress(OSError):  # it has ended already
                tell.send(OVER)

        try:
            yield partial(told.recv, 1), end
        finally:
            signal.set_wakeup_fd(-1)


def _follow_stdin(end: Callable[[], object]) -> None:
    # not from sys.stdin: at the interpreter's end, this thread would hold its lock
    while os.read(0, 4096):
        pass
    end()


def _tidy(path: Path) -> None:
    """Take away the socket, and its folder if that held nothing else: who made it may have gone without doing so."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def _change(options: argparse.Namespace) -> int:
    """Change which versions are served, in models.config and in the servers that are to be told."""
    print(options.change(options, options.config or options.models / config.NAME))
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m serving",
        description="Answer as TensorFlow Serving does, from the same SavedModels, without TensorFlow.",
        epilog="New versions are served as soon as their folder has a whole number for a name and can be loaded, and "
        "models.config is read again when it changes. COMMAND --help tells more.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--models",
        type=Path,
        default=MODELS,
        help="folder of models, each a folder of versions; a models.config in it counts (TensorFlow Serving takes it, "
        "too, once every base_path is absolute)",
    )
    which.add_argument("--config", type=Path, help="a models.config of tensorflow_model_server instead")
    parser.add_argument("--listen", default="127.0.0.1:8500", help="host:port or unix:PATH (default: %(default)s)")
    parser.add_argument("--rest", default="", help="host:port for REST and metrics (default: none; 8501 is usual)")
    parser.add_argument(
        "--while-stdin",
        action="store_true",
        help="stop when standard input ends, not on SIGTERM: whoever started the server holds its input as long",
    )
    parser.add_argument(
        "--log",
        choices=logs.KINDS,
        default=os.environ.get("DIGITS_LOG") or "text",
        help="lines as text or as JSON; quiet: those alone that tell of trouble (default: DIGITS_LOG, or text)",
    )
    parser.set_defaults(do=_serve)
    commands = parser.add_subparsers(title="instead of serving, say which versions are served", metavar="COMMAND")

    def command(name: str, change: Callable[[argparse.Namespace, Path], str], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        made.set_defaults(do=_change, change=change)
        for option in ("--models", "--config"):
            made.add_argument(option, type=Path, default=argparse.SUPPRESS, help="where models.config is, as above")
        made.add_argument("--model", default="digits", help="which model (default: %(default)s)")
        made.add_argument("--tell", default="", help="host:port of running servers, with commas, to be told at once")
        return made

    made = command(
        "label",
        lambda given, path: labels.label(path, given.model, given.label, given.version, given.tell),
        "give a version a name, and serve the versions that have one",
    )
    made.add_argument("label", help="such as stable or canary")
    made.add_argument("version", type=int)
    made = command(
        "promote",
        lambda given, path: labels.promote(path, given.model, given.label, given.tell),
        "make stable what bears a label, such as the canary",
    )
    made.add_argument("label")
    made = command(
        "rollback",
        lambda given, path: labels.roll_back(path, given.model, given.version, given.tell),
        "serve one version alone: the one before the stable, or the one that is named",
    )
    made.add_argument("version", type=int, nargs="?")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
