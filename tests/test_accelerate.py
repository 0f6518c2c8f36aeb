"""Leaps ahead: the objective never falls, the end is where EM rests, and it is reached sooner."""

from itertools import islice, pairwise

import numpy as np
import pytest

from gmmlearn import (
    Bernoullis,
    Family,
    Gaussians,
    Mixture,
    Poissons,
    Prior,
    StudentTs,
    em,
    hard,
    init,
    run,
    tempered,
)
from gmmlearn.accelerate import accelerated
from gmmlearn.em import e_step

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal([0, 0], 1, (300, 2)), RNG.normal([2, 1], 1.2, (300, 2))])
ONE = np.concatenate([RNG.normal(0, 1, 500), RNG.normal(2, 1.2, 500)])
COUNTS = np.float64([*RNG.poisson([3, 6], (300, 2)), *RNG.poisson([5, 5], (300, 2))])
ANSWERS = (RNG.random((300, 5)) < np.repeat([[0.7] * 5, [0.3] * 5], 150, axis=0)).astype(float)
CASES = {
    kind: (X, init.gaussians(X, X[[0, -1]], kind)) for kind in ("full", "tied", "diag", "spherical")
} | {
    "one column": (ONE, init.by_hand([0, 3], sds=[1, 1])),
    "prior": (X, init.gaussians(X, X[[0, -1]], prior=Prior(1.0, 5))),
    "poisson": (COUNTS, Mixture([0.5, 0.5], Poissons([[3, 5], [5, 4]]))),
    "bernoulli": (ANSWERS, Mixture([0.5, 0.5], Bernoullis([[0.6] * 5, [0.4] * 5]))),
    "student": (X, Mixture([0.5, 0.5], StudentTs([[0, 0], [2, 2]], [np.eye(2)] * 2))),
    "centroids": (X, init.centroids(X[[0, -1]])),
    "far from zero": (ONE + 1e6, init.by_hand([1e6, 1e6 + 3], sds=[1, 1])),
    "in tiny units": (ONE * 1e-8, init.by_hand([0, 3e-8], sds=1e-8)),
}


@pytest.mark.parametrize("assign", [tempered(1), tempered(0.5)], ids=["soft", "cool"])
@pytest.mark.parametrize("name", CASES)
def test_it_never_falls_and_ends_where_em_rests(name, assign):
    x, guess = CASES[name]
    trace = run(x, guess, assign=assign, accelerate=True, tol=1e-13, max_iter=3000)
    assert trace.converged
    rises = np.diff(trace.objectives)
    assert rises.min() >= -1e-12 * abs(trace.objectives[-1])
    steps = em(x, trace.mixture, assign)
    here, there = next(steps).objective, next(steps).objective
    assert here == pytest.approx(trace.objectives[-1], rel=1e-12)
    assert there - here < 1e-9 * len(x)
    if assign.temperature == 1:  # cooler, the leaps may climb another hill
        plain = run(x, guess, tol=1e-13, max_iter=20_000)
        assert trace.objectives[-1] >= plain.objectives[-1] - 1e-7 * len(x)


@pytest.mark.parametrize("name", ["one column", "full", "poisson"])
def test_it_needs_fewer_looks_at_the_data(name):
    x, guess = CASES[name]
    top = run(x, guess, tol=1e-14, max_iter=50_000).objectives[-1]

    def looks(steps):
        return next(s.iteration for s in steps if top - s.objective < 1e-6 * len(x))

    assert looks(accelerated(x, guess)) < looks(em(x, guess)) / 3


def test_a_saddle_is_left_and_not_returned_to():
    start = Mixture([0.5, 0.5], Gaussians([0.9, 0.9 + 1e-4], [2.0, 2.0]))  # nearly one curve
    plain = run(ONE, start, tol=1e-12, max_iter=20_000)
    leapt = run(ONE, start, tol=1e-12, max_iter=20_000, accelerate=True)
    assert leapt.objectives[-1] == pytest.approx(plain.objectives[-1], abs=1e-3)
    assert leapt.iterations < plain.iterations / 3


def test_looks_are_counted():
    steps = list(islice(accelerated(*CASES["full"]), 12))
    counts = [after.iteration - before.iteration for before, after in pairwise(steps)]
    assert steps[0].iteration == 0
    assert set(counts) <= {1, 2}


