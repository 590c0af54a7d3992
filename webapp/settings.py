"""Every setting of a running app: one row each, read from the environment."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.client import LONGEST_DEADLINE
from serving.logs import KINDS


@dataclass(frozen=True)
class Setting:
    """One row of the table: the variable's name, its value where it is not set, how it is read, what it does."""

    name: str
    default: Any
    read: Callable[[str], Any]
    sentence: str


class BadSetting(ValueError):
    """A variable whose value cannot be used; the message names it."""


def _positive(number: type, zero: bool = False, most: float = sys.float_info.max) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = number(text)
        if not (0 < value <= most or (zero and value == 0)):
            raise ValueError(text)
        return value

    return read


def _apart(text: str) -> bool:
    if text != "yes" or not hasattr(os, "sched_setaffinity"):
        raise ValueError(text)
    return True


def _one_of(*kinds: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in kinds:
            raise ValueError(text)
        return text

    return read


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError(text)
    return text


def _addresses(text: str) -> str:
    addresses = [one for one in map(str.strip, text.split(",")) if one]
    ports = [re.fullmatch(r"unix:.+|.+:(\d{1,5})", one) for one in addresses]
    if not ports or not all(port and int(port[1] or 0) < 2**16 for port in ports):
        raise ValueError(text)
    return text


def _hosts(text: str) -> list[str]:
    """Names as browsers send them: in small letters, others than ASCII's written with those."""
    bare = [(name[0] == ".", name.removeprefix(".").encode("idna").decode()) for name in text.lower().split()]
    if not all(re.fullmatch(r"[a-z0-9_.-]+", name) for _, name in bare):  # a port, an address in brackets, a *
        raise ValueError(text)  # which no Host is ever found equal to: nobody would be let in
    return ["." * all_below + name for all_below, name in bare]


def _origins(text: str) -> list[str]:
    origins = text.split()
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://(\[[\da-f:]+\]|[\w.-]+)(:\d+)?", origin, re.IGNORECASE):
            raise ValueError(origin)
    return origins


SETTINGS = (
    Setting(
        "DIGITS_SERVING", "", _addresses, "`host:port` of a TensorFlow Serving, commas between several; unset: our own"
    ),
    Setting(
        "DIGITS_CERTIFICATES",
        "",
        _file,
        "file of the authorities to trust for TLS to the servers that are named; without it, no TLS",
    ),
    Setting(
        "DIGITS_LABEL", "", str, "label of the version that answers, such as `stable`; without it, the newest does"
    ),
    Setting(
        "DIGITS_DEADLINE",
        2.0,
        _positive(float, most=LONGEST_DEADLINE),
        "seconds that the model has to answer, an hour at most",
    ),
    Setting(
        "DIGITS_HOSTS",
        [],
        _hosts,
        "host names, separated by spaces, without ports, that all but probes must name; without it, any",
    ),
    Setting("DIGITS_CORS_ORIGINS", [], _origins, "origins, separated by spaces, whose pages may use the API"),
    Setting("DIGITS_RATE", 0, _positive(float, zero=True), "inks a second from one client, over ten seconds; 0 is any"),
    Setting("DIGITS_PROXIES", 0, _positive(int, zero=True), "proxies in front that say in X-Forwarded-For who asks"),
    Setting("DIGITS_SLOTS", 12, _positive(int), "inks that are let in at once: one is worked on, the model has others"),
    Setting(
        "DIGITS_APART",
        False,
        _apart,
        "`yes`: one core for the app, the others for its own model server, where they do nothing else; Linux only",
    ),
    Setting("DIGITS_LOG", "text", _one_of(*KINDS), "a line a request, `text` or `json`; or `quiet`"),
)
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The value of every setting, as a mapping for `app.config.update`."""
    values = {}
    for setting in SETTINGS:
        text = environment.get(setting.name, "")
        try:
            values[setting.name] = setting.read(text) if text else setting.default
        except ValueError as problem:
            raise BadSetting(f"{setting.name} cannot be {text!r}: {setting.sentence}") from problem
    return values
