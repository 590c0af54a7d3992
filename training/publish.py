"""A trained network → a version that serves: the SavedModel, and what there is to say of it.

TensorFlow Serving loads whatever folder has a number for a name, half copied or not; so a version is written
under another name, tried, flushed to the disk and only then renamed. A version is never overwritten.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from serving import predict_pb2 as pb
from serving import tensors
from training.data import ROOT

MODELS = ROOT / "serving" / "models" / "digits"
WARM_UP = (1, 4, 16)  # pictures in a request: one digit, a number's candidates, the largest batch of the engine


class CannotPublish(Exception):
    """The version exists already, or what was written does not say what the network says."""


def publish(model: keras.Model, temperature: float, card: dict, folder: Path = MODELS, version: int = 0) -> Path:
    """Write `model` as the next version (or the one named) below `folder`; returns the version's folder."""
    version = version or next_version(folder)
    target = folder / str(version)
    if target.exists():
        raise CannotPublish(f"{target} exists; a version is never overwritten")
    fresh = folder / f"new-{version}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    export(model, temperature, fresh)
    write_warm_up(fresh)
    check(model, temperature, fresh)
    files = sorted(path for path in fresh.rglob("*") if path.is_file())
    hashes = {
        path.relative_to(fresh).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != "fingerprint.pb"
    }
    told = card | {"temperature": round(temperature, 2), "sha256": hashes}
    (fresh / "model.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    for path in (*fresh.rglob("*"), fresh):
        _flush(path)
    fresh.rename(target)
    _flush(folder)
    return target


def next_version(folder: Path) -> int:
    """One more than the newest; folders that are no number do not count, as in TensorFlow Serving."""
    return 1 + max((int(path.name) for path in folder.glob("*") if path.name.isdigit()), default=0)


def export(model: keras.Model, temperature: float, folder: Path) -> None:
    """The signature that the app calls: `images` uint8 [n, 28, 28, 1] → `probabilities` float32 [n, 11]."""

    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        # a wrong rank reaching oneDNN ends the whole server (tensorflow#111453); this line makes it an error
        images = tf.ensure_shape(images, (None, 28, 28, 1))
        return {"probabilities": soften(model(images, training=False), temperature)}

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serving_default", serve, [tf.TensorSpec((None, 28, 28, 1), tf.uint8, "images")])
    archive.write_out(str(folder), verbose=False)


def write_warm_up(folder: Path) -> None:
    """Requests that TensorFlow Serving plays to a version before it is used: one for each size of WARM_UP.

    The file is a TFRecord of PredictionLog, whose field 6 is a PredictLog, whose field 1 is the request;
    wrapping those two by hand saves the whole of tensorflow-serving-api.
    """
    path = folder / "assets.extra" / "tf_serving_warmup_requests"
    path.parent.mkdir()
    with tf.io.TFRecordWriter(str(path)) as records:
        for size in WARM_UP:
            blank = tensors.to_proto(np.zeros((size, 28, 28, 1), np.uint8))
            spec = pb.ModelSpec(name="digits", signature_name="serving_default")
            request = pb.PredictRequest(model_spec=spec, inputs={"images": blank}).SerializeToString()
            records.write(_field(6, _field(1, request)))


def _field(number: int, content: bytes) -> bytes:
    """One length-delimited field of a protocol buffer: key, length in sevens of bits, content."""
    length, digits = len(content), []
    while length > 127:
        digits.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *digits, length]) + content


def soften(probabilities: tf.Tensor, temperature: float) -> tf.Tensor:
    """The same order of digits, the confidence as large as it is right to be (Guo et al. 2017)."""
    return tf.nn.softmax(tf.math.log(tf.maximum(probabilities, 1e-20)) / temperature)


def check(model: keras.Model, temperature: float, folder: Path) -> None:
    """Load what was written and hold it against the network, on noise and on emptiness."""
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28, 1), np.uint8)
    images[0] = 0
    served = tf.saved_model.load(str(folder)).signatures["serving_default"]
    answers = [served(images=tf.constant(images))["probabilities"].numpy() for _ in range(2)]
    wanted = soften(model(images, training=False), temperature).numpy()
    if not (answers[0] == answers[1]).all() or not np.allclose(answers[0], wanted, atol=1e-5):
        raise CannotPublish(f"{folder} does not answer as the network does")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
