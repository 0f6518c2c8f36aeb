"""Step by step and to the end, the loop agrees with scikit-learn, which is not used by it."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from gmmlearn import Gaussians, Mixture, datasets, em, hard, init, run
from gmmlearn.families.covariance import SHAPES

TIGHT = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 10_000, "maxfev": 10_000}


def blobs(d, k, n=400, seed=0):
    """Overlapping clusters with covariances of every kind, and a start that is not their own."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(scale=4, size=(k, d))
    turns = rng.normal(size=(k, d, d))
    labels = rng.integers(k, size=n)
    x = centres[labels] + np.einsum("nij,nj->ni", turns[labels], rng.normal(size=(n, d)))
    return x + 10, init.random_points(x + 10, k, rng)


def sklearn_steps(x, mixture, rounds):
    """scikit-learn's mixtures after 1, 2, … rounds from the same start, without regularisation."""
    components = mixture.components
    model = GaussianMixture(
        len(mixture.weights),
        covariance_type=components.covariance_type,
        max_iter=1,
        tol=0,
        reg_covar=0,
        warm_start=True,
        weights_init=mixture.weights,
        means_init=components.means,
        precisions_init=np.linalg.inv(components.covariances)
        if components.covariance_type in ("full", "tied")
        else 1 / components.covariances,
    )
    for _ in range(rounds):
        with pytest.warns(ConvergenceWarning):
            yield model.fit(x)


@pytest.mark.parametrize("d", [1, 2, 5, 13])  # at 13 each component measures alone
@pytest.mark.parametrize("covariance_type", SHAPES)
def test_every_step_equals_scikit_learn(covariance_type, d):
    k, rounds = 3, 25
    x, means = blobs(d, k)
    guess = init.gaussians(x, means, covariance_type)
    steps = em(x, guess)
    assert next(steps).mixture is guess
    for step, theirs in zip(steps, sklearn_steps(x, guess, rounds), strict=False):
        ours = step.mixture
        np.testing.assert_allclose(ours.weights, theirs.weights_, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(ours.components.means, theirs.means_, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(
            ours.components.covariances, theirs.covariances_, rtol=1e-10, atol=1e-10
        )
        assert step.objective == pytest.approx(theirs.score(x) * len(x), rel=1e-10)
        np.testing.assert_allclose(step.resp, theirs.predict_proba(x), atol=1e-10)
    assert step.iteration == rounds


@pytest.mark.parametrize(("d", "k"), [(1, 2), (2, 4), (5, 8)])
def test_kmeans_equals_lloyd(d, k):
    x, means = blobs(d, k)
    trace = run(x, init.centroids(means), assign=hard)
    theirs = KMeans(k, init=means, n_init=1, algorithm="lloyd", tol=0, max_iter=1000).fit(x)
    assert trace.converged
    np.testing.assert_array_equal(trace.mixture.predict(x), theirs.labels_)
    np.testing.assert_allclose(trace.mixture.components.means, theirs.cluster_centers_, rtol=1e-10)
    assert -2 * trace.objectives[-1] == pytest.approx(theirs.inertia_, rel=1e-10)


def test_faithful_settles_where_a_general_optimiser_does():
    waits = datasets.load("faithful")["waiting"]
    trace = run(waits, init.by_hand([50, 80], sds=[6, 6]), tol=0)
    mixture = trace.mixture

    def cost(p):
        heights = norm.pdf(waits[:, None], p[:2], np.exp(p[2:4]))
        share = 1 / (1 + np.exp(-p[4]))
        return -np.log(heights @ [share, 1 - share]).sum()

    best = minimize(cost, [50, 80, 1.8, 1.8, 0], method="Nelder-Mead", options=TIGHT).x
    assert trace.converged
    np.testing.assert_allclose(mixture.components.means[:, 0], best[:2], atol=1e-5)
    np.testing.assert_allclose(mixture.components.sds[:, 0], np.exp(best[2:4]), atol=1e-5)
    np.testing.assert_allclose(mixture.weights[0], 1 / (1 + np.exp(-best[4])), atol=1e-6)
    assert trace.objectives[-1] == pytest.approx(-1034.0017, abs=5e-5)
    assert mixture.log_likelihood(waits) == pytest.approx(trace.objectives[-1], rel=1e-14)


def test_births_know_the_weekend():
    births = datasets.load("births")
    trace = run(births["births"], init.by_hand([8000, 12500], sds=[1000, 1000]), tol=1e-12)
    weekday = births["day_of_week"] <= 5
    high = trace.mixture.predict(births["births"]) == 1
    assert (high == weekday).mean() == pytest.approx(0.979, abs=5e-4)
    assert (weekday & ~high).sum() == 115


# The likelihood of 1, 2, 3 by hand: see notebook 04. The wrong column takes σ² for σ.
def test_three_points_by_hand():
    steps = em([1.0, 2.0, 3.0], init.by_hand([1, 3], sds=[1, 1]))
    assert [round(next(steps).objective, 3) for _ in range(3)] == [-4.389, -3.549, -3.487]


def test_density_of_a_mixture_is_the_weighted_sum():
    mixture = init.by_hand([50, 80], sds=[6, 6], weights=[0.36, 0.64])
    heights = np.exp(mixture.components.log_prob([66.0]))[0]
    np.testing.assert_allclose(heights, [0.00190, 0.00437], atol=5e-6)
    assert np.exp(mixture.log_prob([66.0]))[0] == pytest.approx(
        0.36 * heights[0] + 0.64 * heights[1]
    )
    grid = np.linspace(-50, 200, 20_001)
    assert np.trapezoid(np.exp(mixture.log_prob(grid)), grid) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("covariance_type", SHAPES)
def test_samples_come_from_the_mixture(covariance_type):
    means = np.array([[0.0, 0.0], [5.0, 20.0]])
    matrix = np.array([[4.0, 1.5], [1.5, 1.0]])
    covariances = {
        "full": np.stack([matrix, np.eye(2)]),
        "tied": matrix,
        "diag": np.array([[4.0, 1.0], [1.0, 9.0]]),
        "spherical": np.array([4.0, 1.0]),
    }[covariance_type]
    mixture = Mixture([0.3, 0.7], Gaussians(means, covariances, covariance_type))
    x, labels = mixture.sample(100_000, rng=0)
    assert x.shape == (100_000, 2)
    assert np.bincount(labels) / len(x) == pytest.approx([0.3, 0.7], abs=0.01)
    for j, expected in enumerate(mixture.components.matrices()):
        np.testing.assert_allclose(x[labels == j].mean(axis=0), means[j], atol=0.05)
        np.testing.assert_allclose(np.cov(x[labels == j].T), expected, atol=0.15)
    again, _ = mixture.sample(100_000, rng=0)
    np.testing.assert_array_equal(x, again)
