"""Gaussian clusters: a mean, and a covariance in one of four shapes."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gmmlearn.families import covariance
from gmmlearn.families.base import EMPTY, Placed, averaged, distances
from gmmlearn.families.prior import Prior
from gmmlearn.features import entries, halved, n_entries, products_of, unpacked
from gmmlearn.validation import as_numbers, as_rows, frozen, highest, lowest, sealed

# A sum of terms as large as this loses five of its sixteen digits: no larger ones are allowed.
FAR = 1e5

LOG_PEAK = -0.5 * float(np.log(2 * np.pi))  # of the standard normal curve


class Rooted(Placed):
    """Clusters whose means and covariances are worked out only when asked for: most never are.

    An M step leaves them in `_root`, [[1, 0], [μ − origin, L]] with L Lᵀ = Σ.
    """

    @cached_property
    def means(self) -> np.ndarray:
        return sealed(self.origin + self._root[:, 1:, 0])

    @cached_property
    def covariances(self) -> np.ndarray:
        root = self._root[:, 1:, 1:]
        return sealed(covariance.shaped(root @ root.mT, np.ones(len(root)), self.covariance_type))


@dataclass(frozen=True, eq=False)
class Gaussians(Rooted):
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

    means: np.ndarray = field()  # else the property of `Rooted` would become its default
    covariances: np.ndarray = field()
    covariance_type: str = "full"
    prior: Prior | None = None

    def __post_init__(self):
        kind = self.covariance_type
        if kind not in covariance.SHAPES:
            kinds = ", ".join(covariance.SHAPES)
            raise ValueError(f"covariance_type must be one of {kinds}, but it is {kind!r}")
        means = frozen(as_rows(self.means, name="means"))
        k, d = means.shape
        shape = covariance.SHAPES[kind](k, d)
        covariances = as_numbers(self.covariances, "covariances")
        if d == 1 and kind != "tied" and covariances.shape == (k,):
            covariances = covariances.reshape(shape)
        covariances = frozen(as_numbers(covariances, f"covariances ({kind})", shape))
        if self.prior is not None:
            self.prior.matrix(d)
        products = covariance.PRODUCTS[kind]
        self.__dict__.update(means=means, covariances=covariances, _products=products)
        factors = covariance.roots(covariance.to_matrices(covariances, kind, k, d))
        self._place(means, factors, (means.mean(axis=0), means))

    def _place(self, means, factors, origins):
        """Measure rows from the first origin that is near enough: one place, (d,), or k, (k, d).

        With m = μ − origin and Σ = L Lᵀ, the average M of a cluster's (1, z)(1, z)ᵀ has the root
        [[1, 0], [m, L]], and heights are made of M⁻¹. As their terms cancel, digits are lost by
        the size of the largest. None is larger than the largest P_ii m_i², with P = Σ⁻¹, or than
        the sum of all, mᵀ Σ⁻¹ m, which is in the heights' constant.
        """
        k, d = means.shape
        root = np.zeros((k, 1 + d, 1 + d))
        root[:, 0, 0], root[:, 1:, 1:] = 1, factors
        for origin in origins:
            root[:, 1:, 0] = means - origin
            with np.errstate(over="ignore", invalid="ignore"):  # then it is far
                inverse = covariance.inverse_of_square(root)
                terms = inverse.diagonal(axis1=1, axis2=2) * root[:, :, 0] ** 2
            if highest(terms) <= FAR:
                break
        least = covariance.rounding(highest(np.abs(origin)))
        self.__dict__.update(origin=origin, _root=root, _inverse=inverse, _least=least)
        return self

    def _but(self, **values):
        other = super()._but(**values)
        if "means" not in values:  # read off the root when asked for
            other.__dict__.pop("means", None)
            other.__dict__.pop("covariances", None)
        return other

    def __len__(self) -> int:
        return len(self._root)

    @property
    def n_features(self) -> int:
        return self._root.shape[1] - 1

    def theta(self, log_weights=0.0) -> np.ndarray:
        """Return Θ, (k, 1 + d + p): times a row's features 1, z, z zᵀ it gives log heights.

        A log height is a constant − ½ (1, z) M⁻¹ (1, z)ᵀ, with M the average of (1, z)(1, z)ᵀ.
        """
        theta = halved(self._inverse, self._products)
        theta[:, 0] += (log_weights + self._log_peaks)[:, 0] + 0.5
        return theta

    @property
    def _log_peaks(self):
        """Return the log height of each curve at its mean, −log|L| − ½ d log 2π, (k, 1)."""
        logs = np.log(self._root.diagonal(axis1=1, axis2=2))  # the first one is 0
        return LOG_PEAK * self.n_features - np.add.reduce(logs, axis=1, keepdims=True)

    @property
    def _by_features(self):
        """Whether heights and sums are one product of all components with the rows' features.

        Not with several origins; nor with so many pairs of columns that measuring each row from
        each mean is faster.
        """
        wide = self._products == "pairs" and self.n_features > 4 * len(self)
        return self.origin.ndim == 1 and not wide

    @property
    def are_separate(self) -> bool:
        return self.covariance_type != "tied"

    @property
    def width(self) -> int:
        d = self.n_features
        return len(self) + (n_entries(d, self._products) if self._by_features else 4 * d)

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
        kind, k, d = self.covariance_type, len(self), self.n_features
        return covariance.to_matrices(self.covariances, kind, k, d)

    def log_heights(self, extent, log_weights=0.0):
        """Return a function of a block: log(π_k p_k), (k, n).

        A log height is linear in a row's features 1, z, z zᵀ, with z = x − origin. So for all rows
        and components together it is one matrix product, Θ Φ. Its sums lose digits where large
        terms cancel. Where too many would be lost, or d is large and k small, each row is measured
        from each mean instead.
        """
        if self._by_features:
            origin, products = self.origin, self._products
            # No term of (1, z) M⁻¹ (1, z)ᵀ is larger than the largest on the diagonal. That is the
            # constant, which the origin keeps small, or a P_ii z_i²: largest at a column's end.
            ends = extent.features(origin, "squares")[-self.n_features :]
            precisions = self._inverse.diagonal(axis1=1, axis2=2)[:, 1:, None]
            with np.errstate(over="ignore"):  # then it is far
                if highest(precisions * ends) <= FAR:
                    theta = self.theta(log_weights)
                    return lambda rows: _product(theta, rows.features(origin, products))
        peaks, inverses = self._log_peaks + log_weights, covariance.inverted(self._root[:, 1:, 1:])
        return lambda rows: peaks - 0.5 * distances(rows.x, self.means, inverses)

    def log_prior(self) -> float:
        """Return the log-likelihood of the prior's imaginary points; 0 without a prior."""
        if self.prior is None:
            return 0.0
        matrix = self.prior.matrix(self.n_features)
        spreads = np.einsum("kij,ij->k", self._inverse[:, 1:, 1:], matrix)  # it holds Σ⁻¹
        return float(self.prior.strength * (self._log_peaks[:, 0] - 0.5 * spreads).sum())

    def sums(self, rows, resp) -> tuple:
        """Return Σ r, and one table, Σ r (1, z, z zᵀ), (k, 1 + d + p): of z zᵀ the entries i ≤ j.

        z is measured from one origin near the means, or, if the clusters lie too far apart for
        that, from one for each. The guess decides which, so the sums of two chunks add up. Diag
        and spherical have only the p = d squares. Where heights are one product, so is the table,
        R Φᵀ; else each component adds up its own.
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

        Σ_k = (Σ r (x−μ)(x−μ)ᵀ + strength · C) / (Σ r + strength) about the new mean μ, in the shape
        of the covariance_type; C and strength are the prior's, 0 without one. A component that
        holds no points keeps its mean and, without a prior, its covariance.

        Raises:
            CollapseError: a component is left without extent in some direction.
        """
        (table,) = statistics
        counts, k, d = table[:, 0], len(self), self.n_features
        moments = unpacked(averaged(counts, table), d, self._products)
        if self.covariance_type == "full" and self.prior is None:
            new = self._rooted(moments)
            if new is not None:
                return new
        shift, scatters = moments[:, 1:, 0], moments[:, 1:, 1:]
        scatters -= shift[:, :, None] * shift[:, None, :]
        means = averaged(counts, table[:, 1 : 1 + d], self.means, self.origin)
        if self.prior is not None:
            scatters, counts = self.prior.mixed(scatters, counts)
        covariances = covariance.shaped(scatters, counts, self.covariance_type)
        if self.prior is None and self.are_separate:
            covariances[counts <= EMPTY] = self.covariances[counts <= EMPTY]
        matrices = covariance.to_matrices(covariances, self.covariance_type, k, d)
        factors = covariance.fitted_roots(matrices, means)
        new = self._but(means=sealed(means), covariances=sealed(covariances))
        # If one origin was too far from some clusters so far, perhaps a new one is not.
        first = self.origin if self.origin.ndim == 1 else means.mean(axis=0)
        return new._place(means, factors, (first, self.origin, means))

    def _rooted(self, moments):
        """Return the curves with these averages of (1, z)(1, z)ᵀ; None if digits might be lost.

        With the new mean m and covariance S = L Lᵀ the average is [[1, mᵀ], [m, S + m mᵀ]], and its
        Cholesky factor [[1, 0], [m, L]] holds both. That saves a third of a small round.
        """
        root = covariance.cholesky(moments)
        if self.origin.ndim == 2 or lowest(root.diagonal(axis1=1, axis2=2)) ** 2 <= self._least:
            return None
        inverse = covariance.inverse_of_square(root)
        lost = inverse.diagonal(axis1=1, axis2=2) * moments.diagonal(axis1=1, axis2=2)
        if not highest(lost) <= FAR:
            return None
        return self._but(_root=root, _inverse=inverse)

    def averages(self, statistics) -> tuple:
        """Return 1, z's mean and the entries of z's covariance, (k, 1 + d + p)."""
        (table,) = statistics
        averages, d = averaged(table[:, 0], table), self.n_features
        averages[:, 1 + d :] -= products_of(averages[:, : 1 + d], self._products)
        return (averages,)

    def summed(self, averages, counts) -> tuple:
        """Return the table of `statistics` again: adds the means' products, times the counts."""
        table, d = averages[0].copy(), self.n_features
        table[:, 1 + d :] += products_of(table[:, : 1 + d], self._products)
        return (counts[:, None] * table,)

    def measured_near(self, statistics) -> "Gaussians":
        """Return the curves moved to the means that the sums give, each measured from its own."""
        (table,) = statistics
        sums = table[:, 1 : 1 + self.n_features]
        means = averaged(table[:, 0], sums, self.means, self.origin)
        return self._but()._place(means, self._root[:, 1:, 1:], (means,))

    def some(self, which) -> "Gaussians":
        """Return only those curves; nothing has to be checked or computed again."""
        if type(self) is not Gaussians:  # a child may have further numbers
            return super().some(which)
        own = ["means", "_root", "_inverse"]
        own += ["covariances"] * self.are_separate + ["origin"] * (self.origin.ndim == 2)
        return self._but(**{name: getattr(self, name)[which] for name in own})

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label, drawn from that component's normal curve, (n, d)."""
        noise = rng.standard_normal((len(labels), self.n_features))
        return self.means[labels] + covariance.spread(noise, self._root[:, 1:, 1:], labels)


def _product(theta, features):
    with np.errstate(invalid="ignore"):  # a weight of 0 gives −inf, which some BLAS multiply by 0
        return np.dot(theta, features)
