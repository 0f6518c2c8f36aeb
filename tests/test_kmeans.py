"""K-means ranks the centres by one product. Who wins, and by how much, stays as if measured."""

from itertools import islice

import numpy as np
import pytest

from gmmlearn import Centroids, Mixture, em, hard, init, run, tempered

RNG = np.random.default_rng(4)
GRID = RNG.integers(0, 6, (3000, 2)).astype(float)  # many rows lie halfway between two centres
ROUND = RNG.normal(size=(3000, 2))
TIGHT = np.repeat(1e6 * RNG.normal(size=(6, 2)), 500, axis=0) + 1e-5 * ROUND
CASES = {
    "a grid": (GRID, GRID[:5]),
    "a grid in tenths": (GRID / 10, GRID[:5] / 10),
    "a grid far away": (GRID + 1e8, GRID[:5] + 1e8),
    "two centres in one place": (ROUND, ROUND[[0, 1, 1, 2, 0]]),
    "centres side by side": (ROUND, 1 + 1e-9 * ROUND[:5]),
    "a guess far away": (ROUND, 3e9 + 1e8 * ROUND[:5]),
    "one row far away": (np.r_[ROUND, [[1e12, -1e9]]], ROUND[:5]),
    "small clusters far apart": (TIGHT, TIGHT[::600]),
    "huge numbers": (ROUND * 1e148, ROUND[:5] * 1e148),
    "tiny numbers": (ROUND * 1e-150, ROUND[:5] * 1e-150),
    "wide rows": (RNG.normal(size=(3000, 40)), RNG.normal(size=(9, 40))),
    "one centre": (ROUND, ROUND[:1]),
    "one point": (np.full((9, 2), 3.3), np.full((2, 2), 3.3)),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_the_winners_are_those_that_measuring_finds(name, threads):
    x, centres = CASES[name]
    steps = em(x, init.centroids(centres), hard, threads=threads)
    for step in (next(steps) for _ in range(4)):
        heights = step.mixture.log_joint(x)  # each row measured from each centre
        np.testing.assert_array_equal(step.resp, np.eye(len(centres))[heights.argmax(axis=1)])
        assert step.objective == pytest.approx(heights.max(axis=1).sum(), rel=1e-13)


class Manhattan(Centroids):
    """Centres whose distances go along the streets."""

    def log_heights(self, log_weights):
        return lambda rows: log_weights[:, None] - np.abs(rows.x - self.means[:, None]).sum(axis=-1)


@pytest.mark.parametrize("assign", [hard, tempered(1e-300)])
def test_a_child_that_measures_otherwise_decides_who_wins(assign):
    x = np.array([[3.0, 0.0], [2.5, 2.5]])  # by air the second is nearer to the first centre
    near = Mixture([0.5, 0.5], Manhattan([[0, 0], [6.2, 2.5]]))
    np.testing.assert_array_equal(next(em(x, near, assign)).resp, [[1, 0], [0, 1]])


def test_a_centre_of_all_rows_is_looked_for_once_a_round(monkeypatch):
    looks, sums = [], Centroids.sums
    monkeypatch.setattr(Centroids, "sums", lambda *a: looks.append(1) or sums(*a))
    for _ in islice(em(ROUND, init.centroids(ROUND[:1]), hard), 6):
        pass
    assert len(looks) == 6


def test_when_soft_centroids_have_settled_does_not_depend_on_the_unit():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, 200), rng.normal(2.5, 1, 200)])
    guess = np.array([-1.0, 1.0])

    def rounds(unit):
        trace = run(x * unit, init.centroids(guess * unit), assign=tempered(unit**2))
        return trace.converged, trace.iterations

    assert rounds(2.0**-10) == rounds(1.0) == rounds(2.0**10)


def test_many_rows_and_two_threads_end_where_few_and_one_do():
    x = np.repeat(ROUND, 20, axis=0)
    few = run(ROUND, init.centroids(ROUND[:5]), assign=hard)
    many = run(x, init.centroids(ROUND[:5]), assign=hard, threads=2)
    assert many.iterations == few.iterations
    np.testing.assert_allclose(
        many.mixture.components.means, few.mixture.components.means, rtol=1e-12
    )
