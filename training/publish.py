"""A trained network → a version that serves: the SavedModel, and what there is to say of it.

TensorFlow Serving loads whatever folder has a number for a name, half copied or not; so a version is written below
a folder that has none, tried, flushed to the disk and only then renamed. A version is never overwritten.
"""

import contextlib
import fcntl
import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from serving import config, golden, labels, tensors, warmup
from serving import predict_pb2 as pb
from serving.model import BadModel, Model
from training.data import ROOT
from training.golden import pictures
from training.junk import NOT_A_DIGIT

MODELS = ROOT / "serving" / "models" / "digits"
WARM_UP = (1, 4, 16)  # pictures in a request: one digit, a number's candidates, the largest batch of the engine
CLOSE = 1e-5  # how far any answer may lie from the network's own
FLOOR = 0.99  # of validation's digits that a version must read right

Pictures = tuple[np.ndarray, np.ndarray]  # uint8 [n, 28, 28, 1] and labels [n]


class CannotPublish(Exception):
    """The version exists already, or what was written is not good enough to be served; the message says why."""


def publish(
    model: keras.Model,
    temperature: float,
    card: dict,
    folder: Path = MODELS,
    version: int = 0,
    validation: Pictures | None = None,
) -> Path:
    """Write `model` as the next version (or the one named) below `folder`; returns the version's folder.

    With `validation`, real digits and their labels, it must read them well, and no worse than what is served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        target = place(folder, version)
        scratch = folder / f"new-{target.name}"
        shutil.rmtree(scratch, ignore_errors=True)  # of one who was killed
        fresh = scratch / target.name
        try:
            _write(model, temperature, card, fresh)
            loaded = check(fresh)
            if validation:
                compare(loaded, newest(folder), *validation)
            for path in (*fresh.rglob("*"), fresh):
                path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the umask: a model server may be another user
                _flush(path)
            fresh.rename(target)
            _flush(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return target


def place(folder: Path, version: int = 0) -> Path:
    """Where the next version (or the one named) goes; CannotPublish if something is there."""
    if version > config.LARGEST:
        raise CannotPublish(f"{version} is no version: the largest is {config.LARGEST}")
    target = folder / str(version or next_version(folder))
    if target.exists():
        raise CannotPublish(f"{target} exists; a version is never overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()  # OSError where nothing can be written
    return target


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else publishes here meanwhile; the lock goes with the process, however that ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise CannotPublish(f"someone else is publishing into {folder}") from problem
        yield
    finally:
        os.close(handle)


def _write(model: keras.Model, temperature: float, card: dict, fresh: Path) -> None:
    export(model, temperature, fresh)
    write_warm_up(fresh)
    golden.write(fresh, pictures(), soften(model(pictures(), training=False), temperature).numpy())
    hashes = {
        path.relative_to(fresh).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(fresh.rglob("*"))
        if path.is_file() and path.name != "fingerprint.pb"
    }
    told = card | {"temperature": round(temperature, 2), "sha256": hashes}
    (fresh / "model.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def next_version(folder: Path) -> int:
    """One more than the newest; folders that are no number do not count, as in TensorFlow Serving."""
    return 1 + max(_there(folder), default=0)


def _there(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.glob("*") if path.name.isdecimal()]


def export(model: keras.Model, temperature: float, folder: Path) -> None:
    """The signature that the app calls: `images` uint8 [n, 28, 28, 1] → `probabilities` float32 [n, 11]."""

    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        # a wrong rank reaching oneDNN ends the whole server (tensorflow#111453); this line makes it an error
        images = tf.ensure_shape(images, (None, 28, 28, 1))
        return {"probabilities": soften(model(images, training=False), temperature)}

    # what the function uses is found and kept; to track the model too would keep its weights a second time
    archive = keras.export.ExportArchive()
    archive.add_endpoint("serving_default", serve, [tf.TensorSpec((None, 28, 28, 1), tf.uint8, "images")])
    archive.write_out(str(folder), verbose=False)


def write_warm_up(folder: Path) -> None:
    """Requests that TensorFlow Serving plays to a version before it is used: one for each size of WARM_UP."""
    path = folder / warmup.NAME
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as records:
        for size in WARM_UP:
            blank = tensors.to_proto(np.zeros((size, 28, 28, 1), np.uint8))
            spec = pb.ModelSpec(name="digits", signature_name="serving_default")
            request = pb.PredictRequest(model_spec=spec, inputs={"images": blank})
            records.write(pb.PredictionLog(predict_log=pb.PredictLog(request=request)).SerializeToString())


def soften(probabilities: tf.Tensor, temperature: float) -> tf.Tensor:
    """The same order of digits, the confidence as large as it is right to be (Guo et al. 2017)."""
    return tf.nn.softmax(tf.math.log(tf.maximum(probabilities, 1e-20)) / temperature)


def check(fresh: Path) -> Model:
    """Load what was written, in both engines, and hold it against the network's own answers."""
    images, wanted = golden.read(fresh)
    served = tf.saved_model.load(str(fresh)).signatures["serving_default"]
    answers = [served(images=tf.constant(images))["probabilities"].numpy() for _ in range(2)]
    if not (answers[0] == answers[1]).all():
        raise CannotPublish("it answers the same pictures in two ways")
    _hold("TensorFlow", answers[0], wanted)
    try:
        loaded = Model(fresh, threads=1)
    except BadModel as problem:
        raise CannotPublish(f"the embedded server does not take it: {problem}") from problem
    _hold("the embedded server", loaded.run(images), wanted)
    return loaded


def _hold(engine: str, answers: np.ndarray, wanted: np.ndarray) -> None:
    apart = float(np.abs(answers - wanted).max())
    if not apart <= CLOSE:  # so that NaN is refused too
        raise CannotPublish(f"its answers in {engine} are {apart:.0e} from the network's; {CLOSE:.0e} are allowed")


def compare(fresh: Model, running: Model | None, images: np.ndarray, labels: np.ndarray) -> None:
    """Refuse a version that reads too few digits right, or fewer than the running one by more than chance does."""
    right = _right(fresh, images, labels)
    told = f"it reads {right.mean():.2%} of the {len(labels)} digits of validation"
    if right.mean() < FLOOR:
        raise CannotPublish(f"{told}, and at least {FLOOR:.2%} are wanted")
    if running:
        before = _right(running, images, labels)
        lost, won = int((before & ~right).sum()), int((right & ~before).sum())
        # McNemar 1947: were both as good, each digit that one alone reads would be won or lost by the toss of a coin
        if lost - won > 2 * math.sqrt(lost + won):
            raise CannotPublish(
                f"{told}, version {running.version} {before.mean():.2%}: {lost} lost, {won} won are worse than chance"
            )


def newest(folder: Path) -> Model | None:
    """The version that is served to whoever names none: the stable one, or else the newest that can be."""
    stable = labels.stable(folder.parent / config.NAME, folder.name)
    for version in filter(None, (stable, *sorted(_there(folder), reverse=True))):
        with contextlib.suppress(BadModel):
            return Model(folder / str(version), threads=1)
    return None


def _right(model: Model, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return model.run(images)[:, :NOT_A_DIGIT].argmax(axis=1) == labels


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
