"""Run from several starts and keep the best: one start may end on a lower hill."""

from collections.abc import Callable, Iterator

import numpy as np

from gmmlearn import init
from gmmlearn.assign import Assignment, soft
from gmmlearn.families import CollapseError, Prior
from gmmlearn.mixture import Mixture
from gmmlearn.trace import Trace, run
from gmmlearn.validation import as_count, as_generator, as_rows


def restarts(
    x,
    n_components: int,
    *,
    n_init: int = 10,
    start: Callable = init.kmeans_plus_plus,
    covariance_type: str = "full",
    prior: Prior | None = None,
    assign: Assignment = soft,
    tol=1e-6,
    max_iter: int = 1000,
    rng=0,
    progress: Callable = iter,
) -> Iterator[Trace | None]:
    """Yield n_init runs, each from a start of its own; None in place of one that collapsed.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        n_init: how many runs.
        start: a function of (x, k, rng) that says where to begin. It returns means, (k, d), for
            Gaussians with the spread of all the data (the functions of `init` do), or a whole
            Mixture.
        covariance_type, prior: handed to `init.gaussians`, where `start` returns means.
        assign, tol, max_iter: as in `run`.
        rng: a seed, or numpy's Generator; every start draws from it in turn.
        progress: a function that hands the runs' numbers on, and shows how far it is:
            `gmmlearn.widgets.progress` or `tqdm.tqdm`.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    x, rng = as_rows(x), as_generator(rng)
    for _ in progress(range(as_count(n_init, "n_init"))):
        guess = start(x, n_components, rng)
        if not isinstance(guess, Mixture):
            guess = init.gaussians(x, guess, covariance_type, prior)
        try:
            trace = run(x, guess, assign=assign, tol=tol, max_iter=max_iter)
        except CollapseError:
            trace = None
        yield trace


def run_best(x, n_components: int, *, n_init: int = 10, **options) -> Trace:
    """Return the one of n_init runs that ends highest: argmax over runs of the last objective.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        n_init: how many runs.
        options: as in `restarts`: start, covariance_type, prior, assign, tol, max_iter, rng,
            progress.

    Raises:
        TypeError, ValueError: an argument makes no sense.
        CollapseError: every run collapsed.

    Source: McLachlan & Peel (2000), section 2.12.
    """
    traces = [t for t in restarts(x, n_components, n_init=n_init, **options) if t is not None]
    if not traces:
        raise CollapseError(
            f"all {n_init} runs with {n_components} components collapsed: ask for fewer "
            "components, or give prior=Prior(covariance, strength)"
        )
    return traces[int(np.argmax([trace.objectives[-1] for trace in traces]))]
