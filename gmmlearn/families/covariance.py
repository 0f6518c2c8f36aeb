"""The four shapes of a covariance: an ellipse each, one for all, along the axes, or circles."""

import numpy as np

from gmmlearn.families.base import CollapseError
from gmmlearn.validation import highest, lowest

# scikit-learn's names, and the shape of the array that each is kept in.
SHAPES = {
    "full": lambda k, d: (k, d, d),
    "tied": lambda k, d: (d, d),
    "diag": lambda k, d: (k, d),
    "spherical": lambda k, d: (k,),
}

# Which products of columns each needs: "pairs" for whole matrices, "squares" for diagonals.
PRODUCTS = {"full": "pairs", "tied": "pairs", "diag": "squares", "spherical": "squares"}

# The smallest variance that floats hold with all their digits.
TINY = 1e-305

# The variance of some roundings of a number, relative to its square.
NOISE = (8 * np.finfo(float).eps) ** 2

# Let R² say how well the other columns predict one. A 1 − R² below this is rounding: it is flat.
FLAT = 1e-14


def to_matrices(covariances: np.ndarray, covariance_type: str, k: int, d: int) -> np.ndarray:
    """Return the k covariance matrices, (k, d, d), from whatever shape they are kept in."""
    if covariance_type == "full":
        return covariances
    if covariance_type == "tied":
        return np.broadcast_to(covariances, (k, d, d))
    variances = covariances if covariance_type == "diag" else covariances[:, None]
    return variances[:, :, None] * np.eye(d)


def shaped(matrices: np.ndarray, counts: np.ndarray, covariance_type: str) -> np.ndarray:
    """Return covariances of one type, from each component's matrix and its count of points, (k,).

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
    sizes = np.sqrt(np.abs(np.diagonal(matrices, axis1=1, axis2=2)))
    allowed = 1e-8 * sizes[:, :, None] * sizes[:, None, :]
    lopsided = (np.abs(matrices - matrices.mT) > allowed).any(axis=(1, 2))
    if lopsided.any():
        raise ValueError(f"{name}: the matrix of component {lopsided.argmax()} is not symmetric")

    def error(j, column):
        if column is None:
            return ValueError(
                f"{name}: the matrix of component {j} is not positive definite: "
                "it has no width in some direction"
            )
        return ValueError(
            f"{name}: component {j} has a variance of {matrices[j, column, column]:.4g}; "
            "a variance must be more than 0 (and the square of a standard deviation)"
        )

    return _roots(matrices, np.zeros(matrices.shape[:2]), error)


def fitted_roots(matrices: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return the roots of freshly fitted matrices, (k, d, d), about means, (k, d).

    Raises:
        CollapseError: one is flat in some direction.
    """

    def error(j, column):
        where = "lie on one line or plane"
        if column is not None:
            where = f"are at {means[j, column]:.6g} in column {column}"
        return CollapseError(
            f"component {j} has collapsed: all its points {where}, so the likelihood grows without "
            "end. Start elsewhere, ask for fewer components, drop constant or repeated columns, "
            "or give Gaussians a prior=Prior(covariance, strength)"
        )

    return _roots(matrices, means, error)


def _roots(matrices, means, error):
    """Return all roots, or raise error(j, column) if matrix j is flat in that column.

    The column is None if it is flat in a slanting direction. A variance no larger than the rounding
    of the mean counts as flat.
    """
    factors = cholesky(matrices)
    least = lowest(factors.diagonal(axis1=1, axis2=2)) ** 2
    if least > 1e6 * FLAT * highest(np.abs(matrices)) + rounding(highest(np.abs(means))):
        return factors  # far from flat: these three numbers save a look at each matrix
    factors = np.empty_like(matrices)
    for j, (matrix, least) in enumerate(zip(matrices, rounding(means), strict=True)):
        variances = np.diagonal(matrix)
        if (variances <= least).any():
            raise error(j, (variances <= least).argmax())
        sds = np.sqrt(variances)  # as units: then the columns count equally
        factor = cholesky(matrix / sds[:, None] / sds)
        # The diagonal of this matrix's inverse is 1 / (1 − R²).
        if factor[0, 0] == 0 or FLAT * highest((inverted(factor) ** 2).sum(axis=0)) > 1:
            raise error(j, None)
        factors[j] = sds[:, None] * factor
    return factors


def cholesky(matrices: np.ndarray) -> np.ndarray:
    """Return lower triangular L with L Lᵀ = M for each matrix M; all zeros if one has no root."""
    try:
        return np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        return np.zeros_like(matrices)


def inverse_of_square(roots: np.ndarray) -> np.ndarray:
    """Return (L Lᵀ)⁻¹ for lower triangular roots L, (…, d, d)."""
    inverse = inverted(roots)
    return inverse.mT @ inverse


def inverted(roots: np.ndarray) -> np.ndarray:
    """Return the inverse of lower triangular roots, (…, d, d).

    Numpy exchanges rows by size, and so the result would depend on the unit of the data. Of upper
    triangular matrices it exchanges none: zeros stay zeros, and no digit is lost.
    """
    return np.linalg.inv(roots.mT).mT


def spread(noise: np.ndarray, roots: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return L z for each row z of noise, (n, d); L is the root of the row's component."""
    out = np.empty_like(noise)
    for j, root in enumerate(roots):
        out[labels == j] = noise[labels == j] @ root.T
    return out


def rounding(means):
    """Return the variance that rounding alone gives to points at these means; in their shape."""
    return NOISE * (means * means) + TINY
