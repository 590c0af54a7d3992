"""How many inks one client may send: a bucket for each, which fills again as time passes.

Kept as one number a client, the time at which its bucket is full again (the "generic cell rate algorithm" of ATM).
"""

import ipaddress
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

SECONDS = 10  # over which the rate is held: someone who draws fast for a moment is let in
WITH_PORT = re.compile(r"(\d+(?:\.\d+){3}):\d+|\[(.+)\](?::\d+)?")  # as some proxies write addresses
MOST_CLIENTS = 10_000  # that are remembered; the one that was let in longest ago is forgotten first


class TooMany(Exception):
    """A client has sent more than its share; `seconds` is how long it should wait."""

    def __init__(self, seconds: float):
        """Wait at least that long."""
        super().__init__(f"wait {seconds:.1f} s")
        self.seconds = seconds


class Rate:
    """Lets every client in `rate` times a second, on average over `SECONDS`. May be used by many threads."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic):
        """Know no client yet; 0 lets everyone in."""
        self._each = 1 / rate if rate else 0.0
        self._bucket = max(SECONDS, self._each)  # or nobody would ever be let in
        self._clock, self._lock = clock, threading.Lock()
        self._full: OrderedDict[str, float] = OrderedDict()

    def let_in(self, address: str) -> None:
        """Count one more of this client's, or raise TooMany."""
        if not self._each:
            return
        name, now = client(address), self._clock()
        with self._lock:
            full = max(now, self._full.get(name, now)) + self._each
            if full - now > self._bucket + 1e-6:
                raise TooMany(full - now - self._bucket)
            self._full[name] = full
            self._full.move_to_end(name)
            if len(self._full) > MOST_CLIENTS:
                self._full.popitem(last=False)


def client(address: str) -> str:
    """Who an address belongs to: of IPv6, whoever has one has its whole network of 64 bits."""
    if match := WITH_PORT.fullmatch(address):
        address = match[1] or match[2]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a UNIX socket, or a proxy's own idea
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
