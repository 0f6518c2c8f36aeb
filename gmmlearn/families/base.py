"""What the loop asks of a family of clusters. Inherit from this and write the four methods."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Self

import numpy as np

from gmmlearn.assign import Assignment
from gmmlearn.rows import Rows
from gmmlearn.validation import lowest


class CollapseError(ValueError):
    """A component has no extent left in some direction: its likelihood has no upper end."""


class Value:
    """What never changes, once it is made."""

    def _but(self, **values) -> Self:
        """Return a copy with other values, unchecked: what an M step made needs no second look.

        What was made of the old values stays as it is: elsewhere take `dataclasses.replace`.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, **values)
        return other


class Family(Value):
    """k clusters of one kind, as one value that never changes.

    A family says four things; `len(family)` is k, and `n_features` is d:

    - `log_prob(x)`: the log height of each cluster's curve at each row, (n, k);
    - `statistics(x, resp)`: a tuple of weighted sums over the rows. Sums of two chunks add up;
    - `from_statistics(statistics)`: the clusters that fit those sums best;
    - `sample(labels, rng)`: for each label, one row drawn from that cluster, (n, d).
    """

    # K-means holds all weights equal: a family that says True here keeps them out of the loop.
    equal_weights = False

    # Where rows are measured from for the sums. Those of two guesses can be mixed, as leaps do, if
    # it is the same object; None where a sum does not depend on the guess at all. An M step that
    # changes it found the old one too far away: a family with `measured_near` is measured again.
    origin = None

    def theta(self, log_weights=0.0) -> np.ndarray | None:
        """The numbers that times the statistics make Σ r log p, with log_weights Σ r log π p.

        None where there are none such.
        """
        return None

    def averages(self, statistics: tuple) -> tuple:
        """The same as numbers in which a leap needs fewer looks; `summed` is the way back."""
        return statistics

    def summed(self, averages: tuple, counts: np.ndarray) -> tuple:
        """The statistics of those averages, with Σ r as (k,)."""
        return averages

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The clusters' numbers by name: the fields of the dataclass that are arrays."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if isinstance(value, np.ndarray)}

    # Each cluster has its own numbers, one entry of each array: a family that says True here has
    # its mixtures run side by side.
    are_separate = False

    def some(self, which) -> Self:
        """Return those of the clusters, where they are separate; `which` is an index of numpy."""
        return replace(self, **{name: array[which] for name, array in self.arrays.items()})

    def log_prior(self) -> float:
        """Return the log of the prior on the parameters, a part of the objective; 0 for none."""
        return 0.0

    # The loop speaks of blocks of rows, and keeps one component a row, (k, n). A family that has
    # a quicker way to go about a block says so in these; for the others they translate. (So a
    # child of such a family, as Gaussians is one, overrides these, and not the four methods.)

    @property
    def width(self) -> int:
        """How many numbers a row brings along in a round: it sets the size of a block."""
        return self.n_features + 2 * len(self)

    def log_heights(self, extent: Rows, log_weights=0.0) -> Callable[[Rows], np.ndarray]:
        """Return a function of a block: log(π_k p_k), (k, n).

        What is the same for all blocks is found here, once: `extent` is that of the whole, and
        log_weights (k, 1), or 0 for the p_k alone.
        """
        return lambda rows: np.ascontiguousarray(self.log_prob(rows.x).T) + log_weights

    def short_cut(self, extent: Rows, assign: Assignment) -> Callable[[Rows], tuple] | None:
        """Return a quicker E step of a block than by heights; None where there is none such.

        It returns what `assign.split` does: responsibilities, (k, n), and rows' scores, (n,).
        """
        return None

    def sums(self, rows: Rows, resp: np.ndarray) -> tuple[np.ndarray, tuple]:
        """Return Σ r, (k,), and the statistics of a block, with resp as (k, n)."""
        return resp.sum(axis=1), self.statistics(rows.x, resp.T)

    def measured_near(self, statistics: tuple) -> Self:
        """Return these clusters moved to where the sums say, to measure from there; or themselves.

        Those that need no such thing return `self`.
        """
        return self


class Placed(Family):
    """k clusters with a mean each, `means`, (k, d): all that is free, unless a child says more.

    A child writes `log_prob` and `statistics` itself, or it writes `log_heights` and `sums`.
    """

    def __len__(self) -> int:
        return len(self.means)

    @property
    def n_features(self) -> int:
        return self.means.shape[1]

    @property
    def n_parameters(self) -> int:
        return self.means.size

    def log_prob(self, x) -> np.ndarray:
        """Return the log height of each cluster's curve at each row, (n, k)."""
        rows = Rows.of(x, self.n_features)
        return rows.each(self, self.log_heights(rows.extent)).T

    def statistics(self, x, resp) -> tuple:
        """Return the sums over the rows, with resp as (n, k), that the M step wants."""
        return self.sums(Rows.of(x, self.n_features), np.asarray(resp).T)[1]


# A component with less weight than this, in points, is empty: it keeps the parameters it had.
EMPTY = 1e-12


def averaged(counts: np.ndarray, sums: np.ndarray, otherwise=0.0, origin=0.0) -> np.ndarray:
    """Return origin + Σ r z / Σ r, (k, d); `otherwise` for a component without weight."""
    if lowest(counts) > EMPTY:
        return origin + sums / counts[:, None]
    filled = (counts > EMPTY)[:, None]
    return np.where(filled, origin + sums / np.where(filled, counts[:, None], 1), otherwise)


def distances(x: np.ndarray, means: np.ndarray, inverses: np.ndarray | None = None) -> np.ndarray:
    """Return ‖L⁻¹ (x − μ)‖² of each row from each mean, (k, n), given the L⁻¹, or else ‖x − μ‖²."""
    columns, out = np.ascontiguousarray(x.T), np.empty((len(means), len(x)))
    with np.errstate(over="ignore"):  # too far for floats: ∞, of which the E step speaks
        for k, mean in enumerate(means):
            residuals = columns - mean[:, None]
            if inverses is not None:
                residuals = inverses[k] @ residuals
            residuals *= residuals
            np.add.reduce(residuals, axis=0, out=out[k])
    return out
