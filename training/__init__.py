"""Pictures → network: the data, the ladder of networks, and how one becomes a version that serves."""

import os

# TensorFlow tells every start how it was built; errors are still told
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
