"""The four shapes of a covariance: one ellipse each, one for all, along the axes, or circles."""

import numpy as np

from gmmlearn.families.base import CollapseError
from gmmlearn.validation import highest, lowest

# scikit-learn's names, and the shape in which each keeps its numbers.
SHAPES = {
    "full": lambda k, d: (k, d, d),
    "tied": lambda k, d: (d, d),
    "diag": lambda k, d: (k, d),
    "spherical": lambda k, d: (k,),
}

# Which products of the columns each needs: "pairs" for a whole matrix, "squares" for its diagonal.
PRODUCTS = {"full": "pairs", "tied": "pairs", "diag": "squares", "spherical": "squares"}

# The least variance that floats hold with all their digits.
TINY = 1e-305

LOG_2_PI = float(np.log(2 * np.pi))

# The square of some roundings of a number, relative to its own square.
NOISE = (8 * np.finfo(float).eps) ** 2

# 1 − R² of a column given the others below this is rounding noise: the ellipse is flat.
FLAT = 1e-14


def to_matrices(covariances: np.ndarray, covariance_type: str, k: int, d: int) -> np.ndarray:
    """Return the k covariance matrices, (k, d, d), whatever shape they are kept in."""
    if covariance_type == "full":
        return covariances
    if covariance_type == "tied":
        return np.broadcast_to(covariances, (k, d, d))
    variances = covariances if covariance_type == "diag" else covariances[:, None]
    return variances[:, :, None] * np.eye(d)


def shaped(matrices: np.ndarray, counts: np.ndarray, covariance_type: str) -> np.ndarray:
    """Return covariances of one type, from a matrix for each component and its points, (k,).

    Source: Celeux & Govaert (1995); the types are those of scikit-learn.
    """
    if covariance_type == "tied":
        return np.einsum("k,kij->ij", counts, matrices) / counts.sum()
    if covariance_type == "full":
        return matrices
    variances = np.diagonal(matrices, axis1=1, axis2=2)
    return variances.copy() if covariance_type == "diag" else variances.mean(axis=1)


def roots(matrices: np.ndarray, name: str = "covariances") -> np.ndarray:
    """Return lower triangular L with L Lᵀ = Σ for each matrix, (k, d, d).

    Raises:
        ValueError: a matrix is not symmetric, or it is not positive definite.
    """
    skew = np.abs(matrices - np.swapaxes(matrices, 1, 2))
    if skew.any():  # a little may be rounding
        sizes = np.sqrt(np.abs(np.diagonal(matrices, axis1=1, axis2=2)))
        lopsided = (skew > 1e-8 * sizes[:, :, None] * sizes[:, None, :]).any(axis=(1, 2))
        if lopsided.any():
            worst = lopsided.argmax()
            raise ValueError(f"{name}: the matrix of component {worst} is not symmetric")
    factors = _all_roots(matrices)
    if factors is not None:
        return factors
    factors = np.empty_like(matrices)  # one by one, in the units of the columns
    for j, matrix in enumerate(matrices):
        variances = np.diagonal(matrix)
        if variances.min() <= TINY:
            raise ValueError(
                f"{name}: component {j} has a variance of {variances.min():.4g}; "
                "a variance must be more than 0 (and the square of a standard deviation)"
            )
        sds, correlation = _standardised(matrix)
        factor = _root(correlation)
        if _is_flat(factor):
            raise ValueError(
                f"{name}: the matrix of component {j} is not positive definite: "
                "it has no width in some direction"
            )
        factors[j] = sds[:, None] * factor
    return factors


def fitted_roots(matrices: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return the roots of freshly fitted matrices, (k, d, d), about means, (k, d).

    Raises:
        CollapseError: one is flat in some direction.
    """
    factors = _all_roots(matrices, means)
    if factors is not None:
        return factors
    refuse_collapse(matrices, means)
    return roots(matrices)


def _all_roots(matrices, means=None):
    """Return the roots of all matrices at once, or None where one of them needs a closer look."""
    try:
        factors = np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        return None
    lower = factors.diagonal(axis1=1, axis2=2)
    farthest = 0.0 if means is None else highest(np.abs(means))
    if lowest(lower) ** 2 > FLAT * highest(matrices) + _noise(farthest):
        return factors  # nearly always: three numbers spare seven steps over all of them
    noise = TINY if means is None else _noise(means)
    enough = FLAT * matrices.diagonal(axis1=1, axis2=2) + noise
    return factors if (lower * lower > enough).all() else None


def refuse_collapse(matrices: np.ndarray, means: np.ndarray) -> None:
    """Raise CollapseError where a freshly fitted matrix, (k, d, d), is flat in some direction."""
    for j, (matrix, mean) in enumerate(zip(matrices, means, strict=True)):
        flat = np.flatnonzero(np.diagonal(matrix) <= _noise(mean))
        if len(flat):
            where = f"all its points are at {mean[flat[0]]:.6g} in column {flat[0]}"
        elif _is_flat(_root(_standardised(matrix)[1])):
            where = "all its points lie on one line or plane"
        else:
            continue
        error = CollapseError(
            f"component {j} has collapsed: {where}, so the likelihood grows without end. "
            "Start elsewhere, ask for fewer components, drop constant or repeated columns, "
            "or give Gaussians a prior=Prior(covariance, strength)"
        )
        error.component = j
        raise error


def log_peaks(roots: np.ndarray) -> np.ndarray:
    """Return the log height of each normal curve at its mean, −log|L| − ½ d log 2π, (k,)."""
    half_logs = np.add.reduce(np.log(roots.diagonal(axis1=1, axis2=2)), axis=1)
    return -0.5 * LOG_2_PI * roots.shape[-1] - half_logs


def _noise(means):
    """Return the variance that is the rounding of a mean, and not spread."""
    return NOISE * (means * means) + TINY


def _standardised(matrix: np.ndarray) -> tuple:
    """Return the sds (d,) and the correlations (d, d): the units of the columns drop out."""
    sds = np.sqrt(np.diagonal(matrix))
    return sds, matrix / sds[:, None] / sds


def _root(correlation: np.ndarray) -> np.ndarray:
    """Return L with L Lᵀ = correlation, (d, d); zeros where it is not positive definite."""
    try:
        return np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return np.zeros_like(correlation)


def _is_flat(root: np.ndarray) -> bool:
    """Whether some column is nothing but a sum of those before it: its 1 − R² is rounding."""
    return bool(np.diagonal(root).min() ** 2 < FLAT)
