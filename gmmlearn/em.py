"""EM, the loop: guess → weights → re-estimate → repeat.

Nothing here knows what a cluster is: the mixture brings the curves, `assign` the way to share.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.families.base import CollapseError
from gmmlearn.mixture import Mixture, Statistics
from gmmlearn.rows import Rows
from gmmlearn.validation import as_count, as_numbers, as_resp

THREADS_FROM = 200_000  # rows


def e_step(x, mixture, assign: Assignment = soft) -> np.ndarray:
    """Return each component's share of each row: r_ik = π_k p_k(x_i) / Σ_j π_j p_j(x_i).

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the current guess, with k components.
        assign: `soft` (the formula above), `hard`, or `tempered(T)`.

    Returns:
        Responsibilities, (n, k); each row adds to 1.

    Raises:
        TypeError, ValueError: x is not finite numbers with as many columns as the mixture.

    Source: Bishop (2006), eq. 9.23.
    """
    rows = Rows.of(x, mixture.components.n_features)
    blocks = rows.blocks(mixture.components.width)
    return np.concatenate([mixture.share(block, assign)[0] for block in blocks], axis=1).T


def m_step(x, resp, mixture):
    """Return the mixture re-estimated, row i counting resp[i, k] times for component k.

    The new weights are the average responsibilities, π_k = Σ_i r_ik / n; the components are
    re-estimated "as usual".

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        resp: responsibilities, (n, k); each row adds to 1.
        mixture: the current guess. Its family says what "as usual" is, and a component without
            any weight keeps the parameters it has there.

    Raises:
        TypeError, ValueError: x or resp is none of that.
        CollapseError: a Gaussian is left without extent.

    Source: Bishop (2006), eq. 9.24 to 9.27.
    """
    rows = Rows.of(x, mixture.components.n_features)
    resp = as_resp(resp, len(rows), len(mixture.weights)).T

    def measure(anchor):
        blocks = rows.blocks(mixture.components.width)
        return sum(anchor.statistics(b, resp[:, b.start : b.start + len(b)]) for b in blocks)

    return _reestimated(mixture, measure(mixture), measure)


def statistics(x, mixture, assign: Assignment = soft) -> Statistics:
    """Return the E step's weights and the M step's sums over some rows, in one go.

    The sums of chunks add up; `mixture.from_statistics` makes the next mixture of their total. So
    a round over rows that do not fit into memory is
    `mixture.from_statistics(sum(statistics(chunk, mixture) for chunk in chunks))`.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the current guess, the same for all chunks.
        assign: as in `e_step`.

    Raises:
        TypeError, ValueError: as `e_step`.

    Source: Neal & Hinton (1998), section 4: the sums are all that EM remembers of the data.
    """
    return _total(Rows.of(x, mixture.components.n_features), mixture, mixture, assign)


def _total(rows, mixture, anchor, assign, threads: int = 1):
    """Sum over all blocks: weights by `mixture`, sums as `anchor` measures them."""

    def part(first):
        blocks = rows.blocks(mixture.components.width, first, threads)
        return sum(anchor.statistics(b, *mixture.share(b, assign)) for b in blocks)

    if threads == 1:
        return part(0)
    with ThreadPoolExecutor(threads) as pool:  # one task a thread
        return sum(pool.map(part, range(threads)))


def _reestimated(mixture, total: Statistics, measure: Callable):
    """Return the mixture that fits the total best.

    Where its clusters lie so far from where the sums were measured that digits were lost (a first
    guess may), the sums are measured once more from near them: `measure(anchor)`.
    """
    try:
        new = mixture.from_statistics(total)
        if not new.components.blurred:
            return new
    except CollapseError:  # perhaps only for want of digits
        new = None
    near = mixture.measured_near(total)
    if near is None:
        return new or mixture.from_statistics(total)
    return near.from_statistics(measure(near))


@dataclass(frozen=True, eq=False)
class Step:
    """Where the loop stands: a mixture, the weights it gives, and how good it is.

    `iteration` counts the M steps so far, 0 for the guess; `objective` is
    Σ r log(π p) + T · entropy(r) + log prior: at temperature 1 the log-likelihood, in nats.
    """

    iteration: int
    mixture: Mixture
    objective: float
    rows: Rows = field(repr=False)
    assign: Assignment = field(repr=False)

    @property
    def resp(self) -> np.ndarray:
        """The responsibilities that this mixture gives, (n, k); computed when asked for."""
        return e_step(self.rows, self.mixture, self.assign)


def em(x, mixture, assign: Assignment = soft, *, threads: int | None = None) -> Iterator[Step]:
    """Yield the guess, then the mixture after each round of E step and M step, without end.

    Args:
        x: (n, d) rows, or (n,) in one dimension; n at least the number of components.
        mixture: the first guess.
        assign: `soft`, `hard` (K-means, with `Centroids`), or `tempered(T)`.
        threads: how many work at once; None takes what helps for so many rows.

    Raises:
        TypeError, ValueError, CollapseError: as `e_step` and `m_step`.

    Source: Dempster, Laird & Rubin (1977); with the entropy, Neal & Hinton (1998), eq. 1.
    """
    rows, threads = _checked(x, mixture, assign, threads)
    iteration = 0
    while True:

        def measure(anchor, mixture=mixture):  # the E step, and the sums for the M step
            return _total(rows, mixture, anchor, assign, threads)

        total = measure(mixture)
        objective = total.objective + mixture.components.log_prior()
        yield Step(iteration, mixture, objective, rows, assign)
        mixture = _reestimated(mixture, total, measure)  # the M step
        iteration += 1


def _checked(x, mixture, assign, threads):
    rows = Rows.of(x, mixture.components.n_features)
    if len(rows) < len(mixture.weights):
        raise ValueError(
            f"x has {len(rows)} row(s), too few for {len(mixture.weights)} components: "
            "ask for fewer components"
        )
    if not isinstance(assign, Assignment):
        raise TypeError(f"assign must be soft, hard or tempered(T), but it is {assign!r}")
    if threads is None:
        # Below, waking a second thread costs more than it brings; wide rows are matrix products
        # that numpy's own threads share out better.
        long = len(rows) >= THREADS_FROM and mixture.components.width <= 64
        return rows, min(os.cpu_count() or 1, 8) if long else 1
    return rows, as_count(threads, "threads")


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a run: after a half-step, with the weights that are in force (or None)."""

    label: str
    kind: str
    iteration: int
    mixture: object
    resp: np.ndarray | None = field(repr=False)
    objective: float


