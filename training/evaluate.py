"""Measure what is served, through gRPC, as the app sees it."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from digits.raster import pictures
from serving import config, labels
from serving import predict_pb2 as pb
from serving.client import Client, ServingDown
from serving.model import Model
from serving.server import Server
from training import measure, numbers, sets
from training.junk import NOT_A_DIGIT
from training.networks import build, lenet5
from training.publish import MODELS, export

BATCH = 500


@contextlib.contextmanager
def served(address: str = "", models: Path = MODELS) -> Iterator[measure.Predict]:
    """Pictures → probabilities from the server at `address`, or from an embedded one started for this."""
    with contextlib.ExitStack() as stack:
        if not address:
            address = f"unix:{stack.enter_context(tempfile.TemporaryDirectory())}/predict"
            model = pb.ModelConfig(name="digits", base_path=str(models))
            if version := labels.stable(models.parent / config.NAME, models.name):
                model.model_version_policy.specific.versions.append(version)
            server = Server([model], address)
            server.start()
            stack.callback(server.stop)
        client = Client(address, deadline=60)
        stack.callback(client.close)
        _reach(client)

        def predict(images: np.ndarray) -> np.ndarray:
            batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
            bar = tqdm(batches, "Predict", leave=False, disable=len(batches) < 2)
            return np.concatenate([client.predict(batch)[0] for batch in bar])

        yield predict


def _reach(client: Client, attempts: int = 20) -> None:
    """Wait until the server answers: on a machine busy with training, the first connection takes its time."""
    for attempt in range(attempts):
        try:
            client.check()
        except ServingDown:
            if attempt + 1 == attempts:
                raise
            time.sleep(0.5)
        else:
            return


def figures(predict: measure.Predict) -> dict[str, float]:
    """MNIST's test set, the test writers' pen digits and their junk; shares, as named."""
    images, labels = sets.part("mnist", "test")
    answers = predict(images)
    called_none = float((answers.argmax(axis=1) == NOT_A_DIGIT).mean())
    found = {"MNIST test": measure.accuracy(answers, labels), "MNIST test, called none": called_none}
    images, labels = sets.part("pen", "test")
    if not len(labels):
        return found
    answers = predict(images)
    real = sets.together(("mnist", "pen"), "validation")[0]  # the threshold is chosen on other writers
    threshold = measure.junk_threshold(predict(real))
    return found | {
        "pen test writers": measure.accuracy(answers, labels),
        "pen test calibration error": measure.calibration_error(*measure.certainty(answers, labels)),
        "junk found": measure.junk_found(predict(sets.part("junk", "test")[0]), threshold),
        "real digits lost": measure.junk_found(answers, threshold),
        "threshold": threshold,
    }


def inks(name: str, written: list[numbers.Written], predict: measure.Predict) -> dict[str, float]:
    """Figures of what `name` stands for: of single digits by device, of numbers by source."""
    if any(len(one.label) > 1 for one in written):
        return numbers.figures(written, predict, name)
    right = predict(pictures([one.strokes for one in written]))[:, :10].argmax(axis=1) == [
        int(one.label) for one in written
    ]
    devices = np.array([one.device for one in written])
    return {name: float(right.mean())} | {
        f"{name}, {device}": float(right[devices == device].mean()) for device in sorted(set(devices) - {""})
    }


def milliseconds(folder: Path, calls: int = 1000) -> float:
    """The shortest of many calls with one picture, on one core, in the engine of the embedded server."""
    model, picture = Model(folder, threads=1), np.zeros((1, 28, 28, 1), np.uint8)
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        model.run(picture)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def against_lenet5(folder: Path) -> dict[str, float]:
    """What one picture costs, beside LeNet-5 in the same run."""
    with tempfile.TemporaryDirectory() as other:
        lenet = Path(other) / "1"
        export(build(lenet5(), 10), 1.0, lenet)
        return {"milliseconds": milliseconds(folder), "LeNet-5 milliseconds": milliseconds(lenet)}
