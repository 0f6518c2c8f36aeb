"""Clusters with heavy tails: a point far out counts less, so outliers do not pull the curve."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from gmmlearn.families.base import EMPTY, Placed, averaged, distances
from gmmlearn.families.covariance import fitted_roots, inverted, roots, spread
from gmmlearn.validation import as_number, as_numbers, as_rows, frozen, sealed

NEAR = 100  # a squared shift of so many S, so 10 scales: sums lose two digits


@dataclass(frozen=True, eq=False)
class StudentTs(Placed):
    """k Student's t curves; p_k(x) ∝ |S_k|^(−½) (1 + δ/ν)^(−(ν+d)/2), δ = (x−μ_k)ᵀ S_k⁻¹ (x−μ_k).

    Each round weighs point i in cluster k by r_ik · u_ik with u = (ν + d) / (ν + δ), small for a
    point far out. The curves come nearer to the best fit, without reaching it in one round: a
    generalised EM.

    Args:
        means: (k, d), or (k,) in one dimension; in the unit of the data.
        scales: the matrices S, (k, d, d), or (k,) in one dimension; in the squared unit. The
            covariance is S · ν / (ν − 2), where ν > 2.
        dof: ν, the degrees of freedom, more than 0 and the same for all: 1 has the heaviest tails
            in use, and 100 is nearly a normal curve. It is given, and not fitted.

    Raises:
        TypeError, ValueError: a wrong shape or type; scales that are not positive definite.

    Source: Peel & McLachlan (2000), section 3.
    """

    means: np.ndarray
    scales: np.ndarray
    dof: float = 4.0

    are_separate = True

    def __post_init__(self):
        means = as_rows(self.means, name="means")
        k, d = means.shape
        scales = as_numbers(self.scales, "scales")
        if d == 1 and scales.shape == (k,):
            scales = scales.reshape(k, 1, 1)
        scales = as_numbers(scales, "scales", (k, d, d))
        dof = as_number(self.dof, "dof", zero=False)
        means, scales, factors = frozen(means), frozen(scales), roots(scales, "scales")
        self.__dict__.update(means=means, scales=scales, dof=dof, _roots=factors, origin=means)

    @property
    def n_parameters(self) -> int:
        return self.means.size + len(self) * self.n_features * (self.n_features + 1) // 2

    def matrices(self) -> np.ndarray:
        """Return the scales S, (k, d, d), for ellipses: they exist where a covariance does not."""
        return self.scales

    def log_prob(self, x) -> np.ndarray:
        """Return the log height of each curve at each row, (n, k)."""
        d, dof = self.n_features, self.dof
        log_size = np.log(np.diagonal(self._roots, axis1=1, axis2=2)).sum(axis=1)
        top = gammaln((dof + d) / 2) - gammaln(dof / 2) - 0.5 * d * np.log(dof * np.pi) - log_size
        return top - 0.5 * (dof + d) * np.log1p(self._distances(x) / dof)

    def discounts(self, x) -> np.ndarray:
        """Return u = (ν + d) / (ν + δ), how much each row counts in each cluster, (n, k)."""
        return (self.dof + self.n_features) / (self.dof + self._distances(x))

    def statistics(self, x, resp) -> tuple:
        """Return Σ r and Σ r u, (k,), Σ r u z, (k, d), and Σ r u z zᵀ, (k, d, d).

        u are the discounts of these curves; z is measured from where those before them were, as
        long as that is near. So the sums of two chunks of rows add up.
        """
        x = as_rows(x, self.n_features)
        counted = resp * self.discounts(x)
        sums, squares = np.empty(self.means.shape), np.empty(self.scales.shape)
        for k, place in enumerate(self.origin):
            z = x - place
            sums[k] = counted[:, k] @ z
            squares[k] = (counted[:, k, None] * z).T @ z
        return resp.sum(axis=0), counted.sum(axis=0), sums, squares

    def from_statistics(self, statistics) -> "StudentTs":
        """Return the curves with μ = Σ r u x / Σ r u and S = Σ r u (x−μ)(x−μ)ᵀ / Σ r.

        A component that holds no points keeps its mean and scale.

        Raises:
            CollapseError: a component is left without extent in some direction.
        """
        counts, counted, sums, squares = statistics
        shift = averaged(counted, sums, self.means - self.origin)
        means = self.origin + shift
        scatter = squares - counted[:, None, None] * shift[:, :, None] * shift[:, None, :]
        filled = (counts > EMPTY)[:, None, None]
        scales = np.divide(scatter, counts[:, None, None], out=self.scales.copy(), where=filled)
        near = (shift**2 <= NEAR * np.diagonal(scales, axis1=1, axis2=2)).all()
        factors, origin = fitted_roots(scales, means), self.origin if near else means
        return self._but(means=sealed(means), scales=sealed(scales), _roots=factors, origin=origin)

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label: a normal row, blown up by √(ν / χ²), (n, d)."""
        noise = rng.standard_normal((len(labels), self.n_features))
        noise *= np.sqrt(self.dof / rng.chisquare(self.dof, len(labels)))[:, None]
        return self.means[labels] + spread(noise, self._roots, labels)

    def _distances(self, x):
        """Return δ, the squared distance of each row from each mean in units of S, (n, k)."""
        return distances(as_rows(x, self.n_features), self.means, inverted(self._roots)).T
