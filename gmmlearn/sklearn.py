"""To and from scikit-learn, which must be installed; and its own fit, watched round by round."""

import warnings
from collections.abc import Iterator

import numpy as np

from gmmlearn.families import Gaussians
from gmmlearn.families.covariance import inverted
from gmmlearn.mixture import Mixture
from gmmlearn.trace import Frame, Trace
from gmmlearn.validation import as_count, as_rows


def to_sklearn(mixture: Mixture):
    """Return a fitted `GaussianMixture` with the same weights, means and covariances.

    Its `predict_proba`, `score_samples` and `bic` agree with `e_step`, `mixture.log_prob` and
    `selection.bic`. Pass it rows as (n, d) floats.

    Args:
        mixture: k Gaussians of any covariance_type.

    Raises:
        ImportError: scikit-learn is not installed.
        TypeError: the components are no Gaussians.
    """
    if not isinstance(getattr(mixture, "components", None), Gaussians):
        kind = type(getattr(mixture, "components", mixture)).__name__
        hint = ": pass trace.mixture" if isinstance(mixture, Trace) else ""
        raise TypeError(
            f"mixture must be one of Gaussians for scikit-learn, but it has {kind}{hint}"
        )
    components = mixture.components
    kind = components.covariance_type
    estimator = _gaussian_mixture()(len(components), covariance_type=kind)
    estimator.weights_ = np.array(mixture.weights)
    estimator.means_ = np.array(components.means)
    estimator.covariances_ = covariances = np.array(components.covariances)
    if kind in ("full", "tied"):
        # scikit-learn keeps an upper triangular U with U Uᵀ = Σ⁻¹.
        roots = inverted(np.linalg.cholesky(covariances))
        estimator.precisions_cholesky_ = np.swapaxes(roots, -1, -2)
        estimator.precisions_ = np.swapaxes(roots, -1, -2) @ roots
    else:
        estimator.precisions_cholesky_ = covariances**-0.5
        estimator.precisions_ = 1 / covariances
    estimator.n_features_in_ = components.n_features
    estimator.converged_, estimator.n_iter_ = True, 0
    return estimator


def from_sklearn(estimator) -> Mixture:
    """Return the mixture that a fitted `GaussianMixture` (or `BayesianGaussianMixture`) holds.

    Args:
        estimator: fitted, of any covariance_type.

    Raises:
        TypeError: it is no such estimator.
        ValueError: it is not fitted.
    """
    fitted = ("weights_", "means_", "covariances_")
    if not hasattr(estimator, "covariance_type"):
        kind = type(estimator).__name__
        raise TypeError(f"estimator must be a GaussianMixture, but it is {kind}")
    if not all(hasattr(estimator, name) for name in fitted):
        raise ValueError("estimator is not fitted: call estimator.fit(x) first")
    weights, means, covariances = (np.asarray(getattr(estimator, name)) for name in fitted)
    kind = estimator.covariance_type
    return Mixture(weights / weights.sum(), Gaussians(means, covariances, kind))


def watch(estimator, x) -> Iterator[Frame]:
    """Yield scikit-learn's own fit of x, one `Frame` after each of its rounds, for `scrub`.

    It is `estimator.fit(x)` in slices of one round: the last frame is where that ends. A frame's
    `resp` is `predict_proba(x)`, its objective the log-likelihood of x under its mixture, in nats.
    `estimator` itself stays as it is.

    Args:
        estimator: a `GaussianMixture` with n_init=1 and a whole number as random_state.
        x: (n, d) rows, or (n,) in one dimension.

    Raises:
        ImportError: scikit-learn is not installed.
        TypeError: estimator is no GaussianMixture.
        ValueError: n_init is more than 1, or max_iter less; or scikit-learn refuses its parameters,
            or x.
    """
    if not isinstance(estimator, _gaussian_mixture()):
        kind = type(estimator).__name__
        raise TypeError(f"estimator must be a GaussianMixture, but it is {kind}")
    if estimator.n_init != 1:
        raise ValueError(
            f"watch follows one run, but n_init is {estimator.n_init}: set n_init=1, and one "
            "random_state after the other"
        )
    as_count(estimator.max_iter, "max_iter")
    from sklearn.base import clone
    from sklearn.exceptions import ConvergenceWarning

    x = as_rows(x)
    one, before = clone(estimator).set_params(max_iter=1, warm_start=True), -np.inf
    for iteration in range(1, estimator.max_iter + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # of course: one round is not all
            one.fit(x)
        objective = float(one.score_samples(x).sum())
        resp = one.predict_proba(x)
        label = f"round {iteration}"
        yield Frame(label, "round", iteration, from_sklearn(one), resp, objective)
        if abs(one.lower_bound_ - before) < estimator.tol:
            return
        before = one.lower_bound_


def _gaussian_mixture():
    try:
        from sklearn.mixture import GaussianMixture
    except ImportError as error:
        raise ImportError(
            "gmmlearn.sklearn needs scikit-learn: pip install scikit-learn"
        ) from error
    return GaussianMixture
