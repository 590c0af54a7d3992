"""What TensorFlow itself answers from the shipped SavedModel, through the session that TensorFlow Serving uses.

A wrong rank once ended the whole process (tensorflow#111453), so these run in a process of their own.
"""

import json
import subprocess
import sys

import numpy as np
import pytest

from serving.__main__ import MODELS
from serving.model import Model

pytestmark = pytest.mark.train

NEWEST = max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name))
RUN = """
import json, sys
import numpy as np
import tensorflow as tf

with tf.compat.v1.Session(graph=tf.Graph()) as session:
    loaded = tf.compat.v1.saved_model.load(session, ["serve"], sys.argv[1])
    signature = loaded.signature_def["serving_default"]
    ends = signature.inputs["images"], signature.outputs["probabilities"]
    feed, fetch = (session.graph.get_tensor_by_name(end.name)._as_tf_output() for end in ends)
    session._extend_graph()
    pictures = np.random.default_rng(8).integers(0, 256, (5, 28, 28, 1), np.uint8)
    told = {}
    for name, given in {
        "right": pictures,
        "again": pictures,
        "empty": pictures[:0],
        "wrong rank": pictures[..., 0],
        "flat": pictures.reshape(5, 784),
        "wrong side": pictures[:, :14],
        "double": pictures / 255,
        "string": pictures.astype(str).astype(object),
        "bool": pictures > 127,
        "bfloat16": pictures.astype(tf.bfloat16.as_numpy_dtype),
    }.items():
        try:
            # as the server calls: without the checks that Python makes before
            told[name] = session._call_tf_sessionrun(None, {feed: given}, [fetch], [], None)[0].tolist()
        except (tf.errors.OpError, ValueError, TypeError) as problem:
            told[name] = f"{type(problem).__name__}: {problem}"
    print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told():
    command = [sys.executable, "-c", RUN, str(NEWEST)]
    return json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True).splitlines()[-1])


def test_the_embedded_server_answers_what_tensorflow_answers(told):
    pictures = np.random.default_rng(8).integers(0, 256, (5, 28, 28, 1), np.uint8)
    np.testing.assert_allclose(told["right"], Model(NEWEST).run(pictures), atol=1e-5)


def test_the_same_pictures_have_the_same_answer_twice(told):
    assert told["right"] == told["again"]


@pytest.mark.parametrize("name", ["wrong rank", "flat", "wrong side"])
def test_a_wrong_shape_is_an_error_and_not_the_end(told, name):
    assert "InvalidArgumentError" in told[name] and "is not compatible with expected shape [?,28,28,1]" in told[name]


@pytest.mark.parametrize("name", ["double", "string", "bool", "bfloat16"])
def test_a_wrong_type_is_an_error(told, name):
    assert told[name].startswith(f"InvalidArgumentError: Expects arg[0] to be uint8 but {name} is provided")


def test_an_empty_batch_is_an_error_of_the_network_and_not_the_end(told):
    """TensorFlow's batch norm does not take it; the embedded server answers it, and the app never asks it."""
    assert "Incompatible shapes" in told["empty"]
