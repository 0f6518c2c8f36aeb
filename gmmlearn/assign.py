"""From heights to responsibilities: how the E step splits a point among the components.

There is one rule, with a temperature in it. At temperature 1 it is Bayes' rule ("soft"); at
temperature 0 the winner takes all ("hard", as in K-means). The warmer, the softer.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gmmlearn.validation import as_number, highest, lowest

# Floats end at 1e-308: if a row's sum is at least this, only shares below 1e-58 are lost.
SMALL = 1e-250


@dataclass(frozen=True)
class Assignment:
    """The rule r_k = (π_k p_k)^(1/T) / Σ_j (π_j p_j)^(1/T), and the score it maximises.

    Call it with log(π p), shape (n, k), and it returns the responsibilities, shape (n, k),
    whose rows sum to one. Among all such rows they are the ones that make
    Σ_k r_k log(π_k p_k) + T · entropy(r) largest. That largest value, T · log Σ_k (π_k p_k)^(1/T),
    is the row's score, its part of the objective: at T = 1 its log-likelihood, and in the limit
    T = 0 the winner's log(π p). `split` returns it, too.

    Raises:
        ValueError: log(π p) is not (n, k), or a row has no height anywhere.

    Source: Neal & Hinton (1998), eq. 1 (T = 1); Ueda & Nakano (1998), eq. 9 (any T).
    """

    temperature: float

    def __call__(self, log_joint: np.ndarray) -> np.ndarray:
        log_joint = np.asarray(log_joint, float)
        if log_joint.ndim != 2:
            raise ValueError(f"log_joint must be (n, k), but it has shape {log_joint.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            return self.split(log_joint.T)[0].T

    def split(self, log_joint: np.ndarray, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities, (…, k, n), and scores, (…, n), of log_joint, (…, k, n).

        Here each component is a row: then maximum and sum run along the memory, many times faster.
        The caller silences numpy's warnings, once for this and for the heights.

        Raises:
            ValueError: a row (counted from `first`) has no height anywhere.
        """
        if self.temperature == 0:
            best = _best(log_joint, first)
            return _one_each(log_joint == best), best[..., 0, :]
        # Floats are nearly always wide enough for the formula as it stands. Then no maximum has to
        # be taken out first, which saves a third of the time.
        best = None
        if self.temperature == 1:
            resp, total = _summed(log_joint)
        if self.temperature != 1 or not SMALL < lowest(total) <= highest(total) < 1 / SMALL:
            best = _best(log_joint, first)
            resp, total = _summed(log_joint - best, self.temperature)
        resp *= np.reciprocal(total)[..., None, :]  # in a fraction of the time of a division
        scores = np.log(total, out=total)
        if best is not None:
            scores *= self.temperature
            scores += best[..., 0, :]
        return resp, scores


def _summed(log_joint, temperature=1):
    """Return exp(number / temperature), and the sums of that over the components."""
    powers = np.exp(log_joint if temperature == 1 else log_joint / temperature)
    return powers, np.matmul(ones(powers.shape[-2]), powers)  # in half the time of `sum`


ones = lru_cache(maxsize=16)(np.ones)  # kept: making them takes longer than the product


def _best(log_joint, first):
    """Return each row's greatest number, (…, 1, n); ValueError if one is not finite."""
    best = log_joint.max(axis=-2, keepdims=True)
    odd = np.flatnonzero(~np.isfinite(best))
    if len(odd):
        what = "is infinitely unlikely under every component"
        if (height := best.flat[odd[0]]) != -np.inf:
            what = f"has a log height of {height} under some component"
        raise ValueError(f"row {first + odd[0] % best.shape[-1]} of x {what}")
    return best


def _one_each(winners):
    """Return 1 for each row's winner (the first of equals), else 0."""
    # More winners than rows: some are equal.
    if np.count_nonzero(winners) > winners.size // winners.shape[-2]:
        winners = winners & (winners.cumsum(axis=-2) == 1)
    return winners.view(np.int8).astype(float)  # converted faster than truth values


def as_assignment(assign) -> Assignment:
    """Return `assign` if it is an assignment, else raise TypeError."""
    if not isinstance(assign, Assignment):
        raise TypeError(f"assign must be soft, hard or tempered(T), but it is {assign!r}")
    return assign


def tempered(temperature: float) -> Assignment:
    """Return the assignment at a temperature T ≥ 0: 0 is hard, 1 is soft, larger is softer.

    Raises:
        TypeError, ValueError: the temperature is negative, infinite, or not one number.
    """
    return Assignment(as_number(temperature, "temperature"))


soft = tempered(1)
hard = tempered(0)
