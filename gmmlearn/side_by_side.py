"""Several mixtures at once: R mixtures of k clusters are R·k clusters that share each row R times.

A round over few rows costs mostly the calls, and not the numbers: ten side by side cost little
more than one.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import em, reestimated, total_of
from gmmlearn.families import CollapseError
from gmmlearn.mixture import Mixture
from gmmlearn.rows import Rows
from gmmlearn.validation import sealed


def side_by_side(
    x,
    guesses: Sequence[Mixture],
    n_rounds: int,
    assign: Assignment = soft,
    progress: Callable = iter,
) -> list[tuple[float, Mixture]]:
    """Return for each guess the objective and the mixture after n_rounds of EM, the best first.

    Those that collapse on the way are left out.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        guesses: mixtures with k components each.
        n_rounds: how many rounds each is given.
        assign: as in `em`.
        progress: a function that hands on the rounds' numbers, such as `tqdm.tqdm`.
    """
    rows, ends = Rows.of(x, guesses[0].components.n_features, again=True), []
    if all(guess.components.are_separate for guess in guesses):
        ends = _rounds(rows, list(guesses), n_rounds, assign, progress)
    else:  # one number for several clusters would be one for several mixtures
        for guess in progress(guesses):
            with suppress(CollapseError):
                end = next(islice(em(rows, guess, assign), n_rounds, None))
                ends.append((end.objective, end.mixture))
    return sorted(ends, key=lambda end: -end[0])


@dataclass(frozen=True)
class Grouped(Assignment):
    """Shares each row out once within every group of `size` components."""

    size: int

    def share(self, log_joint, first=0):
        groups = log_joint.reshape(-1, self.size, log_joint.shape[-1])
        resp, scores = super().share(groups, first)
        return resp.reshape(log_joint.shape), scores


def _rounds(rows, mixtures, n_rounds, assign, progress):
    grouped = Grouped(assign.temperature, len(mixtures[0].weights))
    wide = _joined(mixtures)
    for _ in progress(range(n_rounds)):
        wide = wide and _round(rows, wide, grouped)
    if wide is None:
        return []
    scores = np.ravel(total_of(rows, wide, grouped, 1, wide).objective)
    mixtures = _parted(wide, grouped.size)
    return [(float(s) + m.components.log_prior(), m) for s, m in zip(scores, mixtures, strict=True)]


def _round(rows, wide, grouped):
    """One round for all at once, but for the mixtures that collapse in it; None without any."""
    measure = partial(total_of, rows, wide, grouped, 1)
    try:
        return reestimated(wide, measure(wide), measure)
    except CollapseError as error:
        mixtures = _parted(wide, grouped.size)
        del mixtures[error.component // grouped.size]
        return _round(rows, _joined(mixtures), grouped) if mixtures else None


def _joined(mixtures):
    """One mixture of all clusters; its weights add to as many as there are mixtures."""
    tables = [mixture.components.arrays for mixture in mixtures]
    arrays = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    components = mixtures[0].components.with_arrays(arrays)
    return mixtures[0].of(np.concatenate([m.weights for m in mixtures]), components)


def _parted(wide, size):
    """The way back: mixtures of `size` clusters."""
    mixtures = []
    for start in range(0, len(wide.weights), size):
        own = slice(start, start + size)
        arrays = {name: array[own].copy() for name, array in wide.components.arrays.items()}
        weights = sealed(wide.weights[own] / wide.weights[own].sum())
        mixtures.append(Mixture.of(weights, wide.components.with_arrays(arrays)))
    return mixtures
