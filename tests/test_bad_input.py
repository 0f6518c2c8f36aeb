"""Whatever comes in: the right answer, or words that name the argument, the value, the remedy."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gmmlearn import (
    Centroids,
    CollapseError,
    Gaussians,
    Mixture,
    Prior,
    datasets,
    e_step,
    em,
    hard,
    init,
    m_step,
    run,
    run_best,
    soft,
    statistics,
    tempered,
)

X = np.array([1.0, 2.0, 3.0, 7.0, 8.0, 10.0])
GUESS = init.by_hand([2, 8], sds=[1, 1])
PLANE = init.by_hand([[0, 0], [1, 1]], sds=1.0)
RESP = e_step(X, GUESS)
EYE = np.eye(2)

REFUSED = {
    # data
    "NaN": (
        lambda: run([1, np.nan, 3], GUESS),
        "x must be finite, but 1 of its 3.*first at index 1",
    ),
    "infinity": (lambda: run([1, np.inf], GUESS), "x must be finite, .*drop or fill"),
    "gaps in a table": (lambda: run(pd.Series([1, None]), GUESS), "NaN or infinite"),
    "text": (lambda: run(["a", "b"], GUESS), "x must hold real numbers, but it holds .*'a'"),
    "numbers as text": (lambda: run(["1", "2"], GUESS), "x must hold real numbers"),
    "mixed": (lambda: run([1, "b"], GUESS), "x must hold real numbers"),
    "objects": (lambda: run(np.array([1, "b"], dtype=object), GUESS), "x must hold .*'b'"),
    "dates": (lambda: run(pd.to_datetime(["2020-01-01"]), GUESS), "x must hold real numbers"),
    "complex": (lambda: run([1j, 2], GUESS), "x must hold real numbers"),
    "None": (lambda: run(None, GUESS), "x must be finite"),
    "empty": (lambda: run([], GUESS), "x is empty"),
    "no columns": (lambda: run(np.empty((3, 0)), GUESS), "x is empty"),
    "ragged": (lambda: run([[1, 2], [3]], GUESS), "x must be a regular table"),
    "a cube": (lambda: run(np.ones((2, 2, 2)), GUESS), r"x must be \(n,\) or \(n, d\)"),
    "one number": (lambda: e_step(3.0, GUESS), r"x must be \(n,\) or \(n, d\)"),
    "too many columns": (lambda: run(np.ones((5, 2)), GUESS), "x has 2 column.*mixture has 1"),
    "one row, flat": (lambda: e_step([1.0, 2.0], PLANE), r"write one row as x\[None, :\]"),
    "too large": (lambda: run([1e160, 1.0], GUESS), "size 1e.160, whose square overflows: divide"),
    "k > n": (lambda: run([1.0], GUESS), r"x has 1 row\(s\), too few for 2 components"),
    "far from all": (lambda: e_step([1e150], init.by_hand([0], sds=1e-140)), "row 0 of x is inf"),
    # the arguments of the loop
    "no assignment": (lambda: run(X, GUESS, assign="hard"), "assign must be soft, hard or"),
    "none in an E step": (lambda: e_step(X, GUESS, "soft"), "assign must be soft, hard or"),
    "none in chunks": (lambda: statistics(X, GUESS, "soft"), "assign must be soft, hard or"),
    "negative tol": (lambda: run(X, GUESS, tol=-1), "tol must be a number of 0 or more"),
    "NaN tol": (lambda: run(X, GUESS, tol=np.nan), "tol must be one finite number, but it is nan"),
    "fraction of a round": (lambda: run(X, GUESS, max_iter=2.5), "max_iter must be a whole number"),
    "negative rounds": (lambda: run(X, GUESS, max_iter=-1), "max_iter must be at least 0"),
    "cold beyond zero": (lambda: tempered(-1), "temperature must be a number of 0 or more"),
    "no tol": (lambda: run(X, GUESS, tol=None), "tol must be one finite number, but it is None"),
    "no temperature": (lambda: tempered("hot"), "temperature must hold real numbers.*'hot'"),
    "endless heat": (lambda: tempered(np.inf), "temperature must be one finite number"),
    "None for a temperature": (lambda: tempered(None), "temperature must be one finite number"),
    "two temperatures": (lambda: tempered([1, 2]), r"temperature must have shape \(\)"),
    "heights of one row, flat": (lambda: soft([0.1, 0.2]), r"log_joint must be \(n, k\)"),
    # responsibilities
    "resp on its side": (lambda: m_step(X, RESP.T, GUESS), r"resp must have shape \(6, 2\)"),
    "heights as resp": (lambda: m_step(X, RESP / 2, GUESS), "row 0 adds to 0.5: divide each row"),
    "negative resp": (lambda: m_step(X, RESP * [[-1, 3]], GUESS), "resp must not be negative"),
    "NaN resp": (lambda: m_step(X, RESP * np.nan, GUESS), "resp must be finite"),
    # mixtures
    "weights of 0.9": (lambda: Mixture([0.5, 0.4], GUESS.components), "add to 0.9: divide by"),
    "negative weight": (lambda: Mixture([1.5, -0.5], GUESS.components), "weights must not be neg"),
    "three weights": (lambda: Mixture([0.2, 0.3, 0.5], GUESS.components), r"shape \(2\)"),
    "no family": (lambda: Mixture([1.0], [5.0]), "components must be a family.*it is list"),
    "uneven K-means": (lambda: Mixture([0.3, 0.7], Centroids([1, 2])), "holds all weights equal"),
    "density of K-means": (lambda: init.centroids([1, 2]).log_likelihood(X), "no density"),
    "K-means of nothing": (lambda: Centroids([]), "means is empty"),
    "NaN centre": (lambda: Centroids([1, np.nan]), "means must be finite"),
    # Gaussians
    "unknown type": (lambda: Gaussians([0], [1], "round"), "covariance_type must be one of full"),
    "negative variance": (lambda: Gaussians([0], [-1.0]), "component 0 has a variance of -1"),
    "no variance": (
        lambda: Gaussians([[0, 0]], [[1, 0]], "diag"),
        "component 0 has a variance of 0",
    ),
    "lopsided": (lambda: Gaussians([[0, 0]], [[[1, 0.5], [0, 1]]]), "component 0 is not symmetric"),
    "flat": (
        lambda: Gaussians([[0, 0]], [[[1, 1], [1, 1]]]),
        "component 0 is not positive definite",
    ),
    "indefinite": (lambda: Gaussians([[0, 0]], [[[1, 2], [2, 1]]]), "is not positive definite"),
    "wrong shape": (lambda: Gaussians([[0, 0]], [[1, 1]]), r"covariances \(full\) must have shape"),
    "prior of two": (
        lambda: Gaussians([0], [1], prior=Prior(EYE)),
        r"prior covariance is \(2, 2\)",
    ),
    "weak prior": (lambda: Prior(1.0, 0), "prior strength must be more than 0"),
    "flat prior": (lambda: Prior([[1, 1], [1, 1]]), "prior covariance: .*not positive definite"),
    "prior of rows": (
        lambda: Prior([1.0, 2.0]),
        r"prior covariance must be one number or \(d, d\)",
    ),
    # first guesses
    "neither": (lambda: init.by_hand([1, 2]), "give either sds .* or covariances"),
    "both": (lambda: init.by_hand([1], sds=1, covariances=[1]), "give either sds"),
    "negative sd": (lambda: init.by_hand([1, 2], sds=[1, -1]), "sds must be more than 0"),
    "three sds": (lambda: init.by_hand([1, 2], sds=[1, 1, 1]), r"sds must be one number, \(2,\)"),
    "a column that follows from another": (
        lambda: init.gaussians(np.c_[X, 2 * X + 1], [[1, 1]]),
        "x has no width in some direction: .* covariance_type='diag'",
    ),
    "too few rows for their columns": (
        lambda: run_best(np.random.default_rng(0).normal(size=(6, 6)), 2),
        "x has no width in some direction: it has too few rows",
    ),
    "constant column": (
        lambda: init.gaussians(np.c_[X, np.ones(6)], [[1, 1]]),
        "column 1 of x is constant, so it has no covariance: drop it",
    ),
    "k zero": (lambda: init.random_points(X, 0, 0), "n_components must be at least 1"),
    "k 2.0": (lambda: init.random_points(X, 2.0, 0), "n_components must be a whole number"),
    "k True": (lambda: init.random_points(X, True, 0), "n_components must be a whole number"),
    "k too large": (lambda: init.random_points(X, 7, 0), "n_components is 7, but x has only 6"),
    "duplicates": (lambda: init.kmeans_plus_plus([1, 1, 2], 3, 0), "only 2 different row"),
    "no rng": (lambda: init.random_points(X, 2, None), "rng must be a seed"),
    "no samples": (lambda: GUESS.sample(0, 0), "n must be at least 1"),
    "unknown data": (
        lambda: datasets.load("iris"),
        "name must be one of births, faithful, galaxies, penguins, rodents",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_words(case):
    call, words = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=words) as caught:
        call()
    assert "gmmlearn" in str(caught.traceback[-1].path)  # not from deep inside numpy or scipy


@pytest.mark.parametrize(
    "kind",
    [
        list,
        tuple,
        lambda x: x[:, None],
        lambda x: x.astype(np.float32),
        lambda x: x.astype(int),
        lambda x: x.astype(np.int8),
        pd.Series,
        lambda x: pd.Series(x, index=list("abcdef")),
        lambda x: pd.Series(x, dtype="Int64"),
        lambda x: pd.DataFrame({"wait": x}),
        pl.Series,
        lambda x: pl.DataFrame({"wait": x}),
        lambda x: np.asfortranarray(x[:, None]),
        lambda x: np.repeat(x, 2)[::2],
    ],
)
def test_any_table_of_numbers_will_do(kind):
    expected = run(X, GUESS).mixture
    given = kind(X)
    mixture = run(given, GUESS).mixture
    np.testing.assert_array_equal(mixture.components.means, expected.components.means)
    assert mixture.components.means.dtype == np.float64


def test_values_cannot_be_changed_and_do_not_change_yours():
    means, weights = np.array([2.0, 8.0]), np.array([0.5, 0.5])
    mixture = Mixture(weights, Gaussians(means, [1.0, 1.0]))
    means[0] = weights[0] = 99
    assert mixture.components.means[0, 0] == 2
    assert mixture.weights[0] == 0.5
    for array in (mixture.weights, mixture.components.means, mixture.components.covariances):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(AttributeError):
        mixture.weights = weights
    x = X.copy()
    run(x, GUESS)
    assert x.flags.writeable
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1e8, 1e149])
@pytest.mark.parametrize("assign", ["soft", "hard"])
def test_the_unit_of_the_data_does_not_matter(scale, assign):
    if assign == "hard":
        plain = run(X, init.centroids([1, 7]), assign=hard)
        scaled = run(X * scale, init.centroids(np.array([1, 7]) * scale), assign=hard)
    else:
        plain = run(X, init.gaussians(X, [1, 7]))
        scaled = run(X * scale, init.gaussians(X * scale, np.array([1, 7]) * scale))
    assert scaled.iterations == plain.iterations
    np.testing.assert_allclose(
        scaled.mixture.components.means / scale, plain.mixture.components.means, rtol=1e-9
    )
    np.testing.assert_allclose(scaled.mixture.weights, plain.mixture.weights, rtol=1e-9)


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical", "centroids"])
def test_an_offset_of_1e8_costs_no_more_than_its_own_rounding(kind):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(4, 1, (100, 2))])
    far = x + 1e8
    near = far - 1e8  # what is left of x after rounding
    means = near[[0, 150]]

    def fit(data, means):
        if kind == "centroids":
            return run(data, init.centroids(means), assign=hard)
        return run(data, init.gaussians(data, means, kind), max_iter=50, tol=0)

    a, b = fit(near, means), fit(far, means + 1e8)
    np.testing.assert_allclose(
        b.mixture.components.means - 1e8, a.mixture.components.means, atol=1e-6
    )
    np.testing.assert_allclose(b.mixture.weights, a.mixture.weights, atol=1e-6)
    if kind != "centroids":
        np.testing.assert_allclose(
            b.mixture.components.covariances, a.mixture.components.covariances, atol=1e-6
        )


def test_a_guess_far_from_the_data_finds_it():
    far = X + 1e8
    one = run(far, init.by_hand([0.0], sds=1e8))
    np.testing.assert_allclose(one.mixture.components.means, [[far.mean()]], rtol=1e-15)
    np.testing.assert_allclose(one.mixture.components.covariances.ravel(), far.var(), rtol=1e-9)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.c_[X, np.full(6, 3.0)], "all its points are at 3 in column 1"),
        (np.c_[X, 2 * X + 1], "all its points lie on one line or plane"),
        (np.full((6, 2), 5.0), "all its points are at 5 in column 0"),
    ],
)
def test_data_without_extent_collapse_in_words(x, words):
    guess = init.by_hand([[2, 3], [8, 3]], sds=1.0)
    with pytest.raises(CollapseError, match=f"component 0 has collapsed: {words}.*prior=Prior"):
        run(x, guess)
    # K-means has no spread to lose
    assert run(x, init.centroids([[2, 3], [8, 3]]), assign=hard).converged


@pytest.mark.parametrize("d", [1, 2, 3])
def test_sums_that_no_rows_have_are_refused(d):
    """The squares were not added up, but averaged: their sum is smaller than the mean's square."""
    x = 3 + np.random.default_rng(0).normal(size=(50, d))
    guess = init.gaussians(x, x[:2])
    wrong = statistics(x, guess)
    wrong.components[0][:, 1 + d :] /= len(x)
    with pytest.raises(CollapseError, match="has collapsed"):
        guess.from_statistics(wrong)


