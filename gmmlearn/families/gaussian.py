"""Gaussian clusters: a mean, and a covariance in one of four shapes.

Rows are measured from an origin near the means: z = x − origin. All that the E step asks of a row,
and all that the M step adds up, are its features 1, z and p products of z (d (d+1)/2 pairs, or d
squares). Their averages are kept as matrices, M = average of (1, z)(1, z)ᵀ. With m = μ − origin,
the mean's place, M = [[1, mᵀ], [m, Σ + m mᵀ]].
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gmmlearn.families import covariance
from gmmlearn.families.base import EMPTY, UNWEIGHTED, CollapseError, Placed, averaged, distances
from gmmlearn.families.prior import Prior
from gmmlearn.features import entries, halved, n_entries, products_of, unpacked
from gmmlearn.validation import as_numbers, as_rows, frozen, highest, lowest, sealed

# If the largest entries of a matrix and of its inverse multiply to this, four to five of sixteen
# digits are lost. No more are allowed.
FAR = 2e4

LOG_PEAK = -0.5 * float(np.log(2 * np.pi))  # of the standard normal curve


class Rooted(Placed):
    """Clusters whose means and covariances are worked out only when asked for: most never are.

    The quick M step leaves them in `_moments`, the matrices M.
    """

    _lazy = ("means", "covariances", "_roots")

    @cached_property
    def means(self) -> np.ndarray:
        return sealed(self.origin + self._moments[:, 1:, 0])

    @cached_property
    def covariances(self) -> np.ndarray:
        m = self._moments[:, 1:, 0]
        return sealed(self._moments[:, 1:, 1:] - m[:, :, None] * m[:, None, :])

    @cached_property
    def _roots(self) -> np.ndarray:
        return covariance.cholesky(self.covariances)


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
        """Measure rows from the first origin near enough, or the last: one, (d,), or k, (k, d).

        With Σ = L Lᵀ, M has the root [[1, 0], [m, L]], and (1, z) M⁻¹ (1, z)ᵀ = 1 + q² for a row
        q standard deviations from the mean: so a log height is a constant − ½ (1, z) M⁻¹ (1, z)ᵀ.
        Its terms cancel, and digits are lost by the size of the largest. As z_i² ≤ M_ii (1 + q²),
        none is larger than 2 (1 + q²) times the largest M_ii (M⁻¹)_ii. Measured by the height,
        which falls with ½ q², that is as much for a row far out as for any.
        With k origins heights are measured from each mean, and only m itself loses digits.
        """
        k, d = means.shape
        root = np.zeros((k, 1 + d, 1 + d))
        root[:, 0, 0], root[:, 1:, 1:] = 1, factors
        for origin in origins:
            root[:, 1:, 0] = means - origin
            with np.errstate(over="ignore", invalid="ignore"):  # ∞ and NaN are not ≤ FAR
                inverse, moments = covariance.inverse_of_square(root), root @ root.mT
                squares = moments.diagonal(axis1=1, axis2=2)
                lost = squares if origin.ndim == 1 else root[:, :, 0] ** 2
                lost = lost * inverse.diagonal(axis1=1, axis2=2)
            if highest(lost) <= FAR:
                break
        theta = halved(inverse, self._products)
        self.__dict__.update(origin=origin, _roots=factors, _moments=moments, _theta=theta)
        theta[:, 0] += self._log_peaks + 0.5  # the ½ is that of 1 + q²
        # For the M steps to come, units in which M's diagonal is 1 now. A column narrower than some
        # roundings gets a larger unit, so that its inverse is too large for `_from_moments`.
        least = FAR * covariance.rounding(highest(np.abs(origin)))
        units = np.maximum(squares, least) ** -0.5
        units[:, 0] = 1
        scales = units[:, :, None] * units[:, None, :]
        constant = np.log(units).sum(axis=1) + LOG_PEAK * d + 0.5
        self.__dict__.update(_scaling=(scales, halved(scales, self._products), constant))
        # Whether heights and sums are one product of all components with the rows' features. Not
        # with several origins; nor with so many pairs of columns that measuring each row from each
        # mean is faster.
        wide = self._products == "pairs" and d > 4 * k
        self.__dict__.update(_by_features=origin.ndim == 1 and not wide)
        return self

    def __len__(self) -> int:
        return len(self._moments)

    @property
    def n_features(self) -> int:
        return self._moments.shape[1] - 1

    def theta(self, log_weights=UNWEIGHTED) -> np.ndarray:
        """Return Θ, (k, 1 + d + p): times a row's features 1, z, z zᵀ it gives log heights.

        A log height is a constant − ½ (1, z) M⁻¹ (1, z)ᵀ, with M the average of (1, z)(1, z)ᵀ.
        """
        theta = self._theta.copy()
        theta[:, 0] += log_weights
        return theta

    @property
    def _log_peaks(self):
        """Return the log height of each curve at its mean, −log|L| − ½ d log 2π, (k,)."""
        logs = np.log(self._roots.diagonal(axis1=1, axis2=2))
        return LOG_PEAK * self.n_features - logs.sum(axis=1)

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

    def log_heights(self, log_weights=UNWEIGHTED):
        """Return a function of a block: log(π_k p_k), (k, n).

        A log height is linear in a row's features 1, z, z zᵀ, with z = x − origin. So for all rows
        and components together it is one matrix product, Θ Φ. Where its sums would lose too many
        digits, or d is large and k small, each row is measured from each mean instead.
        """
        if self._by_features:
            origin, products = self.origin, self._products
            theta = self.theta(log_weights)
            return lambda rows: theta.dot(rows.features(origin, products))
        peaks, inverses = self._log_peaks + log_weights, covariance.inverted(self._roots)
        return lambda rows: peaks[:, None] - 0.5 * distances(rows.x, self.means, inverses)

    def log_prior(self) -> float:
        """Return the log-likelihood of the prior's imaginary points; 0 without a prior."""
        if self.prior is None:
            return 0.0
        matrix = self.prior.matrix(self.n_features)
        inverses = covariance.inverse_of_square(self._roots)
        spreads = np.einsum("kij,ij->k", inverses, matrix)
        return float(self.prior.strength * (self._log_peaks - 0.5 * spreads).sum())

    def sums(self, rows, resp) -> tuple:
        """Return Σ r, and one table, Σ r (1, z, z zᵀ), (k, 1 + d + p): of z zᵀ the entries i ≤ j.

        z is measured from one origin near the means, or, if the clusters lie too far apart for
        that, from one for each. The guess decides which, so the sums of two chunks add up. Diag
        and spherical have only the p = d squares. Where heights are one product, so is the table,
        R Φᵀ; else each component adds up its own.
        """
        if self._by_features:
            table = resp.dot(rows.features(self.origin, self._products).T)
        else:
            places = [self.origin] * len(self) if self.origin.ndim == 1 else self.origin
            pairs = zip((rows.features(place, "none") for place in places), resp, strict=True)
            table = entries(np.stack([np.dot(r * f, f.T) for f, r in pairs]), self._products)
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
        plain = self._by_features and self.covariance_type == "full" and self.prior is None
        if plain and lowest(counts) > EMPTY:
            new = self._from_moments(unpacked(table / counts[:, None], d, "pairs"))
            if new is not None:
                return new
        moments = unpacked(averaged(counts, table), d, self._products)
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
        # Of k origins perhaps one will do from now on.
        one = () if self.origin.ndim == 1 else (means.mean(axis=0),)
        return new._place(means, factors, (*one, self.origin, means))

    def _from_moments(self, moments):
        """Return the curves with these averages M, quickly; None if digits might be lost.

        The next heights need M⁻¹ and |M| = |Σ|; mean and covariance may wait until they are asked
        for. That saves half of a small round.
        """
        scales, halves, constant = self._scaling
        scaled = moments * scales  # numpy exchanges rows by size: no column's unit may decide
        try:
            inverse = np.linalg.inv(scaled)
        except np.linalg.LinAlgError:
            return None
        # The largest entry of M is on its diagonal. Of the inverse's entries the root of the sum of
        # squares is at least as large as any: one call, and none is negative.
        lost = highest(scaled) * float(np.vdot(inverse, inverse)) ** 0.5
        if not lost <= FAR:
            return None
        volumes = np.linalg.det(scaled)
        if not lowest(volumes) > covariance.TINY:  # below 0, no rows have such averages
            return None
        theta = entries(inverse, "pairs") * halves
        theta[:, 0] += constant - 0.5 * np.log(volumes)
        return self._but(_moments=moments, _theta=theta)

    def averages(self, statistics) -> tuple:
        """Return 1, z's mean and the entries of z's covariance, (k, 1 + d + p)."""
        (table,) = statistics
        averages, d = averaged(table[:, 0], table), self.n_features
        averages[:, 1 + d :] -= products_of(averages[:, : 1 + d], self._products)
        return (averages,)

    def summed(self, averages, counts) -> tuple:
        """Return the table of `statistics` again: adds the means' products, times the counts.

        Raises:
            CollapseError: no rows have such averages.
        """
        table, d = averages[0].copy(), self.n_features
        if self.covariance_type == "full":
            covariances = unpacked(table, d, self._products)[:, 1:, 1:]
            if not covariance.cholesky(covariances)[0, 0, 0] > 0:
                raise CollapseError("no rows have such averages: a component has no width")
        table[:, 1 + d :] += products_of(table[:, : 1 + d], self._products)
        return (counts[:, None] * table,)

    def measured_near(self, statistics) -> "Gaussians":
        """Return the curves moved to the means that the sums give, each measured from its own."""
        (table,) = statistics
        sums = table[:, 1 : 1 + self.n_features]
        means = averaged(table[:, 0], sums, self.means, self.origin)
        moved = self._but(means=means, covariances=self.covariances)
        return moved._place(means, self._roots, (means,))

    def some(self, which) -> "Gaussians":
        """Return only those curves; nothing has to be checked or computed again."""
        if type(self) is not Gaussians:  # a child may have further numbers
            return super().some(which)
        own = ["means", "_roots", "_moments", "_theta"]
        own += ["covariances"] if self.are_separate else []
        own += ["origin"] if self.origin.ndim == 2 else []
        values = {"covariances": self.covariances}  # if shared
        values |= {name: getattr(self, name)[which] for name in own}
        values["_scaling"] = tuple(array[which] for array in self._scaling)
        return self._but(**values)

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label, drawn from that component's normal curve, (n, d)."""
        noise = rng.standard_normal((len(labels), self.n_features))
        return self.means[labels] + covariance.spread(noise, self._roots, labels)
