"""`python -m webapp` whose wall clock is off by as many seconds as the file in CLOCK_OFF_BY says, from then on.

The core of gRPC reads the machine's own clock, so its Python half is left with that one too: a real jump has both.
"""

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import grpc._channel

off_by, true = Path(os.environ["CLOCK_OFF_BY"]), time.time
grpc._channel.time = SimpleNamespace(time=true, perf_counter=time.perf_counter)
time.time = lambda: true() + float(off_by.read_text() or 0)

sys.path[:0] = [str(Path(__file__).parents[2])]

from webapp.__main__ import main  # noqa: E402 (imports the clock as it is now)

if __name__ == "__main__":
    sys.exit(main())
