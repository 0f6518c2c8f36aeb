"""EM, the loop: guess → responsibilities → re-estimate → repeat.

Nothing here knows what a cluster is: the mixture brings the curves, and `assign` says how a row is
split among them.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from gmmlearn.assign import Assignment, as_assignment, ones, soft
from gmmlearn.families.base import CollapseError, Family
from gmmlearn.mixture import Mixture, Statistics
from gmmlearn.rows import Rows
from gmmlearn.validation import as_count, as_resp

THREADS_FROM = 8e6  # rows × `Family.width`: below, a second thread costs more than it saves
NUMPYS = ThreadpoolController()  # holds back the threads that numpy's products would take
ALONE = Lock()  # it does so for the whole process: one pass over the rows at a time


def e_step(x, mixture, assign: Assignment = soft) -> np.ndarray:
    """Return each component's share of each row: r_ik = π_k p_k(x_i) / Σ_j π_j p_j(x_i).

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the current guess, with k components.
        assign: `soft` (the formula above), `hard`, or `tempered(T)`.

    Returns:
        Responsibilities, (n, k); each row adds to 1.

    Raises:
        TypeError, ValueError: x is not finite numbers with as many columns as the mixture, or a
            row has no height under any component.

    Source: Bishop (2006), eq. 9.23.
    """
    rows = Rows.of(x, mixture.components.n_features)
    weigh = weighing(rows, mixture, as_assignment(assign))
    # Block by block: how long a block is depends on the family.
    return rows.each(mixture.components, lambda block: weigh(block)[0]).T


def weighing(rows: Rows, mixture: Mixture, assign: Assignment) -> Callable:
    """Return the E step as a function: from a block of rows to its responsibilities and scores.

    Inside the loop every component is a row, (k, n), which is faster. Scores are (n,).
    """
    log_heights = mixture.log_heights()  # from a block to log π_k p_k(x_i), (k, n)

    def weigh(block):
        with np.errstate(over="ignore", invalid="ignore"):  # `split` looks for what is not finite
            return assign.split(log_heights(block), block.start)  # exp of each, over their sum

    return mixture.components.short_cut(rows.extent, assign) or weigh  # K-means has a short cut


def m_step(x, resp, mixture: Mixture) -> Mixture:
    """Return the mixture re-estimated, row i counting resp[i, k] times for component k.

    The new weights are the average responsibilities, π_k = Σ_i r_ik / n (K-means holds them equal).
    The components are re-estimated "as usual", but with weights: Gaussians' new means are
    μ_k = Σ_i r_ik x_i / Σ_i r_ik; full covariances, Σ_i r_ik (x_i − μ_k)(x_i − μ_k)ᵀ / Σ_i r_ik.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        resp: responsibilities, (n, k); each row adds to 1.
        mixture: the current guess; its family says what "as usual" means. A component that no row
            counts for gets π = 0 and keeps its mean (and, without a prior, its covariance).

    Raises:
        TypeError, ValueError: x is not a table of numbers for this mixture, or resp is not (n, k)
            with rows that add to 1.
        CollapseError: a component is left without extent.

    Source: Bishop (2006), eq. 9.24 to 9.27.
    """
    rows = Rows.of(x, mixture.components.n_features)
    resp = as_resp(resp, len(rows), len(mixture.weights)).T

    def given(block):  # stands where the loop has its E step
        return resp[:, block.start : block.start + len(block)], np.zeros(len(block))

    with np.errstate(over="ignore"):  # rows may be too far for squares: no E step has seen them
        total = total_of(rows, given, mixture.components)  # the sums
        return reestimated(mixture, total, rows, given)  # and what they are divided by


def total_of(rows: Rows, weigh: Callable, family: Family, threads: int = 1) -> Statistics:
    """Return the sums over all rows that the M step needs; the family says which.

    Most have z = x − origin in place of x: measured from near the clusters, numbers keep their
    digits. Each block is weighed and added up while it is still in the processor's cache.
    """

    def part(first):
        total = 0
        for block in rows.blocks(family, first, threads):
            resp, scores = weigh(block)
            counts, sums = family.sums(block, resp)  # Σ r; and Σ r z, Σ r z zᵀ or the like
            # A product with ones takes half the time of `sum`.
            total += Statistics(len(block), counts, sums, scores.dot(ones(len(block))))
        return total

    if threads == 1:
        return part(0)
    # One task per thread. Were numpy to split its products too, threads would wait for each other.
    with ALONE, NUMPYS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(part, range(threads)))


def reestimated(
    mixture: Mixture, total: Statistics, rows: Rows, weigh: Callable, threads: int = 1
) -> Mixture:
    """Return the mixture that fits the total best: π_k = Σ r / n, and the components "as usual".

    Sums lose digits if the clusters lie far from the origin, as they may after a bad first guess.
    Then the sums are taken once more, measured from near the clusters.
    """
    old = mixture.components
    try:
        new = mixture.from_statistics(total)
        # An origin that stays was near enough. Some families move it, but never lose digits: those
        # have themselves to offer.
        if new.components.origin is old.origin or old.measured_near(total.components) is old:
            return new
    except CollapseError:  # perhaps only because digits were lost; if not, it is raised below
        pass
    near = mixture._but(components=old.measured_near(total.components))
    return near.from_statistics(total_of(rows, weigh, near.components, threads))


def statistics(
    x, mixture, assign: Assignment = soft, *, anchor: Mixture | None = None
) -> Statistics:
    """Do the E step on some rows, and return the sums over them that the M step needs.

    The sums of chunks add up; `mixture.from_statistics` makes the next mixture of their total. So
    a round over rows that do not fit into memory is
    `mixture.from_statistics(sum(statistics(chunk, mixture) for chunk in chunks))`. Unlike `em`,
    this never measures a second time: if a guess lies millions of its own widths away from the
    rows, its first round is inexact, or collapses.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the current guess, the same for all chunks.
        assign: as in `e_step`.
        anchor: the mixture that the sums are measured from; None takes `mixture`. If sums are kept
            from one guess to the next, as in online EM, all of them need the same anchor, and
            `anchor.from_statistics` reads them. (For `StudentTs` the anchor also decides how
            much an outlier counts.)

    Raises:
        TypeError, ValueError: as `e_step`.

    Source: Neal & Hinton (1998), section 4: the sums are all that EM remembers of the data.
    """
    rows = Rows.of(x, mixture.components.n_features)
    family = (mixture if anchor is None else anchor).components
    return total_of(rows, weighing(rows, mixture, as_assignment(assign)), family)


class Step(NamedTuple):
    """Where the loop stands: a mixture, the responsibilities it gives, and how good it is.

    `iteration` counts the M steps so far, 0 for the guess (`accelerated` counts E steps instead);
    `objective` is Σ r log(π p) + T · entropy(r) + log prior: at T = 1, without a prior, the
    log-likelihood, in nats (for `Centroids` up to a constant). The rows are not copied: do not
    write to x meanwhile.
    """

    iteration: int
    mixture: Mixture
    objective: float
    rows: Rows
    assign: Assignment

    def __repr__(self) -> str:
        return f"Step {self.iteration}, objective {self.objective:.10g}: {self.mixture!r}"

    @property
    def resp(self) -> np.ndarray:
        """The responsibilities that this mixture gives, (n, k); computed each time you ask."""
        return e_step(self.rows, self.mixture, self.assign)


def em(x, mixture, assign: Assignment = soft, *, threads: int | None = None) -> Iterator[Step]:
    """Yield the guess, then the mixture after each round of E step and M step, without end.

    Args:
        x: (n, d) rows, or (n,) in one dimension; n at least the number of components.
        mixture: the first guess.
        assign: `soft`, `hard` (K-means, with `Centroids`), or `tempered(T)`.
        threads: how many threads share the rows, while numpy's own are held back; None takes as
            many as help. With 1, numpy may still use threads of its own where rows are wide.

    Raises:
        TypeError, ValueError, CollapseError: as `e_step` and `m_step`.

    Source: Dempster, Laird & Rubin (1977); with the entropy, Neal & Hinton (1998), eq. 1.
    """
    rows, threads = checked(x, mixture, assign, threads)
    iteration = 0
    while True:
        weigh = weighing(rows, mixture, assign)  # the E step of a block of rows
        total = total_of(rows, weigh, mixture.components, threads)  # of all: the M step's sums
        objective = float(total.objective) + mixture.components.log_prior()
        yield Step(iteration, mixture, objective, rows, assign)
        mixture = reestimated(mixture, total, rows, weigh, threads)  # the M step
        iteration += 1


def checked(x, mixture, assign, threads) -> tuple[Rows, int]:
    """Return what `em` is given as rows and a number of threads, or say what is wrong with it."""
    rows = Rows.of(x, mixture.components.n_features, again=True)
    if len(rows) < len(mixture.weights):
        raise ValueError(
            f"x has {len(rows)} row(s), too few for {len(mixture.weights)} components: "
            "ask for fewer components"
        )
    as_assignment(assign)
    if threads is None:
        if len(rows) * mixture.components.width < THREADS_FROM:
            return rows, 1
        ours = hasattr(os, "sched_getaffinity")  # a process may be allowed only some of the cores
        return rows, min(len(os.sched_getaffinity(0)) if ours else os.cpu_count() or 1, 8)
    return rows, as_count(threads, "threads")
