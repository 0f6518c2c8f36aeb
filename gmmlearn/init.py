"""First guesses: where the clusters start, by hand, at random, or spread out.

`random_points`, `kmeans_plus_plus` and `farthest_first` say where, (k, d); `gaussians` and
`centroids` make a mixture of that, and `mixtures` makes several. `by_hand` takes your own numbers;
`short_runs` tries several random starts for a few rounds each.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from gmmlearn.families import Centroids, CollapseError, Gaussians, Prior
from gmmlearn.families.covariance import roots, shaped, to_matrices
from gmmlearn.mixture import Mixture
from gmmlearn.rows import Rows
from gmmlearn.side_by_side import Parts, side_by_side
from gmmlearn.validation import as_count, as_generator, as_numbers, as_rows, highest


def by_hand(means, sds=None, weights=None, *, covariances=None, covariance_type="full") -> Mixture:
    """Return a Gaussian mixture with your own numbers in it.

    Args:
        means: (k,) in one dimension, else (k, d); in the unit of the data.
        sds: standard deviations, one number for all, (k,) or (k, d); in the unit of the data.
        weights: π, (k,), adding to 1; equal if left out.
        covariances: instead of sds, in the shape that `Gaussians` wants.
        covariance_type: "full", "tied", "diag" or "spherical".

    Raises:
        TypeError, ValueError: sds and covariances are both given, or neither; sds that differ
            where the type has one for all; numbers that `Gaussians` or `Mixture` refuse.
    """
    means = as_rows(means, name="means")
    k, d = means.shape
    if (sds is None) == (covariances is None):
        raise ValueError("give either sds (standard deviations) or covariances (their squares)")
    if covariances is None:
        sds = as_numbers(sds, "sds")
        if sds.min() <= 0:
            raise ValueError(f"sds must be more than 0, but one is {sds.min():.4g}")
        if sds.shape not in ((), (k,), (k, d)):
            raise ValueError(f"sds must be one number, ({k},) or ({k}, {d}), but it is {sds.shape}")
        variances = np.broadcast_to(sds[:, None] if sds.ndim == 1 else sds, (k, d)) ** 2
        scatter = variances[:, :, None] * np.eye(d)
        covariances = shaped(scatter, np.ones(k), covariance_type)
        if not np.allclose(to_matrices(covariances, covariance_type, k, d), scatter):
            raise ValueError(
                f"covariance_type {covariance_type!r} has one sd for all, but sds differ: {sds}"
            )
    if weights is None:
        weights = np.full(k, 1 / k)
    return Mixture(weights, Gaussians(means, covariances, covariance_type))


def gaussians(x, means, covariance_type="full", prior: Prior | None = None) -> Mixture:
    """Return Gaussians at `means`, all with equal weight and the covariance of all the data.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        means: (k, d), or (k,) in one dimension.
        covariance_type: "full", "tied", "diag" or "spherical".
        prior: handed to `Gaussians`.

    Raises:
        TypeError, ValueError: x has fewer than two rows, or a constant column; for "full" and
            "tied", x lies on a line or plane.
    """
    rows = Rows.of(x)
    x, means = rows.x, as_rows(means, rows.x.shape[1], name="means")
    residuals = x - x.mean(axis=0)
    constant = np.flatnonzero(np.ptp(rows.extent.x, axis=0) == 0)
    if len(constant):
        raise ValueError(f"column {constant[0]} of x is constant, so it has no covariance: drop it")
    scatter = np.broadcast_to(residuals.T @ residuals / len(x), (len(means), *2 * x.shape[1:]))
    if covariance_type in ("full", "tied"):
        try:
            roots(scatter[:1])
        except ValueError as error:
            raise ValueError(
                "x has no width in some direction: it has too few rows for its columns, or a "
                "column that follows from others. Drop columns, or ask for covariance_type='diag'"
            ) from error
    covariances = shaped(scatter, np.ones(len(means)), covariance_type)
    components = Gaussians(means, covariances, covariance_type, prior)
    return Mixture(np.full(len(means), 1 / len(means)), components)


def mixtures(x, starts, covariance_type="full", prior: Prior | None = None) -> Sequence[Mixture]:
    """Return a mixture for each start: a `Mixture` as it is, of means what `gaussians` makes.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        starts: means, (k, d), or whole mixtures.
        covariance_type, prior: handed to `gaussians`.

    Raises:
        TypeError, ValueError: as `gaussians`.
    """
    if all(isinstance(s, np.ndarray) and s.shape == starts[0].shape for s in starts):
        wide = gaussians(x, np.concatenate(starts), covariance_type, prior)  # all in one call
        return Parts(wide._but(weights=wide.weights * len(starts)), len(starts[0]))
    made = partial(gaussians, x, covariance_type=covariance_type, prior=prior)
    return [start if isinstance(start, Mixture) else made(start) for start in starts]


def centroids(means) -> Mixture:
    """Return K-means' mixture: centres at `means`, (k, d) or (k,), with equal weights."""
    components = Centroids(means)
    return Mixture(np.full(len(components), 1 / len(components)), components)


