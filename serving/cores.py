"""How many cores there are for us."""

import os


def usable() -> int:
    """As many as this process may use, where the system says so; else as many as the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
