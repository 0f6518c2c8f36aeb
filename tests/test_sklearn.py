"""To scikit-learn and back: the same numbers; and its fit in slices is its fit."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

from gmmlearn import Mixture, Poissons, datasets, e_step, init, run, selection
from gmmlearn.families.covariance import SHAPES
from gmmlearn.sklearn import from_sklearn, to_sklearn, watch

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(0, 1, (120, 3)), RNG.normal(3, 2, (80, 3))])
WAITS = datasets.load("faithful")["waiting"].astype(float)[:, None]


def fitted(kind):
    return run(X, init.gaussians(X, X[[0, 60, 150]], kind)).mixture


@pytest.mark.parametrize("kind", SHAPES)
def test_the_estimator_says_what_the_mixture_says(kind):
    mixture = fitted(kind)
    estimator = to_sklearn(mixture)
    new = RNG.normal(1, 3, (50, 3))
    np.testing.assert_allclose(estimator.predict_proba(new), e_step(new, mixture), atol=1e-10)
    np.testing.assert_allclose(estimator.score_samples(new), mixture.log_prob(new), rtol=1e-10)
    np.testing.assert_array_equal(estimator.predict(new), mixture.predict(new))
    assert estimator.bic(X) == pytest.approx(selection.bic(X, mixture), rel=1e-10)
    assert estimator.aic(X) == pytest.approx(selection.aic(X, mixture), rel=1e-10)
    sample, _ = estimator.sample(7)
    assert sample.shape == (7, 3)


@pytest.mark.parametrize("kind", SHAPES)
def test_there_and_back(kind):
    mixture = fitted(kind)
    back = from_sklearn(to_sklearn(mixture))
    np.testing.assert_allclose(back.weights, mixture.weights, rtol=1e-15)
    np.testing.assert_array_equal(back.components.means, mixture.components.means)
    np.testing.assert_array_equal(back.components.covariances, mixture.components.covariances)
    assert back.components.covariance_type == kind


@pytest.mark.parametrize("kind", SHAPES)
def test_back_and_there(kind):
    theirs = GaussianMixture(3, covariance_type=kind, random_state=0).fit(X)
    again = to_sklearn(from_sklearn(theirs))
    np.testing.assert_allclose(again.predict_proba(X), theirs.predict_proba(X), atol=1e-10)
    np.testing.assert_allclose(again.precisions_, theirs.precisions_, rtol=1e-8)
    assert again.bic(X) == pytest.approx(theirs.bic(X), rel=1e-10)


def test_the_bayesian_one_comes_too():
    theirs = BayesianGaussianMixture(n_components=2, random_state=0).fit(X)
    np.testing.assert_allclose(from_sklearn(theirs).components.means, theirs.means_)


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("max_iter", [2, 100])
def test_watching_does_not_change_the_fit(kind, max_iter):
    estimator = GaussianMixture(3, covariance_type=kind, max_iter=max_iter, random_state=4)
    frames = list(watch(estimator, X))
    assert not hasattr(estimator, "means_")
    if len(frames) == 2:
        with pytest.warns(ConvergenceWarning):
            estimator.fit(X)
    else:
        estimator.fit(X)
    assert [frame.label for frame in frames] == [f"round {i + 1}" for i in range(estimator.n_iter_)]
    end = frames[-1]
    np.testing.assert_allclose(end.mixture.components.means, estimator.means_, rtol=1e-12)
    np.testing.assert_allclose(end.resp, estimator.predict_proba(X), atol=1e-12)
    assert end.objective == pytest.approx(estimator.score(X) * len(X), rel=1e-12)


def test_one_column_may_be_flat():
    frames = list(watch(GaussianMixture(2, tol=1e-9, max_iter=500, random_state=0), WAITS[:, 0]))
    assert frames[-1].objective == pytest.approx(-1034.0017, abs=1e-3)
    assert (np.diff([frame.objective for frame in frames]) > -1e-6).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: to_sklearn(init.centroids(X[:2])), "must be one of Gaussians .* it has Centroids"),
        (lambda: to_sklearn(Mixture([1.0], Poissons([2.0]))), "it has Poissons"),
        (lambda: to_sklearn(3), "it has int"),
        (lambda: to_sklearn(run(X, init.centroids(X[:2]))), r"it has Trace: pass trace\.mixture"),
        (lambda: from_sklearn(KMeans(2)), "must be a GaussianMixture, but it is KMeans"),
        (lambda: from_sklearn(GaussianMixture(2)), r"not fitted: call estimator\.fit\(x\) first"),
        (lambda: next(watch(KMeans(2), X)), "must be a GaussianMixture, but it is KMeans"),
        (lambda: next(watch(GaussianMixture(2, n_init=5), X)), "n_init is 5: set n_init=1"),
        (lambda: next(watch(GaussianMixture(2, max_iter=0), X)), "max_iter must be at least 1"),
        (lambda: next(watch(GaussianMixture(2), [["a"]])), "x must hold real numbers"),
    ],
)
def test_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_without_scikit_learn_it_says_what_to_install():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from gmmlearn import init\n"
        "from gmmlearn.sklearn import to_sklearn\n"
        "to_sklearn(init.by_hand([0], sds=1))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "gmmlearn.sklearn needs scikit-learn: pip install scikit-learn" in told.stderr
