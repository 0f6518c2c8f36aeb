"""K-means' clusters: a centre, and nothing else."""

from dataclasses import dataclass

import numpy as np

from gmmlearn.assign import hard
from gmmlearn.families.base import UNWEIGHTED, Placed, averaged, distances
from gmmlearn.rows import Rows
from gmmlearn.validation import as_rows, frozen, sealed

EPS = np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class Centroids(Placed):
    """k centres; the nearer a point, the better it fits: log p_k(x) = −½ ‖x − μ_k‖².

    With hard assignment the objective is −½ × K-means' inertia. At temperature T it is a mixture
    of round normal curves of variance T, up to a constant. All weights are equal and cancel.

    Args:
        means: the centres, (k, d), or (k,) in one dimension; in the unit of the data.

    Raises:
        TypeError, ValueError: means that are not a table of finite numbers.

    Source: Lloyd (1982); as the limit of a mixture, Bishop (2006), section 9.3.2.
    """

    means: np.ndarray

    equal_weights = True

    are_separate = True

    def __post_init__(self):
        self._settle(frozen(as_rows(self.means, name="means")))

    def _settle(self, means, origin=None):
        """Measure rows from this origin if it lies among the centres, else from their middle."""
        middle = means.mean(axis=0)
        if origin is None or (np.abs(origin - middle) > np.ptp(means, axis=0)).any():
            origin = middle
        self.__dict__.update(means=means, origin=origin)
        return self

    def log_heights(self, log_weights=UNWEIGHTED):
        """Return a function of a block: −½ ‖x − μ‖², (k, n), to the last digit."""
        return lambda rows: log_weights[:, None] - 0.5 * distances(rows.x, self.means)

    def short_cut(self, extent, assign):
        """Return the E step of a block with hard assignment; None with any other.

        The winner is found from z·m − ½ ‖m‖², with z and m measured from one origin: the height
        without −½ ‖z‖², which all centres share. That is one product in place of k distances. It
        loses digits, so rows that seem nearly tied are measured exactly, and so is each row's
        distance from its winner.
        """
        if assign != hard or type(self) is not Centroids:  # a child may measure otherwise
            return None
        log_heights = self.log_heights()
        m, origin = self.means - self.origin, self.origin
        ranking = np.concatenate((-0.5 * np.einsum("kd,kd->k", m, m)[:, None], m), axis=1)
        # No |z| + |m| is larger than reach. A rank is off by less than (d + 4) · eps · ½ reach²,
        # and so is a distance; a gap between two has four such errors.
        reach = abs(extent.x - origin).max(axis=0) + abs(m).max(axis=0)
        rounding = 2 * (len(reach) + 4) * EPS * np.dot(reach, reach)

        def of_block(rows):
            ranks = np.dot(ranking, rows.features(origin, "none"))
            near = ranks >= ranks.max(axis=0) - rounding
            if np.count_nonzero(near) > len(rows):
                tied = np.flatnonzero(near.sum(axis=0) > 1)
                near[:, tied] = hard.split(log_heights(Rows(rows.x[tied], extent)))[0]
            resp = ranks  # memory that is in the cache
            np.copyto(resp, near.view(np.int8))  # small integers: faster than truth values
            residuals = np.dot(resp.T, self.means)  # each row's centre, exact: all else is times 0
            np.subtract(rows.x, residuals, out=residuals)
            residuals *= residuals
            return resp, np.dot(residuals, np.full(self.n_features, -0.5))

        return of_block

    def sums(self, rows, resp) -> tuple:
        """Return Σ r, and the pair of Σ r and Σ r z, (k, d), of which the M step makes the means.

        z is x − origin, a place among the centres. That is one product, R Φᵀ.
        """
        sums = np.dot(resp, rows.features(self.origin, "none").T)
        return sums[:, 0], (sums[:, 0], sums[:, 1:])

    def from_statistics(self, statistics) -> "Centroids":
        """Return the centres at the weighted averages; one without points stays where it is."""
        means = averaged(*statistics, self.means, self.origin)
        return self._but()._settle(sealed(means), self.origin)

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row for each label, normal about its centre with standard deviation 1."""
        return self.means[labels] + rng.standard_normal((len(labels), self.n_features))
