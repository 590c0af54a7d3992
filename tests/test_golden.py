import shutil

import numpy as np
import pytest

from serving import golden
from serving.__main__ import MODELS
from serving.model import BadModel, Model

PICTURES = np.random.default_rng(6).integers(0, 256, (5, 28, 28, 1), np.uint8)


@pytest.fixture
def folder(tmp_path):
    """A version that brings no answers yet."""
    shipped = shutil.copytree(MODELS / "digits" / "1", tmp_path / "1")
    (shipped / golden.NAME).unlink(missing_ok=True)
    (shipped / "model.json").unlink()
    return shipped


def test_what_was_written_is_read(folder):
    assert golden.read(folder) is None
    golden.write(folder, PICTURES, np.eye(5, 11, dtype=np.float32))
    images, answers = golden.read(folder)
    np.testing.assert_array_equal(images, PICTURES)
    np.testing.assert_array_equal(answers, np.eye(5, 11))


def test_a_version_that_answers_as_it_did_when_it_was_published_is_served(folder):
    golden.write(folder, PICTURES, Model(folder).run(PICTURES))
    assert Model(folder).version == 1


@pytest.mark.parametrize("far", [0.001, np.nan])
def test_a_version_that_answers_otherwise_is_not_served(folder, far):
    golden.write(folder, PICTURES, Model(folder).run(PICTURES) + np.float32(far))
    with pytest.raises(BadModel, match=r"/1: it does not answer assets.extra/golden\.npz as it did"):
        Model(folder)


@pytest.mark.parametrize("spoil", [lambda data: b"half", lambda data: data[:-30], lambda data: b""])
def test_a_broken_file_is_a_broken_version(folder, spoil):
    golden.write(folder, PICTURES, np.eye(5, 11))
    (folder / golden.NAME).write_bytes(spoil((folder / golden.NAME).read_bytes()))
    with pytest.raises(BadModel, match=r"golden\.npz"):
        Model(folder)
