"""`python -m webapp` with a leak, which the soak must find: it keeps the body of every request."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from webapp import __main__, door  # noqa: E402 (found where the line above says)

kept = []
document = door.document


def keeping():
    """The same, and one copy more."""
    kept.append(bytearray(door.request.get_data()))
    return document()


door.document = keeping

if __name__ == "__main__":
    sys.exit(__main__.main())