@pytest.mark.parametrize("d", [2, 5, 10, 17, 40])
def test_as_many_points_as_columns_have_no_volume(d):
    rng = np.random.default_rng(d)
    for _ in range(40):
        x = rng.normal(size=(d, d)) @ (np.eye(d) + 0.3 * rng.normal(size=(d, d)))
        x *= 10 ** rng.uniform(-3, 3, d)
        with pytest.raises(CollapseError, match="lie on one line or plane"):
            m_step(x, np.ones((d, 1)), init.by_hand(x[:1], sds=1.0))


def test_changing_your_means_later_changes_no_mixture():
    means = np.array([[0.0], [1e9]])
    guess = Mixture([0.5, 0.5], Gaussians(means, [1.0, 1.0]))
    before = guess.log_prob([0.5])
    means[:] = 7
    np.testing.assert_array_equal(guess.log_prob([0.5]), before)
    assert not np.shares_memory(guess.components.origin, means)


def test_a_spread_that_is_only_rounding_is_none():
    x = np.tile([0.3, 0.1 + 0.2], 50)  # the last digit differs
    assert x.std() > 0
    with pytest.raises(CollapseError, match=r"all its points are at 0\.3 in column 0"):
        run(x, init.by_hand([0.3], sds=1.0))


def test_a_point_far_away_is_not_nan():
    resp = e_step([1e6, -1e6], GUESS)
    np.testing.assert_array_equal(resp, [[0, 1], [1, 0]])
    assert GUESS.log_prob([1e6])[0] == pytest.approx(-0.5 * (1e6 - 8) ** 2, rel=1e-6)


def test_a_component_of_weight_zero_is_allowed():
    mixture = Mixture([0.0, 1.0], GUESS.components)
    np.testing.assert_array_equal(e_step(X, mixture)[:, 0], 0)
    steps = em(X, mixture)
    next(steps)
    assert np.isfinite(next(steps).objective)


def test_nearly_collinear_columns_are_not_called_a_collapse():
    rng = np.random.default_rng(0)
    t = rng.normal(size=300)
    x = np.c_[t, t + 1e-5 * rng.normal(size=300)]
    trace = run(x, init.gaussians(x, x[:2]), max_iter=20)
    assert np.isfinite(trace.objectives).all()
    assert np.diff(trace.objectives).min() > -1e-6
