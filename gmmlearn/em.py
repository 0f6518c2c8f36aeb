"""EM, the loop: guess → weights → re-estimate → repeat.

Nothing here knows what a cluster is: the mixture brings the curves, `assign` the way to share.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import numpy as np
from threadpoolctl import ThreadpoolController

from gmmlearn.assign import Assignment, soft
from gmmlearn.families.base import CollapseError
from gmmlearn.mixture import Mixture, Statistics
from gmmlearn.rows import Rows
from gmmlearn.validation import as_count, as_resp

THREADS_FROM = 8e6  # numbers that the rows bring along: below, a second thread costs too much
NUMPYS = ThreadpoolController()  # of the threads that numpy's products would take for themselves
ALONE = Lock()  # what is set there holds for the whole process


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
    share = mixture.share(rows.extent, assign)  # a function of a block: responsibilities, scores
    return rows.each(mixture.components, lambda block: share(block)[0]).T


def m_step(x, resp, mixture):
    """Return the mixture re-estimated, row i counting resp[i, k] times for component k.

    The new weights are the average responsibilities, π_k = Σ_i r_ik / n; the components are
    re-estimated "as usual".

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        resp: responsibilities, (n, k); each row adds to 1.
        mixture: the current guess. Its family says what "as usual" is, and a component without
            any weight keeps what it has there (with a prior, its mean).

    Raises:
        TypeError, ValueError: x or resp is none of that.
        CollapseError: a component is left without extent.

    Source: Bishop (2006), eq. 9.24 to 9.27.
    """
    rows = Rows.of(x, mixture.components.n_features)
    resp = as_resp(resp, len(rows), len(mixture.weights)).T

    def measure(anchor):
        blocks = rows.blocks(mixture.components)
        return sum(anchor.statistics(b, resp[:, b.start : b.start + len(b)]) for b in blocks)

    return reestimated(mixture, measure(mixture), measure)


def statistics(
    x, mixture, assign: Assignment = soft, *, anchor: Mixture | None = None
) -> Statistics:
    """Return the E step's weights and the M step's sums over some rows, in one go.

    The sums of chunks add up; `mixture.from_statistics` makes the next mixture of their total. So
    a round over rows that do not fit into memory is
    `mixture.from_statistics(sum(statistics(chunk, mixture) for chunk in chunks))`.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the current guess, the same for all chunks.
        assign: as in `e_step`.
        anchor: the mixture that the sums are measured from; None takes `mixture`. Sums kept from
            one guess to the next, as in online EM, need one anchor for all, and then
            `anchor.from_statistics`. (For `StudentTs` the anchor also decides how much an
            outlier counts.)

    Raises:
        TypeError, ValueError: as `e_step`.

    Source: Neal & Hinton (1998), section 4: the sums are all that EM remembers of the data.
    """
    rows = Rows.of(x, mixture.components.n_features)
    return total_of(rows, mixture, assign, 1, mixture if anchor is None else anchor)


def total_of(rows, mixture, assign, threads: int, anchor) -> Statistics:
    """Return the sums over all blocks: weights by `mixture`, sums as `anchor` measures them."""
    share = mixture.share(rows.extent, assign)

    def part(first):
        blocks = rows.blocks(mixture.components, first, threads)
        return sum(anchor.statistics(block, *share(block)) for block in blocks)

    if threads == 1:
        return part(0)
    # One task a thread; a product that numpy shared out once more would have them wait twice.
    with ALONE, NUMPYS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(part, range(threads)))


def reestimated(mixture, total: Statistics, measure: Callable):
    """Return the mixture that fits the total best.

    Where its clusters lie so far from where the sums were measured that digits were lost (a first
    guess may), the sums are measured once more from near them: `measure(anchor)`.
    """
    try:
        new, old = mixture.from_statistics(total), mixture.components
        if new.components.origin is old.origin or old.measured_near(total.components) is old:
            return new
    except CollapseError:  # perhaps only for want of digits: the second time it counts
        pass
    near = mixture._but(components=mixture.components.measured_near(total.components))
    return near.from_statistics(measure(near))


@dataclass(frozen=True, eq=False)
class Step:
    """Where the loop stands: a mixture, the weights it gives, and how good it is.

    `iteration` counts the M steps so far, 0 for the guess (with leaps, the looks at the data);
    `objective` is Σ r log(π p) + T · entropy(r) + log prior: at temperature 1 the log-likelihood,
    in nats.
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
        threads: how many share out the rows, while numpy's own stand aside; None takes what helps
            for so many rows. With 1, numpy may still share out the products of wide rows.

    Raises:
        TypeError, ValueError, CollapseError: as `e_step` and `m_step`.

    Source: Dempster, Laird & Rubin (1977); with the entropy, Neal & Hinton (1998), eq. 1.
    """
    rows, threads = checked(x, mixture, assign, threads)
    iteration = 0
    while True:
        measure = partial(total_of, rows, mixture, assign, threads)
        total = measure(mixture)  # the E step, and the sums that the M step wants
        objective = float(total.objective) + mixture.components.log_prior()
        yield Step(iteration, mixture, objective, rows, assign)
        mixture = reestimated(mixture, total, measure)  # the M step
        iteration += 1


def checked(x, mixture, assign, threads) -> tuple[Rows, int]:
    """Return what `em` is given as rows and a number of threads, or say what is wrong with it."""
    rows = Rows.of(x, mixture.components.n_features, again=True)
    if len(rows) < len(mixture.weights):
        raise ValueError(
            f"x has {len(rows)} row(s), too few for {len(mixture.weights)} components: "
            "ask for fewer components"
        )
    if not isinstance(assign, Assignment):
        raise TypeError(f"assign must be soft, hard or tempered(T), but it is {assign!r}")
    if threads is None:
        long = len(rows) * mixture.components.width >= THREADS_FROM
        return rows, min(os.cpu_count() or 1, 8) if long else 1
    return rows, as_count(threads, "threads")
