"""The search against an oracle that tries every path."""

import itertools
import math

import inks
import numpy as np
import pytest

from digits import decode, geometry, lattice, search

WEIGHTS = search.Weights.load()
INK = [np.array(stroke, float) for stroke in (*inks.four_open, inks.bar(110, 0, 100), [[150, 90], [152, 92]])]
ROW = lattice.build([*INK, *[stroke + [220, 5] for stroke in INK]])
SAID = np.random.default_rng(2).dirichlet(np.ones(11) / 3, len(ROW.groups))


@pytest.fixture(scope="module")
def scored():
    return search.scores(ROW, geometry.figures(ROW), SAID, WEIGHTS)


def paths():
    """Every sequence of candidates that covers all slots but the loose ones it leaves out."""

    def onward(slot, path):
        if slot == ROW.slots:
            yield path
        for i, group in enumerate(ROW.groups):
            if group.start == slot:
                yield from onward(group.end, [*path, i])
        if slot in ROW.loose:
            yield from onward(slot + 1, path)

    return [path for path in onward(0, []) if path]


def score(scored, path):
    between = sum(dict(scored.pairs[j])[i] for i, j in itertools.pairwise(path))
    labels = sum(np.logaddexp.reduce(scored.labels[i]) for i in path)
    return scored.first[path[0]] + between + labels + scored.groups[path].sum() + scored.last[path[-1]]


def test_every_figure_and_what_the_network_said_count_by_their_weights(scored):
    seen, dot = geometry.figures(ROW), WEIGHTS.left_out[geometry.LEFT_OUT.index("dot")]
    junk = np.append(np.zeros(10), WEIGHTS.junk)
    np.testing.assert_allclose(scored.labels, WEIGHTS.said * np.log(np.maximum(SAID, 1e-9)) + junk)
    np.testing.assert_allclose(scored.groups, seen.groups @ WEIGHTS.group)
    for (i, j), pair in zip(seen.pairs, seen.between, strict=True):
        dots = ROW.groups[j].start - ROW.groups[i].end
        assert dict(scored.pairs[j])[i] == pytest.approx(pair @ WEIGHTS.pair + dots * dot)


def test_the_total_is_the_sum_over_all_paths(scored):
    total = math.log(sum(math.exp(score(scored, path)) for path in paths()))
    assert search.beliefs(scored).total == pytest.approx(total)


def test_a_candidates_probability_is_the_share_of_the_paths_through_it(scored):
    believed = search.beliefs(scored)
    shares = np.zeros(len(ROW.groups))
    for path in paths():
        shares[path] += math.exp(score(scored, path) - believed.total)
    np.testing.assert_allclose(believed.groups, shares, atol=1e-9)


def test_a_pairs_probability_is_the_share_of_the_paths_over_it(scored):
    believed = search.beliefs(scored)
    shares = dict.fromkeys(believed.pairs, 0.0)
    for path in paths():
        for pair in itertools.pairwise(path):
            shares[pair] += math.exp(score(scored, path) - believed.total)
    assert believed.pairs == pytest.approx(shares)


def test_the_ways_are_the_best_of_all_in_order(scored):
    likely = np.argsort(-scored.labels[:, :10], axis=1)[:, : decode.LIKELY].tolist()
    tried = {}
    for path in paths():
        without = score(scored, path) - sum(np.logaddexp.reduce(scored.labels[i]) for i in path)
        for digits in itertools.product(*(likely[i] for i in path)):
            tried[tuple(zip(path, digits, strict=True))] = without + sum(scored.labels[path, digits])
    best = sorted(tried.values(), reverse=True)[: decode.KEPT]
    found = decode._ways(scored)
    assert [told for told, _ in found] == pytest.approx(best)
    assert [tried[tuple(way)] for _, way in found] == pytest.approx(best)
    assert len({tuple(way) for _, way in found}) == decode.KEPT


@pytest.mark.parametrize("mirrored", [1, -1])
def test_a_piece_that_lies_apart_counts_on_whichever_side(mirrored):
    ink = [[[0, 0], [30, 0]], [[20, 60], [70, 160]], [[20, 160], [70, 60]]]  # a bar over a cross
    built = lattice.build([np.array(stroke) * [mirrored, 1.0] for stroke in ink])
    (whole,) = [i for i, group in enumerate(built.groups) if len(group.members) == 3]
    assert geometry.figures(built).groups[whole, geometry.GROUP.index("apart")] == pytest.approx(0.6, abs=0.05)


def test_every_figure_has_a_weight_and_every_weight_a_figure():
    import json

    named = json.loads(search.WEIGHTS.read_text())
    assert tuple(named["group"]) == geometry.GROUP and tuple(named["pair"]) == geometry.PAIR
