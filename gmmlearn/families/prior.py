"""Imaginary points beside the real ones: they keep a Gaussian from collapsing."""

from dataclasses import dataclass

import numpy as np

from gmmlearn.families.covariance import roots
from gmmlearn.validation import as_number, as_numbers, frozen


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
        if covariance.shape != 2 * covariance.shape[:1]:
            raise ValueError(
                f"prior covariance must be one number or (d, d), but it is {covariance.shape}"
            )
        roots(np.atleast_2d(covariance)[None], "prior covariance")
        strength = as_number(self.strength, "prior strength", zero=False)
        self.__dict__.update(covariance=frozen(covariance), strength=strength)

    def mixed(self, scatters: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return covariances, (k, d, d), with the imaginary points in, and Σ r + strength, (k,)."""
        total = counts + self.strength
        theirs = self.strength * self.matrix(scatters.shape[1])
        return (counts[:, None, None] * scatters + theirs) / total[:, None, None], total

    def matrix(self, d: int) -> np.ndarray:
        """Return the covariance as a (d, d) matrix."""
        if self.covariance.ndim == 0:
            return self.covariance * np.eye(d)
        if self.covariance.shape != (d, d):
            raise ValueError(
                f"prior covariance is {self.covariance.shape}, but the data have {d} column(s)"
            )
        return self.covariance
