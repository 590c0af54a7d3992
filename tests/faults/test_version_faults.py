"""Versions of the network that are written in part, damaged or of another shape, while the one before is in use."""

import json
import shutil

import pytest
from live import wait_for
from watched import load, model, seen, statuses, unharmed, watched

from serving import predict_pb2 as pb
from serving.__main__ import MODELS

pytestmark = pytest.mark.faults

SHIPPED = max((MODELS / "digits").glob("[0-9]*"), key=lambda path: int(path.name))


def half_written(folder):
    graph = folder / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[: graph.stat().st_size // 2])
    shutil.rmtree(folder / "variables")
    (folder / "model.json").unlink()


def without_its_weights(folder):
    shutil.rmtree(folder / "variables")


def damaged(folder):
    weights = max((folder / "variables").iterdir(), key=lambda path: path.stat().st_size)
    broken = bytearray(weights.read_bytes())
    broken[len(broken) // 2] ^= 1
    weights.write_bytes(broken)


def of_another_shape(folder):
    saved = pb.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    for graph in saved.meta_graphs:
        for tensor in graph.signature_def["serving_default"].inputs.values():
            tensor.tensor_shape.dim[1].size = 32
    (folder / "saved_model.pb").write_bytes(saved.SerializeToString())
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(card | {"sha256": {}}))


def nonsense(folder):
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        file.write_bytes(b"\x00nonsense\xff" * 100)


def empty(folder):
    shutil.rmtree(folder)
    folder.mkdir()


WAYS = (half_written, without_its_weights, damaged, of_another_shape, nonsense, empty)


def test_broken_versions_under_load(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "models" / "digits" / "1")
    with (
        model(tmp_path, "--models", tmp_path / "models") as server,
        watched(tmp_path, DIGITS_LOG="quiet", DIGITS_SERVING=server.address) as app,
        unharmed(app),
        load(app) as answered,
    ):
        for version, spoil in enumerate(WAYS, 2):
            folder = tmp_path / "models" / "digits" / str(version)
            shutil.copytree(SHIPPED, tmp_path / "new")
            spoil(tmp_path / "new")
            (tmp_path / "new").rename(folder)
            wait_for(lambda v=version, f=folder: server.said(f"version {v} of digits is not served: {f}") == 1)
        told = len(answered)
        wait_for(lambda: len(answered) > told + 20)
        assert set(statuses(answered)) == {200}
        assert app.answer()["model"]["version"] == 1
        seen(f"{len(WAYS)} ways to break a version, {dict(statuses(answered))}; the log names each folder once")
        for version in range(2, 2 + len(WAYS)):
            shutil.rmtree(tmp_path / "models" / "digits" / str(version))


def test_all_versions_go_under_load(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "models" / "digits" / "1")
    with (
        model(tmp_path, "--models", tmp_path / "models") as server,
        watched(tmp_path, DIGITS_LOG="quiet", DIGITS_SERVING=server.address) as app,
        unharmed(app),
        load(app) as answered,
    ):
        shutil.rmtree(tmp_path / "models" / "digits")
        told = len(answered)
        wait_for(lambda: len(answered) > told + 100)
        assert set(statuses(answered)) == {200}
        seen(f"{dict(statuses(answered))}: the last version that was loaded is served on")
