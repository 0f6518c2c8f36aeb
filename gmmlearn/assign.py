"""From heights to weights: how the E step shares a point out among the components.

There is one rule, with a temperature in it. At temperature 1 it is Bayes' rule ("soft"); at
temperature 0 the winner takes all ("hard", as in K-means); between and beyond lies the rest.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax


@dataclass(frozen=True)
class Assignment:
    """The rule r_k = (π_k p_k)^(1/T) / Σ_j (π_j p_j)^(1/T), and the score it maximises.

    Call it with log(π p), shape (n, k), and it returns the responsibilities, shape (n, k),
    whose rows sum to one. Among all such rows they are the ones that make
    Σ_k r_k log(π_k p_k) + T · entropy(r) largest; `score` is that largest value.

    Source: Neal & Hinton (1998), eq. 1 (T = 1); Ueda & Nakano (1998), eq. 9 (any T).
    """

    temperature: float

    def __call__(self, log_joint: np.ndarray) -> np.ndarray:
        if self.temperature == 0:
            winner = log_joint.argmax(axis=1)  # of equals, the first
            return np.eye(log_joint.shape[1])[winner]
        return softmax(self._scaled(log_joint), axis=1)

    def score(self, log_joint: np.ndarray) -> np.ndarray:
        """Return each row's part of the objective, T · log Σ_k (π_k p_k)^(1/T), shape (n,).

        At T = 1 this is the row's log-likelihood, at T = 0 the winner's log(π p).
        """
        best = log_joint.max(axis=1)
        if self.temperature == 0:
            return best
        return best + self.temperature * logsumexp(self._scaled(log_joint), axis=1)

    def _scaled(self, log_joint: np.ndarray) -> np.ndarray:
        """log(π p) below the row's best, over T: nothing can overflow or underflow to 0/0."""
        return (log_joint - log_joint.max(axis=1, keepdims=True)) / self.temperature


def tempered(temperature: float) -> Assignment:
    """Return the assignment at a temperature T ≥ 0: 0 is hard, 1 is soft, larger is softer.

    Raises:
        ValueError: the temperature is negative, infinite, or not a number.
    """
    if isinstance(temperature, str) or not np.isfinite(temperature) or temperature < 0:
        raise ValueError(f"temperature must be a number of 0 or more, but it is {temperature!r}")
    return Assignment(float(temperature))


soft = tempered(1)
hard = tempered(0)
