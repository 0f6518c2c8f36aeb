"""How many components? Scores that weigh how well a mixture fits against what it costs.

AIC, BIC and ICL are in nats, doubled, and smaller is better. Held-out log-likelihoods are in
nats a row, and larger is better.
"""

from collections.abc import Callable, Iterable

import numpy as np

from gmmlearn.em import e_step
from gmmlearn.mixture import Mixture
from gmmlearn.restarts import run_best
from gmmlearn.validation import as_count, as_generator, as_rows


def n_parameters(mixture: Mixture) -> int:
    """Return how many numbers are free in a mixture: those of its components, and k − 1 weights.

    Raises:
        NotImplementedError: the components' family has no property n_parameters.
    """
    if "n_parameters" not in dir(mixture.components):  # hasattr would hide an error in it
        raise NotImplementedError(
            f"{type(mixture.components).__name__} does not say how many free numbers it has: "
            "give it a property n_parameters"
        )
    weights = 0 if mixture.components.equal_weights else len(mixture.weights) - 1
    return weights + mixture.components.n_parameters


def aic(x, mixture: Mixture) -> float:
    """Return −2 ℓ + 2 p: log-likelihood ℓ, p free parameters. Smaller is better.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: fitted to x.

    Source: Akaike (1974).
    """
    return -2 * mixture.log_likelihood(x) + 2 * n_parameters(mixture)


def bic(x, mixture: Mixture) -> float:
    """Return −2 ℓ + p log n: log-likelihood ℓ, p free parameters, n rows. Smaller is better.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: fitted to x.

    Source: Schwarz (1978), with the sign of scikit-learn (R's mclust has the other).
    """
    rows = len(as_rows(x, mixture.components.n_features))
    return -2 * mixture.log_likelihood(x) + n_parameters(mixture) * float(np.log(rows))


def icl(x, mixture: Mixture) -> float:
    """Return BIC − 2 Σ_i log max_k r_ik: rows in doubt between components cost. Smaller is better.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: fitted to x.

    Source: Biernacki, Celeux & Govaert (2000), with each row's likeliest component, as in mclust.
    """
    return bic(x, mixture) - 2 * float(np.log(e_step(x, mixture).max(axis=1)).sum())


def held_out(x, fit: Callable, *, n_folds: int = 5, rng=0) -> float:
    """Return the mean log-likelihood of rows that the fit has not seen, in nats a row.

    The rows are dealt into folds; each fold is scored by a mixture fitted to all the others.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        fit: a function of rows that returns a Mixture.
        n_folds: how many folds, from 2 to n.
        rng: a seed, or numpy's Generator, for the dealing.

    Raises:
        TypeError, ValueError: x is no table of finite numbers; n_folds makes no sense.

    Source: Smyth (2000).
    """
    x, n_folds = as_rows(x), as_count(n_folds, "n_folds", smallest=2)
    if n_folds > len(x):
        raise ValueError(f"n_folds is {n_folds}, but x has only {len(x)} row(s) to deal out")
    fold = as_generator(rng).permutation(len(x)) % n_folds
    told = [fit(x[fold != j]).log_likelihood(x[fold == j]) for j in range(n_folds)]
    return sum(told) / len(x)


def compare(x, ks: Iterable[int], *, n_folds: int = 5, rng=0, **options) -> dict[str, list]:
    """Fit every number of components, and return the scores as columns; `DataFrame(…)` shows them.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        ks: the numbers of components to try, such as `range(1, 9)`.
        n_folds: for the held-out score; 0 leaves it out.
        rng: a seed; every fit begins from it, so its scores do not depend on the other k.
        options: as in `run_best`: n_init, start, covariance_type, prior, tol, …; n_rounds is None
            unless you set it.

    Returns:
        Lists of one entry a k: "k", "parameters", "log_likelihood" (nats), "train" and "held_out"
        (nats a row), "aic", "bic", "icl", and "mixture", the fits.

    Raises:
        TypeError, ValueError, CollapseError: as `run_best`; ks is empty.
    """
    x = as_rows(x)
    if not isinstance(ks, Iterable):
        raise TypeError(f"ks must be several numbers, as in range(1, 9), but it is {ks!r}")
    ks = [as_count(k, "ks") for k in ks]
    if not ks:
        raise ValueError("ks is empty: give at least one number of components, as in range(1, 9)")
    rows, whole = [], {"n_rounds": None}  # a score for k, and not for who led after 20 rounds
    for k in ks:

        def fit(rows, k=k):
            return run_best(rows, k, rng=rng, **whole | options).mixture

        mixture = fit(x)
        score = mixture.log_likelihood(x)
        row = {"k": k, "parameters": n_parameters(mixture), "log_likelihood": score}
        row["train"] = score / len(x)
        if n_folds:
            row["held_out"] = held_out(x, fit, n_folds=n_folds, rng=rng)
        row |= {"aic": aic(x, mixture), "bic": bic(x, mixture), "icl": icl(x, mixture)}
        rows.append(row | {"mixture": mixture})
    return {name: [row[name] for row in rows] for name in rows[0]}
