"""The embedded server with TensorFlow's own SavedModel runtime in place of OpenVINO: what the bench compares with."""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

import serving.versions
from serving.__main__ import main
from serving.model import Model


class TensorFlowModel(Model):
    """The same signature and checks, another engine on as many threads."""

    def __init__(self, folder: Path):
        """Load twice: the base class reads the signature."""
        super().__init__(folder)
        self._function = tf.saved_model.load(str(folder)).signatures["serving_default"]
        for size in range(1, 17):
            self.run(np.zeros((size, 28, 28, 1), np.uint8))

    def run(self, array: np.ndarray) -> np.ndarray:
        """Answer for a whole batch."""
        if not hasattr(self, "_function"):
            return super().run(array)
        self._check(array)
        return self._function(images=tf.constant(array))[self.output_name].numpy()


serving.versions.Model = TensorFlowModel

if __name__ == "__main__":
    sys.exit(main())
