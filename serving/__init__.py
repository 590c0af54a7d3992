"""Who answers Predict: a client, and a small server that speaks TensorFlow Serving's API without TensorFlow."""
