"""A mixture: k clusters, and the share of the data that each one takes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from gmmlearn.assign import hard, soft
from gmmlearn.families.base import Family, Value
from gmmlearn.rows import Rows
from gmmlearn.validation import as_count, as_generator, as_weights, frozen, sealed


@dataclass(frozen=True, eq=False)
class Statistics:
    """What the M step needs to know of some rows. Those of two sets of rows add up.

    `rows` is their number, `counts` is Σ_i r_ik, (k,), `components` holds the family's own weighted
    sums, and `objective` is their part of Σ r log(π p) + T · entropy(r), in nats.
    """

    rows: float
    counts: np.ndarray
    components: tuple
    objective: float = 0.0

    def __add__(self, other: "Statistics") -> "Statistics":
        if isinstance(other, int) and other == 0:  # sum(…) begins there
            return self
        sums = tuple(map(np.add, self.components, other.components))
        rows, counts = self.rows + other.rows, self.counts + other.counts
        return Statistics(rows, counts, sums, self.objective + other.objective)

    __radd__ = __add__

    def __mul__(self, times: float) -> "Statistics":
        """Return the sums with every row counted that many times."""
        sums = tuple(times * a for a in self.components)
        return Statistics(times * self.rows, times * self.counts, sums, times * self.objective)

    __rmul__ = __mul__


@dataclass(frozen=True, eq=False)
class Mixture(Value):
    """p(x) = Σ_k π_k p_k(x): weights π, and a family of components p_1 … p_k.

    Args:
        weights: π, (k,), none negative, adding to 1.
        components: the clusters, such as `Gaussians` or `Centroids`.

    Raises:
        TypeError, ValueError: the weights are not such numbers, or not one for each component.

    Source: Bishop (2006), eq. 9.7.
    """

    weights: np.ndarray
    components: Family

    def __post_init__(self):
        if not isinstance(self.components, Family):
            raise TypeError(
                "components must be a family such as Gaussians(means, covariances), "
                f"but it is {type(self.components).__name__}"
            )
        weights = as_weights(self.weights, len(self.components))
        if self.components.equal_weights and np.ptp(weights) > 1e-6:
            raise ValueError(
                f"{type(self.components).__name__} holds all weights equal, "
                f"but they run from {weights.min():.4g} to {weights.max():.4g}"
            )
        object.__setattr__(self, "weights", frozen(weights))

    @property
    def _log_weights(self):
        """Return log π, (k,); 0 for a family that holds weights equal, where they cancel."""
        if self.components.equal_weights:
            return np.zeros(len(self.weights))
        return xlogy(1.0, self.weights)  # log 0 = −inf, without numpy's warning

    def log_heights(self) -> Callable:
        """Return a function of a block: log(π_k p_k(x_i)), (k, n).

        What all blocks share is computed here, once.
        """
        return self.components.log_heights(self._log_weights)

    def from_statistics(self, statistics: Statistics) -> "Mixture":
        """Return the mixture re-estimated from the sums over all rows: the M step's second half.

        The weights are the average responsibilities; the components are fitted "as usual".

        Raises:
            CollapseError: a component is left without extent.
        """
        components = self.components.from_statistics(statistics.components)
        if components.equal_weights:
            return self._but(components=components)
        weights = sealed(statistics.counts / statistics.rows)
        return self._but(weights=weights, components=components)

    def natural(self) -> np.ndarray | None:
        """Return θ as one row: times the sums over some rows it is Σ r log(π p), in nats.

        None if the components' heights cannot be written that way.
        """
        theta = self.components.theta()
        return None if theta is None else np.concatenate([self._log_weights, theta.ravel()])

    def log_joint(self, x) -> np.ndarray:
        """Return log(π_k p_k(x)) for each row and component, (n, k)."""
        return self._by_block(x, lambda log_joint, first: log_joint).T

    def log_prob(self, x) -> np.ndarray:
        """Return the log-density of each row, log Σ_k π_k p_k(x), (n,).

        Raises:
            TypeError: the components are centroids, which have no density.
            ValueError: a row is so far from every component that its density is 0 in floats.
        """
        if self.components.equal_weights:
            name = type(self.components).__name__
            raise TypeError(f"{name} have no density; use Gaussians for a log-likelihood")
        return self._by_block(x, lambda log_joint, first: soft.split(log_joint, first)[1])

    def log_likelihood(self, x) -> float:
        """Return Σ_i log p(x_i) over the rows: one number, in nats."""
        return float(self.log_prob(x).sum())

    def predict(self, x) -> np.ndarray:
        """Return for each row the number of the component that is likeliest for it, (n,).

        Raises:
            ValueError: a row has no height under any component.
        """
        numbers = np.arange(len(self.weights))
        return self._by_block(x, lambda *block: numbers @ hard.split(*block)[0]).astype(int)

    def _by_block(self, x, wanted: Callable) -> np.ndarray:
        """Return wanted(log(π p), number of the first row) of all blocks, (…, n), joined."""
        rows, log_heights = Rows.of(x, self.components.n_features), self.log_heights()

        def of_block(block):
            with np.errstate(over="ignore", invalid="ignore"):  # `split` looks for what is odd
                return wanted(log_heights(block), block.start)

        return rows.each(self.components, of_block)

    def sample(self, n: int, rng) -> tuple[np.ndarray, np.ndarray]:
        """Return n new rows, (n, d), and the component that each came from, (n,).

        Args:
            n: how many rows.
            rng: a seed, or numpy's Generator.
        """
        n, rng = as_count(n, "n"), as_generator(rng)
        labels = rng.choice(len(self.weights), size=n, p=self.weights / self.weights.sum())
        return self.components.sample(labels, rng), labels

    def __repr__(self) -> str:
        rows = [f"Mixture of {len(self.weights)} {type(self.components).__name__}"]
        rows += [f"  weight {weight:.4f}" for weight in self.weights]
        for word in ("mean", "sd"):
            for i, values in enumerate(getattr(self.components, f"{word}s", ()), 1):
                rows[i] += f"  {word} {_four(np.ravel(values))}"  # a reader's may be one number
        return "\n".join(rows)


def _four(values: np.ndarray) -> str:
    """Numbers with four significant digits, in brackets where there are several."""
    text = ", ".join(f"{float(f'{value:.4g}'):g}" for value in values)  # 12810, not 1.281e+04
    return text if len(values) == 1 else f"({text})"
