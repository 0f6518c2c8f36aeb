"""Clusters of counts: how often something happened, at a rate of its own in each cluster."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from gmmlearn.families.base import Placed, averaged
from gmmlearn.validation import as_rows, frozen


@dataclass(frozen=True, eq=False)
class Poissons(Placed):
    """k clusters of counts, p_k(x) = Π_j λ_kj^x_j exp(−λ_kj) / x_j!, columns independent.

    Args:
        rates: λ, (k, d), or (k,) for one column; counts a row, none negative.

    Raises:
        TypeError, ValueError: rates that are no table of numbers of 0 or more.

    Source: McLachlan & Peel (2000), section 5.1; the M step is a weighted mean.
    """

    rates: np.ndarray

    are_separate = True

    def __post_init__(self):
        rates = as_rows(self.rates, name="rates")
        if rates.min() < 0:
            raise ValueError(f"rates must not be negative, but one is {rates.min():.4g}")
        object.__setattr__(self, "rates", frozen(rates))

    @property
    def means(self) -> np.ndarray:
        """The rates: a Poisson count is λ on average, (k, d)."""
        return self.rates

    @property
    def sds(self) -> np.ndarray:
        """√λ, (k, d): the spread is no parameter of its own."""
        return np.sqrt(self.rates)

    def log_prob(self, x) -> np.ndarray:
        """Return the log-probability of each row in each cluster, (n, k).

        Raises:
            ValueError: x holds something that is no count.
        """
        x = _as_counts(x, self.n_features)
        told = [(xlogy(x, rate) - rate).sum(axis=1) for rate in self.rates]
        return np.stack(told, axis=1) - gammaln(x + 1).sum(axis=1, keepdims=True)

    def statistics(self, x, resp) -> tuple:
        """Return Σ r, (k,), and Σ r x, (k, d)."""
        return resp.sum(axis=0), resp.T @ _as_counts(x, self.n_features)

    def from_statistics(self, statistics) -> "Poissons":
        """Return the clusters with the weighted averages for rates; an empty one stays."""
        return Poissons(averaged(*statistics, self.rates))

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row of counts for each label, (n, d)."""
        return rng.poisson(self.rates[labels]).astype(float)


def _as_counts(x, n_features):
    x = as_rows(x, n_features)
    wrong = np.argwhere((x < 0) | (x != np.round(x)))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"x must hold counts (0, 1, 2, …), but column {column} holds {x[row, column]:.4g}"
        )
    return x
