"""Lines that tell what happens, as text or as JSON: alike from the app and from its model server."""

import json
import logging

KINDS = ("text", "json", "quiet")


def configure(kind: str, log: logging.Logger) -> None:
    """Write to standard error what `log` tells, and trouble from wherever it comes; if quiet, trouble alone."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if kind == "json" else logging.Formatter("%(asctime)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    log.setLevel(logging.WARNING if kind == "quiet" else logging.INFO)


class _Json(logging.Formatter):
    """One object a line; the figures of a request are members of their own."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname, "from": record.name}
        told |= record.args if isinstance(record.args, dict) else {"message": record.getMessage()}
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)
