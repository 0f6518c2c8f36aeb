"""Run from several starts and keep the best: one start may end on a lower hill."""

from collections.abc import Callable, Iterator

from gmmlearn import init
from gmmlearn.assign import Assignment, soft
from gmmlearn.families import CollapseError, Prior
from gmmlearn.rows import Rows
from gmmlearn.side_by_side import side_by_side
from gmmlearn.trace import Trace, run
from gmmlearn.validation import as_count, as_generator


def restarts(
    x,
    n_components: int,
    *,
    n_init: int = 10,
    start: Callable = init.kmeans_plus_plus,
    covariance_type: str = "full",
    prior: Prior | None = None,
    assign: Assignment = soft,
    rng=0,
    progress: Callable = iter,
    **options,
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
        assign: as in `run`.
        rng: a seed, or numpy's Generator; every start draws from it in turn.
        progress: a function that passes on the numbers of the runs and shows how far it is, such
            as `gmmlearn.widgets.progress` or `tqdm.tqdm`.
        options: as in `run`: tol, max_iter, accelerate, threads.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    rows, rng = Rows.of(x, again=True), as_generator(rng)
    for _ in progress(range(as_count(n_init, "n_init"))):
        starts = [start(rows.x, n_components, rng)]
        yield _run(rows, *init.mixtures(rows, starts, covariance_type, prior), assign, options)


def run_best(
    x,
    n_components: int,
    *,
    n_init: int = 10,
    n_rounds: int | None = 20,
    start: Callable = init.kmeans_plus_plus,
    covariance_type: str = "full",
    prior: Prior | None = None,
    assign: Assignment = soft,
    rng=0,
    progress: Callable = iter,
    **options,
) -> Trace:
    """Return the run that is best after n_rounds among n_init starts, carried on to its end.

    The starts run side by side. With n_rounds=None each goes to its own end, one after the other,
    and the one that ends highest is returned: argmax over runs of the last objective. With rounds,
    the run that is returned begins after them; if the best collapses then, the next best is taken.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        n_components: k.
        n_init: how many starts.
        n_rounds: how many rounds of E step and M step each one gets before the best is chosen.
        start, covariance_type, prior, assign, rng: as in `restarts`.
        progress: as in `restarts`; it counts rounds, or else starts that are run one by one.
        options: as in `run`: tol, max_iter, accelerate, threads.

    Raises:
        TypeError, ValueError: an argument makes no sense.
        CollapseError: every run collapsed.

    Source: Biernacki, Celeux & Govaert (2003), em-EM; McLachlan & Peel (2000), section 2.12.
    """
    rows, rng = Rows.of(x, again=True), as_generator(rng)
    if n_rounds is None:
        how = {"covariance_type": covariance_type, "prior": prior, "assign": assign, "rng": rng}
        how |= {"n_init": n_init, "start": start, "progress": progress}
        traces = filter(None, restarts(rows, n_components, **how, **options))
        best = max(traces, key=lambda trace: trace.objectives[-1], default=None)
    else:
        starts = [start(rows.x, n_components, rng) for _ in range(as_count(n_init, "n_init"))]
        guesses = init.mixtures(rows, starts, covariance_type, prior)
        ends = side_by_side(rows, guesses, as_count(n_rounds, "n_rounds"), assign, progress)
        traces = (_run(rows, end, assign, options) for _, end in ends)
        best = next(filter(None, traces), None)
    if best is None:
        raise CollapseError(
            f"all {n_init} runs with {n_components} components collapsed: ask for fewer "
            "components, or give prior=Prior(covariance, strength)"
        )
    return best


def _run(rows, guess, assign, options):
    try:
        return run(rows, guess, assign=assign, **options)
    except CollapseError:
        return None
