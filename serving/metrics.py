"""How many requests there were and how long they took, under the names that tensorflow_model_server gives them."""

import bisect
import threading
from collections import Counter

APIS = {"GRPC": "Predict", "REST": "predict"}  # as TensorFlow Serving spells the method, and the path
BOUNDS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000)  # microseconds


class Metrics:
    """Counts, for Prometheus to read. May be used by many threads."""

    def __init__(self):
        """Nothing has happened yet."""
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._buckets: Counter[tuple[str, str, int]] = Counter()
        self._microseconds: Counter[tuple[str, str]] = Counter()

    def count(self, model: str, entry: str, status: str, seconds: float) -> None:
        """One Predict request, which came by GRPC or REST, has been answered or refused; only answers are timed."""
        with self._lock:
            self._requests[model, status] += 1
            if status == "OK":
                self._buckets[model, entry, bisect.bisect_left(BOUNDS, 1e6 * seconds)] += 1
                self._microseconds[model, entry] += 1e6 * seconds

    def text(self) -> str:
        """All counts in Prometheus's text format."""
        with self._lock:
            requests, buckets, microseconds = dict(self._requests), dict(self._buckets), dict(self._microseconds)
        lines = ["# TYPE :tensorflow:serving:request_count counter"]
        for (model, status), count in sorted(requests.items()):
            lines.append(f':tensorflow:serving:request_count{{model_name="{model}",status="{status}"}} {count}')
        name = ":tensorflow:serving:request_latency"
        lines.append(f"# TYPE {name} histogram")
        for model, entry in sorted(microseconds):
            labels, total = f'model_name="{model}",API="{APIS[entry]}",entrypoint="{entry}"', 0
            for place, bound in enumerate((*BOUNDS, "+Inf")):
                total += buckets.get((model, entry, place), 0)
                lines.append(f'{name}_bucket{{{labels},le="{bound}"}} {total}')
            lines += [f"{name}_sum{{{labels}}} {microseconds[model, entry]:.0f}", f"{name}_count{{{labels}}} {total}"]
        return "\n".join(lines) + "\n"
