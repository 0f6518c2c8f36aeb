"""Scores for the number of components, against scikit-learn and numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import PredefinedSplit, cross_val_score

from gmmlearn import CollapseError, Gaussians, Mixture, Prior, datasets, init, run, selection
from gmmlearn.families import Family
from gmmlearn.families.covariance import SHAPES

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(0, 1, (60, 3)), RNG.normal(4, 2, (40, 3))])
WAITS = datasets.load("faithful")["waiting"]


def as_sklearn(mixture):
    """The same mixture as a fitted GaussianMixture: an oracle for what is computed from it."""
    model = GaussianMixture(
        len(mixture.weights), covariance_type=mixture.components.covariance_type, reg_covar=0
    )
    model.weights_, model.means_ = mixture.weights, mixture.components.means
    model.covariances_ = mixture.components.covariances
    kind = mixture.components.covariance_type
    if kind in ("full", "tied"):
        model.precisions_cholesky_ = np.swapaxes(
            np.linalg.inv(np.linalg.cholesky(model.covariances_)), -1, -2
        )
    else:
        model.precisions_cholesky_ = model.covariances_**-0.5
    return model


@pytest.mark.parametrize("kind", SHAPES)
def test_scores_agree_with_scikit_learn(kind):
    mixture = run(X, init.gaussians(X, X[[0, 50, 99]], kind)).mixture
    oracle = as_sklearn(mixture)
    assert selection.n_parameters(mixture) == oracle._n_parameters()
    assert selection.aic(X, mixture) == pytest.approx(oracle.aic(X), rel=1e-10)
    assert selection.bic(X, mixture) == pytest.approx(oracle.bic(X), rel=1e-10)


def test_parameters_counted_by_hand():
    def count(kind, k, d):
        means, spread = (
            RNG.normal(size=(k, d)),
            np.broadcast_to(np.eye(d) * np.ones((k, 1, 1)), (k, d, d)),
        )
        wide = {"full": spread, "tied": np.eye(d), "diag": np.ones((k, d)), "spherical": np.ones(k)}
        return selection.n_parameters(
            Mixture(np.full(k, 1 / k), Gaussians(means, wide[kind], kind))
        )

    # k = 3, d = 2: 2 weights, 6 numbers in the means, and 9, 3, 6 or 3 in the covariances
    assert [count(kind, 3, 2) for kind in SHAPES] == [17, 11, 14, 11]
    assert count("full", 2, 1) == 5
    assert selection.n_parameters(init.centroids([[1, 2], [3, 4]])) == 4  # equal weights are none


def test_icl_is_bic_and_the_doubt():
    mixture = init.by_hand([0, 2], sds=1)
    x = [0.0, 1.0, 2.0]  # weights 0.881, a half and 0.881
    doubt = -2 * (2 * np.log(1 / (1 + np.exp(-2))) + np.log(0.5))
    assert selection.icl(x, mixture) == pytest.approx(selection.bic(x, mixture) + doubt)
    apart = init.by_hand([0, 1000], sds=1)
    assert selection.icl([0.0, 1000.0], apart) == pytest.approx(selection.bic([0, 1000], apart))


def test_held_out_is_cross_validation():
    rows = np.random.default_rng(3).permutation(len(X)) % 4
    model = GaussianMixture(2, reg_covar=0, random_state=0)
    theirs = cross_val_score(model, X, cv=PredefinedSplit(rows)) @ np.bincount(rows) / len(X)

    def fit(rows):
        fitted = model.fit(rows)
        return Mixture(fitted.weights_, Gaussians(fitted.means_, fitted.covariances_))

    assert selection.held_out(X, fit, n_folds=4, rng=3) == pytest.approx(theirs, rel=1e-10)


def test_held_out_rows_are_not_seen():
    seen = []

    def fit(rows):
        seen.append(set(rows.ravel()))
        return init.by_hand([50, 80], sds=6)

    x = np.arange(40.0, 63.0)
    selection.held_out(x, fit, n_folds=5)
    assert len(seen) == 5
    left_out = [set(x) - rows for rows in seen]
    assert sorted(value for rows in left_out for value in rows) == list(x)
    assert {len(rows) for rows in left_out} == {4, 5}


def test_compare_gives_a_table():
    table = selection.compare(WAITS, range(1, 4), n_init=3, n_folds=3)
    frame = pd.DataFrame(table).set_index("k")
    assert list(frame.index) == [1, 2, 3]
    assert list(frame["parameters"]) == [2, 5, 8]
    assert frame["bic"].idxmin() == 2 == frame["held_out"].idxmax()
    assert (np.diff(frame["train"]) > 0).all()
    assert frame["log_likelihood"][2] == pytest.approx(-1034.0017, abs=1e-3)
    for k, mixture in frame["mixture"].items():
        assert frame["bic"][k] == selection.bic(WAITS, mixture)
        assert frame["train"][k] == pytest.approx(mixture.log_likelihood(WAITS) / 272)
    alone = selection.compare(WAITS, [2], n_init=3, n_folds=3)
    assert alone["held_out"] == [frame["held_out"][2]]  # whatever else is compared
    assert "held_out" not in selection.compare(WAITS, [1], n_folds=0)


def test_a_family_that_counts_nothing_says_so():
    class Silent(Family):
        def __len__(self):
            return 1

    with pytest.raises(NotImplementedError, match=r"Silent does not say .* n_parameters"):
        selection.n_parameters(Mixture([1.0], Silent()))

    class Misspelt(Silent):
        n_parameters = property(lambda self: self.meens.size)

    with pytest.raises(AttributeError, match="meens"):  # its own error, and not that it is silent
        selection.n_parameters(Mixture([1.0], Misspelt()))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: selection.compare(WAITS, []), "ks is empty"),
        (lambda: selection.compare(WAITS, [2.5]), "ks must be a whole number"),
        (lambda: selection.compare(WAITS, [0]), "ks must be at least 1"),
        (lambda: selection.compare(WAITS, 3), "ks must be several numbers"),
        (lambda: selection.held_out(WAITS, None, n_folds=1), "n_folds must be at least 2"),
        (lambda: selection.held_out([1.0, 2.0], None, n_folds=3), "n_folds is 3, but x has only 2"),
        (lambda: selection.bic(["a"], init.by_hand([0], sds=1)), "x must hold real numbers"),
        (lambda: selection.aic(X, init.centroids(X[:2])), "Centroids have no density"),
    ],
)
def test_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_a_collapse_is_told_and_cured():
    x = np.repeat([1.0, 2.0, 9.0], 4)
    with pytest.raises(CollapseError, match=r"runs with 3 components collapsed: .* prior"):
        selection.compare(x, [3], n_init=3)
    table = selection.compare(x, [1, 3], n_init=3, prior=Prior(0.1), n_folds=2)
    assert np.isfinite(table["held_out"]).all()
