"""Gaussian clusters: a mean, and a covariance in one of four shapes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gmmlearn.families.base import EMPTY, Family, averaged
from gmmlearn.families.covariance import (
    PRODUCTS,
    SHAPES,
    fitted_roots,
    from_scatter,
    log_peaks,
    packed,
    roots,
    to_matrices,
    unpacked,
)
from gmmlearn.rows import Rows, n_products
from gmmlearn.validation import as_numbers, as_rows, frozen, highest, lowest, sealed

# A sum loses the digits of its largest term: at 1e5, eleven or more are left.
FAR = 1e5


@dataclass(frozen=True, eq=False)
class Prior:
    """Imaginary points: as if each component had already seen `strength` of them.

    They lie about the component's own mean with the given covariance, so it cannot shrink to
    nothing. Their log-likelihood is part of the objective: for each component
    −½ strength · (d log 2π + log|Σ_k| + trace(Σ_k⁻¹ covariance)).

    Args:
        covariance: (d, d), or one number for that variance in every direction; squared unit.
        strength: how many imaginary points; more than 0, a fraction is welcome.

    Raises:
        TypeError, ValueError: strength is not positive; covariance is not positive definite.

    Source: an inverse Wishart prior, Fraley & Raftery (2007), section 3, told in points.
    """

    covariance: np.ndarray
    strength: float = 1.0

    def __post_init__(self):
        covariance = as_numbers(self.covariance, "prior covariance")
        matrix = np.atleast_2d(covariance)
        if covariance.ndim not in (0, 2) or matrix.shape[0] != matrix.shape[1]:
            raise ValueError(
                f"prior covariance must be one number or (d, d), but its shape is {matrix.shape}"
            )
        roots(matrix[None], "prior covariance")
        strength = float(as_numbers(self.strength, "prior strength", ()))
        if strength <= 0:
            raise ValueError(f"prior strength must be more than 0, but it is {strength:.4g}")
        object.__setattr__(self, "covariance", frozen(covariance))
        object.__setattr__(self, "strength", strength)

    def matrix(self, d: int) -> np.ndarray:
        """Return the covariance as a (d, d) matrix."""
        if self.covariance.ndim == 0:
            return self.covariance * np.eye(d)
        if self.covariance.shape != (d, d):
            raise ValueError(
                f"prior covariance is {self.covariance.shape}, but the data have {d} column(s)"
            )
        return self.covariance


@dataclass(frozen=True, eq=False)
class Gaussians(Family):
    """k normal curves, p_k(x) = exp(−½ (x−μ_k)ᵀ Σ_k⁻¹ (x−μ_k)) / √((2π)ᵈ |Σ_k|).

    Args:
        means: (k, d), or (k,) in one dimension; in the unit of the data.
        covariances: variances, not standard deviations, in the squared unit. As in
            scikit-learn, full: (k, d, d), tied: (d, d), diag: (k, d), spherical: (k,).
            In one dimension (k,) is understood for full and diag too.
        covariance_type: "full", each its own ellipse; "tied", one ellipse for all; "diag",
            ellipses along the axes; "spherical", circles.
        prior: a `Prior` that keeps the covariances from collapsing, or None.

    Raises:
        TypeError, ValueError: a wrong shape or type, or a covariance that is not symmetric or
            not positive definite.

    Source: Bishop (2006), eq. 2.43 for the curve, 9.24 and 9.25 for the M step.
    """

    means: np.ndarray
    covariances: np.ndarray
    covariance_type: str = "full"
    prior: Prior | None = None

    def __post_init__(self):
        if self.covariance_type not in SHAPES:
            raise ValueError(
                f"covariance_type must be one of {', '.join(SHAPES)}, "
                f"but it is {self.covariance_type!r}"
            )
        means = as_rows(self.means, name="means")
        k, d = means.shape
        shape = SHAPES[self.covariance_type](k, d)
        covariances = as_numbers(self.covariances, "covariances")
        if d == 1 and self.covariance_type != "tied" and covariances.shape == (k,):
            covariances = covariances.reshape(shape)
        covariances = as_numbers(covariances, f"covariances ({self.covariance_type})", shape)
        if self.prior is not None:
            self.prior.matrix(d)
        object.__setattr__(self, "means", frozen(means))
        object.__setattr__(self, "covariances", frozen(covariances))
        self._settle(roots(self.matrices()), means.mean(axis=0))

    def _settle(self, roots, origin):
        """Keep L with L Lᵀ = Σ and what follows from it; measure from the origin if it is near."""
        inverses = np.linalg.inv(roots)
        precisions = inverses.transpose(0, 2, 1) @ inverses  # P = L⁻ᵀ L⁻¹
        shift = self.means - origin
        theta = _theta(shift, precisions, log_peaks(roots), self._products)
        kept = {"_roots": roots, "_inverses": inverses, "_theta": theta, "_judged": (None, False)}
        kept["_origin"] = origin if _largest_term(shift, precisions) <= FAR else None
        self.__dict__.update(kept, _precisions=precisions)

    def with_arrays(self, arrays) -> "Gaussians":
        """Return curves of this type with other numbers, from the same origin if it is near."""
        new = self._with(**{name: sealed(array) for name, array in arrays.items()})
        origin = new.means.mean(axis=0) if self._origin is None else self._origin
        new._settle(fitted_roots(new.matrices(), new.means), origin)
        return new

    @property
    def are_separate(self) -> bool:
        return self.covariance_type != "tied"

    @property
    def _products(self):
        return PRODUCTS[self.covariance_type]

    @property
    def width(self) -> int:
        return 1 + self.n_features + n_products(self.n_features, self._products) + len(self)

    def __len__(self) -> int:
        return self.means.shape[0]

    @property
    def n_features(self) -> int:
        return self.means.shape[1]

    @property
    def n_parameters(self) -> int:
        """The means' numbers and the covariances'; a symmetric matrix has d (d + 1) / 2."""
        if self.covariance_type in ("diag", "spherical"):
            return self.means.size + self.covariances.size
        matrices = len(self) if self.covariance_type == "full" else 1
        return self.means.size + matrices * self.n_features * (self.n_features + 1) // 2

    @property
    def sds(self) -> np.ndarray:
        """The standard deviation of each component along each column, (k, d); data's unit."""
        return np.sqrt(np.diagonal(self.matrices(), axis1=1, axis2=2))

    def matrices(self) -> np.ndarray:
        """Return each component's covariance as a matrix, (k, d, d), whatever the type."""
        return to_matrices(self.covariances, self.covariance_type, len(self), self.n_features)

    def log_prob(self, x) -> np.ndarray:
        """Return the log height of each curve at each row, (n, k)."""
        return self.heights(Rows.of(x, self.n_features)).T

    def heights(self, rows, log_weights=0.0) -> np.ndarray:
        """Return log(π_k p_k) of a block, (k, n).

        A log height is a sum of numbers times the features 1, z, z zᵀ of a row, z = x − origin:
        for all rows and components together that is one matrix product, Θ Φ. It loses the digits
        that cancel in the sum. Where those are too many, each row is measured from each mean.
        """
        if self._is_exact(rows.extent):
            theta = self._theta.copy()
            theta[:, :1] += log_weights
            return np.dot(theta, rows.features(self._origin, self._products))
        with np.errstate(over="ignore"):  # too far for floats: −inf, which the E step speaks of
            pairs = zip(self._inverses, _residuals(rows, self.means), strict=True)
            distances = np.stack([((inverse @ z) ** 2).sum(axis=0) for inverse, z in pairs])
        return log_peaks(self._roots)[:, None] - 0.5 * distances + log_weights

    def _is_exact(self, extent):
        """Whether no term of Θ Φ is so large that its rounding hides the digits of the sum."""
        if self._origin is None:
            return False
        if self._judged[0] is not extent:  # once for all blocks
            with np.errstate(over="ignore", invalid="ignore"):
                terms = np.abs(self._theta) @ extent.features(self._origin, self._products)
            self.__dict__["_judged"] = extent, highest(terms) <= FAR
        return self._judged[1]

    def log_prior(self) -> float:
        """Return the log-likelihood of the prior's imaginary points; 0 without a prior."""
        if self.prior is None:
            return 0.0
        matrix = self.prior.matrix(self.n_features)
        spreads = np.einsum("kij,jl,kil->k", self._inverses, matrix, self._inverses)
        return float(self.prior.strength * (log_peaks(self._roots) - 0.5 * spreads).sum())

    def statistics(self, x, resp) -> tuple:
        """Return Σ r, (k,), Σ r z, (k, d), and Σ r z zᵀ, (k, p), the entries i ≤ j of each matrix.

        z is measured from one origin near the means; where the clusters lie too far apart for
        that, from each one's own mean. This value decides, so the sums of two chunks add up.
        For diag and spherical there are only the p = d squares.
        """
        return self.sums(Rows.of(x, self.n_features), np.asarray(resp).T)[1]

    def sums(self, rows, resp) -> tuple:
        """Return Σ r and the statistics of a block, with resp as (k, n): one product, R Φᵀ."""
        d = self.n_features
        if self._origin is not None:
            sums = np.dot(resp, rows.features(self._origin, self._products).T)
            return sums[:, 0], (sums[:, 0], sums[:, 1 : 1 + d], sums[:, 1 + d :])
        pairs = list(zip(_residuals(rows, self.means), resp, strict=True))
        if self._products == "pairs":
            squares = np.stack([packed((z * r) @ z.T, "pairs") for z, r in pairs])
        else:
            squares = np.stack([(z * z) @ r for z, r in pairs])
        counts = resp.sum(axis=1)
        return counts, (counts, np.stack([z @ r for z, r in pairs]), squares)

    def from_statistics(self, statistics) -> "Gaussians":
        """Return the curves with the weighted means and covariances of those sums.

        Σ_k = (Σ r (x−μ)(x−μ)ᵀ + strength · C) / (Σ r + strength) about the new mean μ, where C
        and strength are the prior's (nothing without one), brought into the covariance_type's
        shape. A component that holds no points keeps its mean and covariance.

        Raises:
            CollapseError: a component is left without extent in some direction.
        """
        counts, sums, squares = statistics
        means, shift = self._moved(counts, sums)
        scatter = unpacked(squares, self._products)
        scatter -= (counts[:, None] * shift)[:, :, None] * shift[:, None, :]
        if self.prior is not None:
            scatter = scatter + self.prior.strength * self.prior.matrix(self.n_features)
            counts = counts + self.prior.strength
        covariances = from_scatter(scatter, counts, self.covariance_type, self.covariances)
        new = self._with(means=sealed(means), covariances=sealed(covariances))
        roots = fitted_roots(new.matrices(), means)
        if self._origin is not None:
            new._settle(roots, self._origin)
            blurred = new._origin is None
        else:
            new._settle(roots, means.mean(axis=0))
            blurred = not _largest_term(shift, new._precisions) <= FAR
        new.__dict__["blurred"] = blurred
        return new

    def measured_near(self, statistics) -> "Gaussians":
        """Return these curves with the means that the sums say, each the place to measure from."""
        means, _ = self._moved(*statistics[:2])
        return self._with(means=sealed(means), _origin=None)

    def _moved(self, counts, sums):
        """Return the weighted averages and how far each lies from where it was measured, (k, d)."""
        reference = self.means if self._origin is None else self._origin
        shift = averaged(counts, sums)
        means = reference + shift
        if lowest(counts) <= EMPTY:
            means = np.where((counts > EMPTY)[:, None], means, self.means)
        return means, shift

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label, drawn from that component's normal curve, (n, d)."""
        noise = rng.standard_normal((len(labels), self.n_features))
        return self.means[labels] + np.einsum("nij,nj->ni", self._roots[labels], noise)


