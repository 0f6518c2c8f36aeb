"""Gaussian clusters: a mean, and a covariance in one of four shapes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmmlearn.families.base import EMPTY, Placed, averaged
from gmmlearn.families.covariance import (
    PRODUCTS,
    SHAPES,
    fitted_roots,
    log_peaks,
    roots,
    shaped,
    spread,
    to_matrices,
)
from gmmlearn.families.prior import Prior
from gmmlearn.features import entries, halved, n_products, products_of, unpacked
from gmmlearn.rows import Rows
from gmmlearn.validation import as_numbers, as_rows, frozen, highest, lowest, sealed

# A sum loses the digits of its largest term: at 1e5, eleven or more are left.
FAR = 1e5


@dataclass(frozen=True, eq=False)
class Gaussians(Placed):
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
        self.__dict__.update(means=frozen(means), covariances=frozen(covariances))
        self.__dict__.update(_roots=roots(self.matrices()), _given=means.mean(axis=0))

    def _with(self, **values):
        other = super()._with(**values)
        for derived in ("_frame", "_asked"):
            other.__dict__.pop(derived, None)
        return other

    @property
    def origin(self) -> np.ndarray:
        """Where rows are measured from: one place, (d,), or where that is too far, k, (k, d).

        A place given with the sums that these curves were made of is kept as long as it is near.
        """
        return self._frame[0]

    @cached_property
    def _frame(self):
        """Return the origin, L⁻¹, (k, d, d), and Θ, (k, 1 + d + p): for curves that are used.

        With m = μ − origin, a log height is a constant − ½ ‖Vᵀ (1, z)‖², for the inverse V of
        [[1, mᵀ], [0, Lᵀ]] makes (1, L⁻¹ (z − m)) of (1, z). The numbers in V Vᵀ go into Θ.
        """
        k, d = self.means.shape
        corners = np.zeros((k, 1 + d, 1 + d))
        corners[:, 0, 0], corners[:, 1:, 1:] = 1, self._roots.mT
        settled = self._given.ndim == 1 or self._given is self.means
        first = () if settled else (self.means.mean(axis=0),)  # one place is tried again
        for origin in (*first, self._given, self.means):
            corners[:, 0, 1:] = shift = self.means - origin
            inverses = np.linalg.inv(corners)
            squares = inverses @ inverses.mT
            if _largest_term(shift, squares[:, 1:, 1:]) <= FAR:
                break
        theta = halved(squares, self._products)
        theta[:, 0] += log_peaks(self._roots) + 0.5
        return origin, inverses[:, 1:, 1:].mT, theta

    def natural(self) -> tuple:
        """Return Θ: a Gaussian's log height is a sum of its numbers times 1, z, z zᵀ."""
        return (self._frame[2],)

    @property
    def blurred(self) -> bool:
        return self.origin is not self._given

    @property
    def _wide(self):
        """Whether rows have so many products that each component does better to measure alone."""
        return self._products == "pairs" and self.n_features > 4 * len(self)

    @property
    def _by_features(self):
        """Whether one product of all components with the rows' features will do."""
        return self.origin.ndim == 1 and not self._wide

    @property
    def are_separate(self) -> bool:
        return self.covariance_type != "tied"

    @property
    def _products(self):
        return PRODUCTS[self.covariance_type]

    @property
    def width(self) -> int:
        d = self.n_features
        features = 4 * d if self._wide else 1 + d + n_products(d, self._products)
        return features + len(self)

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
        that cancel in the sum. Where those are too many, or d is large and k small, each row is
        measured from each mean.
        """
        theta = self._weighted(rows.extent, log_weights)
        if theta is not None:
            return np.dot(theta, rows.features(self.origin, self._products))
        columns, distances = np.ascontiguousarray(rows.x.T), np.empty((len(self), len(rows)))
        with np.errstate(over="ignore"):  # too far for floats: −inf, which the E step speaks of
            for inverse, mean, out in zip(self._frame[1], self.means, distances, strict=True):
                white = inverse @ (columns - mean[:, None])
                np.einsum("dn,dn->n", white, white, out=out)
        return log_peaks(self._roots)[:, None] - 0.5 * distances + log_weights

    def _weighted(self, extent, log_weights):
        """Return Θ with log π in it, (k, 1 + d + p), found once for all blocks of a round.

        None where there is no such product, or a term is so large that its rounding hides the rest.
        """
        asked = self.__dict__.get("_asked", (None, None))
        if asked[0] is not extent or asked[1] is not log_weights:
            origin, _, theta = self._frame
            weighted = None
            if self._by_features:
                with np.errstate(over="ignore", invalid="ignore"):
                    terms = np.abs(theta) @ extent.features(origin, self._products)
                if highest(terms) <= FAR:
                    weighted = theta.copy()
                    weighted[:, :1] += log_weights
            self.__dict__["_asked"] = asked = extent, log_weights, weighted
        return asked[2]

    def log_prior(self) -> float:
        """Return the log-likelihood of the prior's imaginary points; 0 without a prior."""
        if self.prior is None:
            return 0.0
        matrix = self.prior.matrix(self.n_features)
        inverses = self._frame[1]
        spreads = np.einsum("kij,jl,kil->k", inverses, matrix, inverses)
        return float(self.prior.strength * (log_peaks(self._roots) - 0.5 * spreads).sum())

    def statistics(self, x, resp) -> tuple:
        """Return one table, Σ r (1, z, z zᵀ), (k, 1 + d + p): of z zᵀ the entries i ≤ j.

        z is measured from one origin near the means; where the clusters lie too far apart for
        that, from a place of each one's own. This value decides, so the sums of two chunks add up.
        For diag and spherical there are only the p = d squares.
        """
        return self.sums(Rows.of(x, self.n_features), np.asarray(resp).T)[1]

    def sums(self, rows, resp) -> tuple:
        """Return Σ r and the statistics of a block, with resp as (k, n).

        Where heights are one product, so are the sums, R Φᵀ; else each component takes its own.
        """
        if self._by_features:
            table = np.dot(resp, rows.features(self.origin, self._products).T)
        else:
            places = [self.origin] * len(self) if self.origin.ndim == 1 else self.origin
            pairs = zip((rows.features(place, "none") for place in places), resp, strict=True)
            table = entries(np.stack([np.dot(r * z, z.T) for z, r in pairs]), self._products)
        return table[:, 0], (table,)

    def from_statistics(self, statistics) -> "Gaussians":
        """Return the curves with the weighted means and covariances of those sums.

        Σ_k = (Σ r (x−μ)(x−μ)ᵀ + strength · C) / (Σ r + strength) about the new mean μ, where C
        and strength are the prior's (nothing without one), brought into the covariance_type's
        shape. A component that holds no points keeps its mean; without a prior, its covariance too.

        Raises:
            CollapseError: a component is left without extent in some direction.
        """
        counts, d = statistics[0][:, 0], self.n_features
        (averages,) = self.averages(statistics)
        means = self._moved(counts, averages)
        matrices = unpacked(averages[:, 1 + d :], d, self._products)
        if self.prior is not None:
            weight, matrix = self.prior.strength, self.prior.matrix(d)
            seen, counts = counts[:, None, None], counts + weight
            matrices = (seen * matrices + weight * matrix) / (seen + weight)
        covariances = shaped(matrices, counts, self.covariance_type)
        if lowest(counts) <= EMPTY and self.are_separate:
            covariances[counts <= EMPTY] = self.covariances[counts <= EMPTY]
        new = self._with(means=sealed(means), covariances=sealed(covariances), _given=self.origin)
        new.__dict__["_roots"] = fitted_roots(new.matrices(), means)
        return new

    def averages(self, statistics) -> tuple:
        """Return 1, z's mean and the entries of z's covariance, (k, 1 + d + p)."""
        (table,) = statistics
        averages, d = averaged(table[:, 0], table), self.n_features
        averages[:, 1 + d :] -= products_of(averages[:, 1 : 1 + d], self._products)
        return (averages,)

    def summed(self, averages, counts) -> tuple:
        """Return the table of `statistics` again; the means' products come back in."""
        table, d = averages[0].copy(), self.n_features
        table[:, 1 + d :] += products_of(table[:, 1 : 1 + d], self._products)
        return (counts[:, None] * table,)

    def measured_near(self, statistics) -> "Gaussians":
        """Return these curves, measuring from the means that the sums say, each from its own."""
        (table,) = statistics
        means = sealed(self._moved(table[:, 0], averaged(table[:, 0], table)))
        return self._with(means=means, _given=means)

    def _moved(self, counts, averages):
        """Return the new means; a component without rows keeps its own."""
        means = self.origin + averages[:, 1 : 1 + self.n_features]
        if lowest(counts) <= EMPTY:
            means[counts <= EMPTY] = self.means[counts <= EMPTY]
        return means

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label, drawn from that component's normal curve, (n, d)."""
        noise = rng.standard_normal((len(labels), self.n_features))
        return self.means[labels] + spread(noise, self._roots, labels)


def _largest_term(shift, precisions):
    """Return the size of what cancels in shiftᵀ P shift, at most: it hides the last digits."""
    size, d = np.abs(shift), shift.shape[1]
    most = highest(size)
    rough = d * d * most * most * highest(precisions)  # of P the largest is on the diagonal
    if rough <= FAR:  # mostly, and then half the time is spared
        return rough
    return highest(size[:, None, :] @ np.abs(precisions) @ size[:, :, None])
