"""First guesses: different rows of the data, spread out, and the same for the same seed."""

import numpy as np
import pytest

from gmmlearn import Prior, init
from gmmlearn.families.covariance import SHAPES
from gmmlearn.side_by_side import side_by_side

RNG = np.random.default_rng(0)
X = np.concatenate(
    [RNG.normal(0, 1, (50, 2)), RNG.normal(50, 1, (50, 2)), RNG.normal(-90, 1, (4, 2))]
)
PICKS = [init.random_points, init.kmeans_plus_plus, init.farthest_first]


@pytest.mark.parametrize("pick", PICKS)
def test_picks_are_different_rows_and_depend_on_the_seed_only(pick):
    means = pick(X, 6, rng=3)
    assert means.shape == (6, 2)
    assert len(np.unique(means, axis=0)) == 6
    assert (X[:, None] == means).all(axis=2).any(axis=0).all()
    np.testing.assert_array_equal(means, pick(X, 6, rng=np.random.default_rng(3)))
    assert not np.array_equal(means, pick(X, 6, rng=4))


@pytest.mark.parametrize("pick", PICKS)
def test_duplicated_rows_are_picked_once(pick):
    x = np.array([1.0] * 50 + [2.0, 3.0])
    for seed in range(20):
        assert sorted(pick(x, 3, seed).ravel()) == [1, 2, 3]


def test_random_points_are_uniform():
    firsts = [init.random_points([10.0, 20.0, 30.0], 1, seed)[0, 0] for seed in range(600)]
    counts = [firsts.count(value) for value in (10, 20, 30)]
    assert min(counts) > 150


def test_kmeans_plus_plus_lies_apart():
    def finds_all(pick):
        return np.mean(
            [len({int(m[0] // 40) for m in pick(X, 3, seed)}) == 3 for seed in range(200)]
        )

    assert finds_all(init.kmeans_plus_plus) > 0.95
    assert finds_all(init.random_points) < 0.3


def test_kmeans_plus_plus_draws_by_squared_distance():
    x = np.array([0.0, 1.0, 3.0])  # from 0: 1 to 9; from 1: 1 to 4; from 3: 9 to 4
    pairs = [tuple(init.kmeans_plus_plus(x, 2, seed).ravel()) for seed in range(3000)]
    share = np.mean([pair[1] == 3 for pair in pairs if pair[0] == 0])
    assert share == pytest.approx(0.9, abs=0.03)


def test_farthest_first_takes_the_farthest_from_its_nearest():
    x = np.array([0.0, 1.0, 4.0, 10.0])
    chains = {  # from 1: 10 is 9 away, then 4 is 3 away from 1 and 0 is 1 away
        0: [0, 10, 4],
        1: [1, 10, 4],
        4: [4, 10, 0],
        10: [10, 0, 4],
    }
    for seed in range(20):
        first, *others = init.farthest_first(x, 3, seed).ravel()
        assert [first, *others] == chains[first]


def test_farthest_first_takes_the_outlier_always_and_random_points_seldom():
    x = np.append(np.random.default_rng(0).normal(size=99), 1000.0)

    def share(pick):
        return np.mean([1000 in pick(x, 3, seed) for seed in range(100)])

    assert share(init.farthest_first) == 1
    assert share(init.random_points) < 0.1


@pytest.mark.parametrize("kind", SHAPES)
def test_gaussians_start_with_the_spread_of_all_the_data(kind):
    mixture = init.gaussians(X, X[:3], kind, Prior(1.0))
    np.testing.assert_array_equal(mixture.components.means, X[:3])
    np.testing.assert_allclose(mixture.weights, 1 / 3)
    expected = np.cov(X.T, ddof=0)
    if kind in ("diag", "spherical"):
        expected = np.diag(np.diag(expected))
    if kind == "spherical":
        expected = np.eye(2) * np.diag(expected).mean()
    for matrix in mixture.components.matrices():
        np.testing.assert_allclose(matrix, expected)
    assert mixture.components.prior.strength == 1


@pytest.mark.parametrize("kind", SHAPES)
def test_by_hand_takes_standard_deviations(kind):
    mixture = init.by_hand([[0, 0], [5, 5]], sds=3, weights=[0.25, 0.75], covariance_type=kind)
    np.testing.assert_allclose(mixture.components.sds, 3)
    np.testing.assert_allclose(mixture.components.matrices(), [np.eye(2) * 9] * 2)
    np.testing.assert_array_equal(mixture.weights, [0.25, 0.75])


def test_by_hand_in_one_dimension_and_by_column():
    np.testing.assert_allclose(init.by_hand([50, 80], sds=[6, 9]).components.sds, [[6], [9]])
    plane = init.by_hand([[0, 0], [5, 5]], sds=[[1, 2], [3, 4]], covariance_type="diag")
    np.testing.assert_allclose(plane.components.sds, [[1, 2], [3, 4]])
    given = init.by_hand([0, 1], covariances=[4, 9])
    np.testing.assert_allclose(given.components.sds.ravel(), [2, 3])
    np.testing.assert_allclose(given.weights, 0.5)


def test_unequal_sds_do_not_become_one_in_silence():
    with pytest.raises(ValueError, match="spherical"):
        init.by_hand([[0, 0], [5, 5]], sds=[[1, 2], [3, 4]], covariance_type="spherical")
    with pytest.raises(ValueError, match="tied"):
        init.by_hand([0, 1], sds=[1, 2], covariance_type="tied")


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_many_starts_make_the_mixtures_that_each_would_make_alone(kind):
    starts = [init.random_points(X, 3, seed) for seed in range(4)]
    made = init.mixtures(X, starts, kind)
    assert len(made) == 4
    with pytest.raises(IndexError):
        made[4]
    alone = [init.gaussians(X, means, kind) for means in starts]
    for mixture, expected in zip(made, alone, strict=True):
        np.testing.assert_allclose(mixture.weights, expected.weights, rtol=1e-12)
        np.testing.assert_allclose(mixture.log_prob(X), expected.log_prob(X), rtol=1e-9)
        covariances = mixture.components.covariances
        np.testing.assert_allclose(covariances, expected.components.covariances, rtol=1e-12)
    best = max(mixture.log_likelihood(X) for mixture in alone)
    assert side_by_side(X, made, 0)[0][0] == pytest.approx(best, rel=1e-12)
    mixed = init.mixtures(X, [alone[0], starts[1]], kind)
    assert mixed[0] is alone[0]
    np.testing.assert_array_equal(mixed[1].components.means, starts[1])