def _residuals(rows, means):
    """Yield x − μ for each mean, (d, n)."""
    columns = np.ascontiguousarray(rows.x.T)
    return (columns - mean[:, None] for mean in means)


def _theta(shift, precisions, log_peaks, products):
    """Return log p_k as numbers times the features of z, (k, 1 + d + p).

    −½ (z − m)ᵀ P (z − m) = −½ mᵀ P m + (P m)ᵀ z − ½ zᵀ P z, with m = μ − origin and P = Σ⁻¹.
    """
    linear = (precisions @ shift[:, :, None])[:, :, 0]
    constant = log_peaks - 0.5 * np.vecdot(linear, shift)
    quadratic = packed(precisions, products) * _minus_halves(shift.shape[1], products)
    return np.concatenate([constant[:, None], linear, quadratic], axis=1)


def _largest_term(shift, precisions):
    """Return the size of what cancels in shiftᵀ P shift, at most: it hides the last digits."""
    size = np.abs(shift)
    return highest(size[:, None, :] @ np.abs(precisions) @ size[:, :, None])


@lru_cache(maxsize=16)
def _minus_halves(d, products):
    """−½ for a square; −1 for the product of two columns, which stands in z zᵀ twice."""
    return packed(0.5 * np.eye(d) - 1, products)