@dataclass(frozen=True, eq=False)
class Trace:
    """What a run went through: its mixtures and objectives, and why it stopped.

    `mixtures[i]` and `objectives[i]` stand after i M steps; 0 is the guess. Responsibilities are
    recomputed when asked for, so a long trace stays small.
    """

    rows: Rows = field(repr=False)
    assign: Assignment
    mixtures: tuple = field(repr=False)
    objectives: np.ndarray = field(repr=False)
    converged: bool
    reason: str

    @property
    def x(self) -> np.ndarray:
        """The data, (n, d)."""
        return self.rows.x

    @property
    def mixture(self):
        """The last mixture: the result."""
        return self.mixtures[-1]

    @property
    def iterations(self) -> int:
        """How many rounds of E step and M step were made."""
        return len(self.mixtures) - 1

    def resp(self, iteration: int = -1) -> np.ndarray:
        """Return the responsibilities that `mixtures[iteration]` gives, (n, k)."""
        return e_step(self.rows, self.mixtures[iteration], self.assign)

    def frames(self) -> list[Frame]:
        """Return the run in half-steps: guess, E step 1, M step 1, E step 2, M step 2, …

        The E step changes the weights and leaves the curves; the M step moves the curves.
        """
        frames = [Frame("guess", "guess", 0, self.mixtures[0], None, float(self.objectives[0]))]
        for i in range(1, len(self.mixtures)):
            before, after = self.mixtures[i - 1 : i + 1]
            resp = self.resp(i - 1)
            scores = [float(score) for score in self.objectives[i - 1 : i + 1]]
            frames.append(Frame(f"E step {i}", "E", i, before, resp, scores[0]))
            frames.append(Frame(f"M step {i}", "M", i, after, resp, scores[1]))
        return frames


def run(
    x, mixture, *, assign: Assignment = soft, tol=1e-6, max_iter: int = 1000, threads=None
) -> Trace:
    """Go round until it settles, and return all that was gone through.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the first guess.
        assign: `soft`, `hard`, or `tempered(T)`.
        tol: stop when a round raises the objective by no more than this much per row (nats).
            With `hard` it is not used: that loop comes to rest by itself.
        max_iter: stop after this many rounds at the latest; then `converged` is False.
        threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`; tol is negative; max_iter is below 0.
    """
    rows = Rows.of(x, mixture.components.n_features)
    tol = float(as_numbers(tol, "tol", ()))
    if tol < 0:
        raise ValueError(f"tol must not be negative, but it is {tol:.4g}")
    max_iter = as_count(max_iter, "max_iter", smallest=0)
    mixtures, objectives = [], []
    converged, reason = False, f"stopped after max_iter={max_iter} rounds, still rising"
    for step in islice(em(rows, mixture, assign, threads=threads), max_iter + 1):
        mixtures.append(step.mixture)
        objectives.append(step.objective)
        if step.iteration == 0:
            continue
        rise, rounding = objectives[-1] - objectives[-2], 4e-16 * abs(objectives[-1])
        if rise < -1e6 * rounding:
            reason = f"the objective fell by {-rise:.4g}: some M step does not fit its own weights"
            break
        if rise <= max(rounding, tol * len(rows) if assign.temperature else 0.0):
            converged, reason = True, f"the last round raised the objective by only {rise:.4g}"
            break
    return Trace(rows, assign, tuple(mixtures), np.array(objectives), converged, reason)