def test_with_hard_assignment_there_is_nothing_to_leap_over():
    x, guess = CASES["centroids"]
    trace = run(x, guess, assign=hard, accelerate=True)
    assert list(trace.objectives) == list(run(x, guess, assign=hard).objectives)
    assert len(trace.frames()) == 2 * trace.iterations + 1


def test_a_run_with_leaps_has_no_half_steps():
    with pytest.raises(ValueError, match="accelerate=False"):
        run(*CASES["full"], accelerate=True).frames()


def test_a_family_need_not_say_where_it_keeps_its_numbers():
    class Waits(Family):
        n_features = 1

        def __init__(self, means):
            self._hidden = means

        def __len__(self):
            return len(self._hidden)

        def log_prob(self, x):
            return -x / self._hidden - np.log(self._hidden)

        def statistics(self, x, resp):
            return resp.sum(axis=0), resp.T @ x[:, 0]

        def from_statistics(self, statistics):
            return Waits(statistics[1] / statistics[0])

    x = np.concatenate([RNG.exponential(1, 400), RNG.exponential(5, 400)])
    guess = Mixture([0.5, 0.5], Waits(np.array([2.0, 3.0])))
    plain = run(x, guess, tol=1e-12, max_iter=20_000)
    leapt = run(x, guess, tol=1e-12, accelerate=True)
    assert leapt.iterations < plain.iterations / 3
    assert leapt.objectives[-1] == pytest.approx(plain.objectives[-1], abs=1e-5)


def test_leaps_go_on_where_clusters_are_measured_each_from_its_own_place():
    rng = np.random.default_rng(3)
    near = np.concatenate([rng.normal(0, 1e-4, 500), rng.normal(2e-4, 1.2e-4, 500)])
    x = np.concatenate([near, rng.normal(100, 1e-4, 300)])
    guess = init.by_hand([0, 3e-4, 100], sds=[1e-4, 1e-4, 1e-4])
    assert guess.components.origin.ndim == 2
    plain = run(x, guess, tol=1e-12, max_iter=20_000)
    leapt = run(x, guess, tol=1e-12, accelerate=True)
    assert leapt.objectives[-1] == pytest.approx(plain.objectives[-1], abs=1e-4)
    assert leapt.iterations < plain.iterations / 3


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical", "one column", "prior"])
def test_theta_times_the_sums_is_the_weighted_log_height(name):
    x, guess = CASES[name]
    resp = e_step(x, guess)
    (table,) = guess.components.statistics(x, resp)
    sums = np.concatenate([resp.sum(axis=0), table.ravel()])
    assert guess.natural() @ sums == pytest.approx(np.sum(resp * guess.log_joint(x)), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_averages_are_another_way_to_write_the_sums(name):
    x, guess = CASES[name]
    family, resp = guess.components, e_step(x, guess)
    sums = family.statistics(x, resp)
    back = family.summed(family.averages(sums), resp.sum(axis=0))
    for a, b in zip(sums, back, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10 * np.abs(a).max())


@pytest.mark.parametrize("name", CASES)
def test_sums_that_leaps_mix_are_measured_alike(name):
    """From one guess to the next, sums of one origin differ by the responsibilities alone."""
    x, guess = CASES[name]
    steps = em(x, guess)
    now, later = (next(steps).mixture.components for _ in range(2))
    resp = e_step(x, guess)
    if name == "student":  # its discounts are the guess's own
        assert later.origin is now.origin
    elif later.origin is now.origin:
        for a, b in zip(now.statistics(x, resp), later.statistics(x, resp), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12 * np.abs(a).max())


@pytest.mark.parametrize("seed", [16, 95, 195])
def test_weights_still_add_to_one_after_many_leaps(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=60) + 3 * rng.integers(3, size=60)
    guess = init.gaussians(x, init.random_points(x, 3, seed), "tied")
    trace = run(x, guess, accelerate=True, tol=0, max_iter=300)
    sums = [mixture.weights.sum() for mixture in trace.mixtures]
    np.testing.assert_allclose(sums, 1, rtol=1e-13)
    assert "fell" not in trace.reason