def random_points(x, n_components: int, rng) -> np.ndarray:
    """Return n_components different rows of x, drawn at random, (k, d).

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        rng: a seed, or numpy's Generator.

    Raises:
        TypeError, ValueError: x has fewer than k different rows.
    """
    x, k, rng = as_rows(x), as_count(n_components, "n_components"), as_generator(rng)
    order = rng.permutation(len(x))
    chosen = x[order[:k]]
    if len(set(map(tuple, chosen.tolist()))) == k:  # nearly always: the others need no look
        return chosen
    _refuse_few(x, k)
    _, first = np.unique(x[order], axis=0, return_index=True)
    return x[order[np.sort(first)[:k]]]


def kmeans_plus_plus(x, n_components: int, rng) -> np.ndarray:
    """Return n_components rows of x that lie apart, (k, d).

    Each next one is drawn with probability in proportion to its squared distance to the nearest
    one already chosen.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        rng: a seed, or numpy's Generator.

    Raises:
        TypeError, ValueError: x has fewer than k different rows.

    Source: Arthur & Vassilvitskii (2007), section 2.2.
    """
    x, k, rng = _checked(x, n_components, rng)
    chosen = [x[rng.integers(len(x))]]
    distances = np.full(len(x), np.inf)
    while len(chosen) < k:
        distances = _nearer(distances, x, chosen, k)
        chosen.append(x[rng.choice(len(x), p=distances / distances.sum())])
    return np.array(chosen)


def farthest_first(x, n_components: int, rng) -> np.ndarray:
    """Return n_components rows of x, each next one the farthest from those already chosen, (k, d).

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        rng: a seed, or numpy's Generator: it draws the first row, and with that all the others.

    Raises:
        TypeError, ValueError: x has fewer than k different rows.

    Source: Gonzalez (1985).
    """
    x, k, rng = _checked(x, n_components, rng)
    chosen = [x[rng.integers(len(x))]]
    distances = np.full(len(x), np.inf)
    while len(chosen) < k:
        distances = _nearer(distances, x, chosen, k)
        chosen.append(x[distances.argmax()])
    return np.array(chosen)


def short_runs(
    x,
    n_components: int,
    rng,
    *,
    n_runs: int = 10,
    n_rounds: int = 10,
    covariance_type="full",
    prior: Prior | None = None,
) -> Mixture:
    """Return the best of some short runs of EM, each from random points, to be continued.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        rng: a seed, or numpy's Generator.
        n_runs: how many short runs.
        n_rounds: how many rounds of E step and M step each takes.
        covariance_type, prior: handed to `gaussians`.

    Raises:
        TypeError, ValueError: x has fewer than k different rows, or a constant column.
        CollapseError: all the short runs collapsed.

    Source: Biernacki, Celeux & Govaert (2003), their em-EM.
    """
    x, k, rng = _checked(x, n_components, rng)
    starts = [random_points(x, k, rng) for _ in range(as_count(n_runs, "n_runs"))]
    guesses = mixtures(x, starts, covariance_type, prior)
    ends = side_by_side(x, guesses, as_count(n_rounds, "n_rounds"))
    if not ends:
        raise CollapseError(
            f"all {n_runs} short runs collapsed: ask for fewer components, or give "
            "prior=Prior(covariance, strength)"
        )
    return ends[0][1]


def _checked(x, n_components, rng):
    return as_rows(x), as_count(n_components, "n_components"), as_generator(rng)


def _nearer(distances, x, chosen, k):
    """Return each row's squared distance to the nearest of the chosen, which has a new last one."""
    distances = np.minimum(distances, ((x - chosen[-1]) ** 2).sum(axis=1))
    if highest(distances) == 0:  # only now: to count the different rows, all are sorted
        _refuse_few(x, k)
    return distances


def _refuse_few(x, k):
    different = len(np.unique(x, axis=0))
    if different < k:
        raise ValueError(
            f"n_components is {k}, but x has only {different} different row(s) to start from"
        )
