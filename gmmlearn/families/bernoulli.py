"""Clusters of yes/no answers: each question is answered yes with a chance of its own."""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlog1py, xlogy

from gmmlearn.families.base import Placed, averaged
from gmmlearn.validation import as_rows, frozen


@dataclass(frozen=True, eq=False)
class Bernoullis(Placed):
    """k clusters of yes/no answers, p_k(x) = Π_j μ_kj^x_j (1 − μ_kj)^(1 − x_j).

    Args:
        means: μ, the chance of a yes to each question, (k, d), or (k,) for one; 0 to 1.

    Raises:
        TypeError, ValueError: means that are no table of numbers from 0 to 1.

    Source: Bishop (2006), eq. 9.48 for the chances, 9.59 for the M step.
    """

    means: np.ndarray

    are_separate = True

    def __post_init__(self):
        means = as_rows(self.means, name="means")
        if means.min() < 0 or means.max() > 1:
            wrong = means[(means < 0) | (means > 1)][0]
            raise ValueError(f"means are chances of a yes, from 0 to 1, but one is {wrong:.4g}")
        object.__setattr__(self, "means", frozen(means))

    def log_prob(self, x) -> np.ndarray:
        """Return the log-probability of each row in each cluster, (n, k).

        Raises:
            ValueError: x holds something beside 0 and 1.
        """
        x = _as_answers(x, self.n_features)
        told = [(xlogy(x, mean) + xlog1py(1 - x, -mean)).sum(axis=1) for mean in self.means]
        return np.stack(told, axis=1)

    def statistics(self, x, resp) -> tuple:
        """Return Σ r, (k,), and Σ r x, (k, d)."""
        return resp.sum(axis=0), resp.T @ _as_answers(x, self.n_features)

    def from_statistics(self, statistics) -> "Bernoullis":
        """Return the clusters with the weighted shares of yes; an empty one stays."""
        return Bernoullis(np.minimum(averaged(*statistics, self.means), 1))  # 1 + 1e−16 is rounding

    def sample(self, labels, rng) -> np.ndarray:
        """Return a row of answers, 0 or 1, for each label, (n, d)."""
        return (rng.random((len(labels), self.n_features)) < self.means[labels]).astype(float)


def _as_answers(x, n_features):
    x = as_rows(x, n_features)
    wrong = np.argwhere((x != 0) & (x != 1))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"x must hold answers, 0 or 1, but column {column} holds {x[row, column]:.4g}"
        )
    return x
