"""The four shapes of a covariance: one ellipse each, one for all, along the axes, or circles."""

import numpy as np

from gmmlearn.families.base import EMPTY

# scikit-learn's names, and the shape in which each keeps its numbers.
SHAPES = {
    "full": lambda k, d: (k, d, d),
    "tied": lambda k, d: (d, d),
    "diag": lambda k, d: (k, d),
    "spherical": lambda k, d: (k,),
}

# The least variance that floats hold with all their digits.
TINY = 1e-305

# 1 − R² of a column given the others below this is rounding noise: the ellipse is flat.
FLAT = 1e-14


class CollapseError(ValueError):
    """A component has no extent left in some direction: its likelihood has no upper end."""


def to_matrices(covariances: np.ndarray, covariance_type: str, k: int, d: int) -> np.ndarray:
    """Return the k covariance matrices, (k, d, d), whatever shape they are kept in."""
    if covariance_type == "full":
        return covariances
    if covariance_type == "tied":
        return np.broadcast_to(covariances, (k, d, d))
    variances = covariances if covariance_type == "diag" else covariances[:, None]
    return variances[:, :, None] * np.eye(d)


def from_scatter(scatter, counts, covariance_type: str, before: np.ndarray) -> np.ndarray:
    """Return covariances of one type, from Σ r (x − μ)(x − μ)ᵀ, (k, d, d), and Σ r, (k,).

    A component without points keeps the covariance it had `before`.

    Source: Celeux & Govaert (1995); the types are those of scikit-learn.
    """
    if covariance_type == "tied":
        return scatter.sum(axis=0) / counts.sum()
    matrices = scatter / np.where(counts > EMPTY, counts, np.inf)[:, None, None]
    if covariance_type == "full":
        result = matrices
    else:
        result = np.diagonal(matrices, axis1=1, axis2=2)  # diag
        if covariance_type == "spherical":
            result = result.mean(axis=1)
    empty = counts <= EMPTY
    return np.where(empty.reshape(-1, *[1] * (result.ndim - 1)), before, result)


def roots(matrices: np.ndarray, name: str = "covariances") -> np.ndarray:
    """Return lower triangular L with L Lᵀ = Σ for each matrix, (k, d, d).

    Raises:
        ValueError: a matrix is not symmetric, or it is not positive definite.
    """
    factors = np.empty_like(matrices)
    for j, matrix in enumerate(matrices):
        variances = np.diagonal(matrix)
        if variances.min() <= TINY:
            raise ValueError(
                f"{name}: component {j} has a variance of {variances.min():.4g}; "
                "a variance must be more than 0 (and the square of a standard deviation)"
            )
        sds, correlation = _standardised(matrix)
        if np.abs(correlation - correlation.T).max() > 1e-8:
            raise ValueError(f"{name}: the matrix of component {j} is not symmetric")
        factor = _root(correlation)
        if _is_flat(factor):
            raise ValueError(
                f"{name}: the matrix of component {j} is not positive definite: "
                "it has no width in some direction"
            )
        factors[j] = sds[:, None] * factor
    return factors


def refuse_collapse(matrices: np.ndarray, means: np.ndarray) -> None:
    """Raise CollapseError where a freshly fitted matrix, (k, d, d), is flat in some direction."""
    for j, (matrix, mean) in enumerate(zip(matrices, means, strict=True)):
        # Below this a variance is the rounding of the mean, and not spread.
        noise = np.maximum((8 * np.finfo(float).eps * np.abs(mean)) ** 2, TINY)
        flat = np.flatnonzero(np.diagonal(matrix) <= noise)
        if len(flat):
            where = f"all its points are at {mean[flat[0]]:.6g} in column {flat[0]}"
        elif _is_flat(_root(_standardised(matrix)[1])):
            where = "all its points lie on one line or plane"
        else:
            continue
        raise CollapseError(
            f"component {j} has collapsed: {where}, so the likelihood grows without end. "
            "Start elsewhere, ask for fewer components, drop constant or repeated columns, "
            "or give Gaussians a prior=Prior(covariance, strength)"
        )


def log_normal(residuals: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Return log N(x | μ, L Lᵀ) from x − μ, (n, d), and L, (d, d); shape (n,).

    log N = −½ ‖L⁻¹(x − μ)‖² − log|L| − ½ d log 2π. Source: Bishop (2006), eq. 2.43.
    """
    # L is small: its inverse and a product take a fraction of a triangular solve over all rows.
    with np.errstate(over="ignore"):  # too far for floats: −inf, which the E step speaks of
        whitened = np.linalg.inv(root) @ residuals.T
        distances = (whitened**2).sum(axis=0)
    log_height = -np.log(np.diagonal(root)).sum() - 0.5 * len(root) * np.log(2 * np.pi)
    return log_height - 0.5 * distances


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
