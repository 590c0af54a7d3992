"""The network with no framework: any number of layers and neurons, gradients worked out by hand.

Nielsen's "Neural Networks and Deep Learning" (2015) walks the same way with squared error and sigmoids; here
it is ReLU, softmax and cross-entropy, a whole mini-batch at a time. A test holds the gradients against Keras.
"""

import itertools

import numpy as np

Weights = list[tuple[np.ndarray, np.ndarray]]  # a matrix [inputs, outputs] and biases [outputs] for each layer


def new_network(sizes: list[int], rng: np.random.Generator) -> Weights:
    """Random weights for layers of these sizes, such as [784, 100, 10]; scaled so that signals keep their size.

    He et al. 2015, arXiv 1502.01852.
    """
    return [
        (rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs)), np.zeros(outputs))
        for inputs, outputs in itertools.pairwise(sizes)
    ]


def forward(network: Weights, pictures: np.ndarray) -> list[np.ndarray]:
    """What each layer hands to the next, the pictures [n, inputs] first and the probabilities last."""
    values = [pictures]
    for matrix, biases in network[:-1]:
        values.append(np.maximum(values[-1] @ matrix + biases, 0))
    matrix, biases = network[-1]
    scores = values[-1] @ matrix + biases
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))  # the largest becomes e⁰: nothing overflows
    return [*values, powers / powers.sum(axis=1, keepdims=True)]


def cross_entropy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The mean surprise at the right answers."""
    return float(-np.log(probabilities[np.arange(len(labels)), labels] + 1e-12).mean())


def gradients(network: Weights, pictures: np.ndarray, labels: np.ndarray) -> Weights:
    """How the loss changes with every weight: the chain rule, from the last layer to the first."""
    values = forward(network, pictures)
    blame = values[-1].copy()  # softmax and cross-entropy together have this plain derivative
    blame[np.arange(len(labels)), labels] -= 1
    blame /= len(labels)
    found: Weights = []
    for layer in reversed(range(len(network))):
        found.append((values[layer].T @ blame, blame.sum(axis=0)))
        blame = blame @ network[layer][0].T * (values[layer] > 0)
    return found[::-1]


def descend(network: Weights, slopes: Weights, rate: float) -> Weights:
    """One step downhill."""
    return [
        (matrix - rate * matrix_slope, biases - rate * bias_slope)
        for (matrix, biases), (matrix_slope, bias_slope) in zip(network, slopes, strict=True)
    ]


def train(
    network: Weights,
    pictures: np.ndarray,
    labels: np.ndarray,
    *,
    epochs: int,
    rng: np.random.Generator,
    rate: float = 0.1,
    batch: int = 32,
) -> Weights:
    """Mini-batch gradient descent, in a new order each epoch."""
    for _ in range(epochs):
        order = rng.permutation(len(labels))
        for start in range(0, len(labels), batch):
            chosen = order[start : start + batch]
            network = descend(network, gradients(network, pictures[chosen], labels[chosen]), rate)
    return network


def accuracy(network: Weights, pictures: np.ndarray, labels: np.ndarray) -> float:
    """The share read right."""
    return float((forward(network, pictures)[-1].argmax(axis=1) == labels).mean())
