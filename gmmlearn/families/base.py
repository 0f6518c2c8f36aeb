"""What the loop asks of a family of clusters. Inherit from `Family` and write four methods."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Self

import numpy as np

from gmmlearn.assign import Assignment
from gmmlearn.rows import Rows
from gmmlearn.validation import lowest


class CollapseError(ValueError):
    """A component has no extent left in some direction: its likelihood has no upper end."""


UNWEIGHTED = np.zeros(1)  # log 1, in place of log π for each component


class Value:
    """Something that never changes once it is made."""

    _lazy = ()  # names of values that are worked out when they are asked for

    def _but(self, **values) -> Self:
        """Return a copy with some values replaced, unchecked: an M step's results need no check.

        Whatever else was derived from the old values stays. Elsewhere use `dataclasses.replace`.
        """
        other = object.__new__(type(self))
        own = other.__dict__
        own.update(self.__dict__)
        for name in self._lazy:
            own.pop(name, None)
        own.update(values)
        return other


class Family(Value):
    """k clusters of one kind, as one value that never changes.

    A family says four things; `len(family)` is k, and `n_features` is d:

    - `log_prob(x)`: the log height of each cluster's curve at each row, (n, k);
    - `statistics(x, resp)`: a tuple of weighted sums over the rows; those of two chunks add up;
    - `from_statistics(statistics)`: the clusters that fit those sums best;
    - `sample(labels, rng)`: for each label, one row drawn from that cluster, (n, d).
    """

    # K-means holds all weights equal: with True here the loop leaves them alone.
    equal_weights = False

    # The place that rows are measured from for the sums; None if the sums do not depend on the
    # guess. `accelerated` mixes the sums of several guesses, while this is the same object. An M
    # step replaces it when it lies too far away; if the sums have lost digits by then, they are
    # taken again, see `measured_near`.
    origin = None

    def theta(self, log_weights=UNWEIGHTED) -> np.ndarray | None:
        """Return θ: times the statistics it is Σ r log p, or with log_weights Σ r log π p.

        None if the family's heights cannot be written that way.
        """
        return None

    def averages(self, statistics: tuple) -> tuple:
        """Return the statistics as `accelerated` mixes them best; `summed` undoes it."""
        return statistics

    def summed(self, averages: tuple, counts: np.ndarray) -> tuple:
        """Return the statistics again, from such averages and Σ r, (k,)."""
        return averages

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The clusters' numbers by name: the fields of the dataclass that are arrays."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if isinstance(value, np.ndarray)}

    # Whether each cluster has numbers of its own, one entry of every array. Then several mixtures
    # can run side by side.
    are_separate = False

    def some(self, which) -> Self:
        """Return only those clusters, if they are separate; `which` is a numpy index."""
        return replace(self, **{name: array[which] for name, array in self.arrays.items()})

    def log_prior(self) -> float:
        """Return the log of the prior on the parameters, part of the objective; 0 without one."""
        return 0.0

    # The loop works on blocks of rows and keeps one component per row, (k, n). By default the
    # methods below call the four above. A family with a quicker way, such as Gaussians, overrides
    # these instead; so must its children.

    @property
    def width(self) -> int:
        """How many numbers one row needs in a round; this sets how many rows make a block."""
        return self.n_features + 2 * len(self)

    def log_heights(self, log_weights=UNWEIGHTED) -> Callable[[Rows], np.ndarray]:
        """Return a function of a block: log(π_k p_k), (k, n).

        What all blocks share is computed here, once. log_weights is (k,); without it, p_k alone.
        """
        return lambda rows: np.ascontiguousarray(self.log_prob(rows.x).T) + log_weights[:, None]

    def short_cut(self, extent: Rows, assign: Assignment) -> Callable[[Rows], tuple] | None:
        """Return an E step that is quicker than by heights, as a function of a block, or None.

        It returns what `assign.split` does: responsibilities, (k, n), and the rows' scores, (n,).
        """
        return None

    def sums(self, rows: Rows, resp: np.ndarray) -> tuple[np.ndarray, tuple]:
        """Return Σ r, (k,), and the statistics of a block, with resp as (k, n)."""
        return resp.sum(axis=1), self.statistics(rows.x, resp.T)

    def measured_near(self, statistics: tuple) -> Self:
        """Return the clusters moved to where the sums put them, so that rows are measured there.

        A family whose sums never lose digits returns `self`.
        """
        return self


class Placed(Family):
    """k clusters that have a mean each, `means`, (k, d), and nothing else unless a child adds it.

    A child writes either `log_prob` and `statistics`, or `log_heights` and `sums`.
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
        return rows.each(self, self.log_heights()).T

    def statistics(self, x, resp) -> tuple:
        """Return the sums over the rows that the M step needs; resp is (n, k)."""
        return self.sums(Rows.of(x, self.n_features), np.asarray(resp).T)[1]


# A component whose weights add to less than this is empty: it keeps its old parameters.
EMPTY = 1e-12


def averaged(counts: np.ndarray, sums: np.ndarray, otherwise=0.0, origin=0.0) -> np.ndarray:
    """Return origin + Σ r z / Σ r, (k, d); for an empty component `otherwise`."""
    if lowest(counts) > EMPTY:
        return origin + sums / counts[:, None]
    filled = (counts > EMPTY)[:, None]
    return np.where(filled, origin + sums / np.where(filled, counts[:, None], 1), otherwise)


def distances(x: np.ndarray, means: np.ndarray, inverses: np.ndarray | None = None) -> np.ndarray:
    """Return ‖L⁻¹ (x − μ)‖² for each mean and row, (k, n); ‖x − μ‖² if no L⁻¹ are given."""
    columns, out = np.ascontiguousarray(x.T), np.empty((len(means), len(x)))
    with np.errstate(over="ignore"):  # too far for floats: ∞, which the E step reports
        for k, mean in enumerate(means):
            residuals = columns - mean[:, None]
            if inverses is not None:
                residuals = inverses[k] @ residuals
            residuals *= residuals
            np.add.reduce(residuals, axis=0, out=out[k])
    return out
