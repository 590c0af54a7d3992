"""One version of a model: a SavedModel folder, read and run by OpenVINO.

Why OpenVINO: it takes the very folder that TensorFlow Serving loads, so there is one artefact everywhere, and it
answers faster than TensorFlow's own runtime in a seventh of the space (`make bench` prints the ratio).
"""

import functools
import hashlib
import json
import queue
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino

from serving import cores, golden, tensors, warmup
from serving import predict_pb2 as pb

SIGNATURE = "serving_default"
CARD = "model.json"
BATCH = 16  # pictures the engine takes at once: per picture, larger batches cost more (`make bench`)
THREADS = 8  # requests that a server answers at once; the engine has a place per core, the others wait for one
CLOSE = 1e-4  # how far two engines' float32 answers may lie apart; what is wrong is far further


class BadModel(Exception):
    """A folder that is not a model that can be served; the message names the folder and the reason."""


class BadInput(Exception):
    """An array that the model does not take; the message says what it would have taken."""


class Model:
    """A loaded version with one input and one output, the first axis being the batch. `run` is thread-safe."""

    def __init__(self, folder: Path, threads: int = 0):
        """Read, compile and warm up; raise BadModel if any of it fails. By default, in as many threads as can work."""
        try:
            self.version = int(folder.name)
            _check_hashes(folder)
            self.signatures = _signatures(folder)
            signature = self.signatures.signature_def[SIGNATURE]
            [(self.input_name, self.input)] = signature.inputs.items()
            [(self.output_name, self.output)] = signature.outputs.items()
            self._shape = [dim.size for dim in self.input.tensor_shape.dim]
            # the last that was used goes first: its weights are still in the cache
            self._idle = queue.LifoQueue()
            for compiled in _compiled(folder, threads or places()):
                self._idle.put(self._warmed(compiled.create_infer_request()))
            for request in warmup.requests(folder):
                self.run(tensors.from_proto(request.inputs[self.input_name]))
            if brought := golden.read(folder):
                self._compare(*brought)
        except Exception as problem:  # whatever is wrong with it: a folder is anybody's
            raise BadModel(f"{folder}: {problem}") from problem

    def run(self, array: np.ndarray) -> np.ndarray:
        """Answer for a whole batch, or raise BadInput."""
        self._check(array)
        request = self._idle.get()
        try:
            if 0 < len(array) <= BATCH:
                return _infer(request, array)
            parts = [_infer(request, array[start : start + BATCH]) for start in range(0, len(array), BATCH)]
            return np.concatenate([self._nothing, *parts])
        finally:
            self._idle.put(request)

    def answers_like(self, other: "Model") -> bool:
        """Whether who asks the other may as well ask this one."""

        def ends(model: Model) -> list:
            return [model.input_name, model.input.dtype, model.input.tensor_shape,
                    model.output_name, model.output.dtype, model.output.tensor_shape]  # fmt: skip

        return ends(self) == ends(other)

    def _compare(self, images: np.ndarray, expected: np.ndarray) -> None:
        """Hold the answers against those it was published with: engine and processor may be others than there."""
        if not np.allclose(self.run(images), expected, rtol=0, atol=CLOSE):
            raise ValueError(f"it does not answer {golden.NAME} as it did when it was published")

    def _check(self, array: np.ndarray) -> None:
        """Hold the array against the signature; the engine itself would take a wrong one in silence."""
        if (given := tensors.code(array)) != self.input.dtype:
            wanted, given = tensors.name(self.input.dtype), tensors.name(given)
            raise BadInput(f"Expects arg[0] to be {wanted} but {given} is provided")
        fits = array.ndim == len(self._shape) and all(
            wanted in (-1, size) for wanted, size in zip(self._shape, array.shape, strict=True)
        )
        if not fits:
            given, wanted = _told(array.shape), _told(self._shape)
            raise BadInput(f"Shape of tensor {self.input_name} {given} is not compatible with expected shape {wanted}")

    def _warmed(self, request: openvino.InferRequest) -> openvino.InferRequest:
        """Ask once for every batch size: the engine prepares a size when it first meets it (2 to 5 ms)."""
        blank = np.zeros((BATCH, *self._shape[1:]), tensors.dtype(self.input.dtype))
        for size in range(1, BATCH + 1):
            self._nothing = _infer(request, blank[:size])[:0]
        return request


def _infer(request: openvino.InferRequest, array: np.ndarray) -> np.ndarray:
    # what is shared is the engine's own memory, which the next call writes over: one copy instead of two
    return request.infer(array, share_inputs=True, share_outputs=True)[0].copy()


def _compiled(folder: Path, threads: int) -> list[openvino.CompiledModel]:
    """Full float32: the same answers on every processor, within 2e-8 of TensorFlow's.

    No streams: who asks does the work in its own thread, which saves handing it to another and back. Two threads would
    wait for each other in one compiled model, so there is one for each.
    """
    settings = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 0, "INFERENCE_NUM_THREADS": 1}
    network = _core().read_model(folder)
    return [_core().compile_model(network, "CPU", settings) for _ in range(threads)]


@functools.cache
def _core() -> openvino.Core:
    """One for all versions, for as long as the process lives."""
    # one that is freed takes along the stack on which the thread that made it handles signals: the next would kill
    return openvino.Core()


def places() -> int:
    """How many requests can be worked on at once: as many as come, on as many cores as this process may use."""
    return min(THREADS, cores.usable())


def _check_hashes(folder: Path) -> None:
    """Hold the files against the hashes in model.json, if there is one: a damaged weight would only answer wrongly."""
    for name, expected in _hashes(folder).items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
            raise ValueError(f"{name} is not as it was published: its SHA-256 differs from {CARD}'s")


def _hashes(folder: Path) -> dict[str, str]:
    card = folder / CARD
    return json.loads(card.read_text()).get("sha256", {}) if card.exists() else {}


def vouched(folder: Path) -> bool:
    """Whether a version brings hashes along: one that does was published, and cannot be served before it is whole."""
    try:
        return bool(_hashes(folder))
    except Exception:  # as in Model
        return False


def _signatures(folder: Path) -> pb.SignatureDefMap:
    """What the SavedModel promises, read from its own file."""
    saved = pb.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    [graph] = [graph for graph in saved.meta_graphs if "serve" in graph.meta_info_def.tags]
    return pb.SignatureDefMap(signature_def=graph.signature_def)


def whole(folder: Path) -> bool:
    """Whether a version is there as it was published; whether it can be run, too, only loading it tells."""
    try:
        _check_hashes(folder)
        return bool(_signatures(folder).signature_def)
    except Exception:  # as in Model
        return False


def _told(shape: Sequence[int]) -> str:
    return "[" + ",".join("?" if size == -1 else str(size) for size in shape) + "]"
