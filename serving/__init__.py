"""Who answers Predict: a client, and a small server that speaks TensorFlow Serving's API without TensorFlow."""

import sys

# a converter from other formats: half of the time that OpenVINO takes to import, which does without it
sys.modules.setdefault("openvino.tools.ovc", None)
