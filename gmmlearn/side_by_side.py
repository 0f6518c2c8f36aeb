"""Several mixtures at once: R mixtures of k clusters are R·k clusters that share each row R times.

On few rows the time of a round goes into calls and not into numbers. So ten mixtures side by side
cost little more than one.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from itertools import islice

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import checked, em, reestimated, total_of, weighing
from gmmlearn.families import CollapseError
from gmmlearn.mixture import Mixture
from gmmlearn.validation import sealed


def side_by_side(
    x,
    guesses: Sequence[Mixture],
    n_rounds: int,
    assign: Assignment = soft,
    progress: Callable = iter,
) -> list[tuple[float, Mixture]]:
    """Return for each guess the objective and the mixture after n_rounds of EM, the best first.

    Those that collapse on the way are left out. (If one does, all begin again, one by one.)

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        guesses: mixtures. They are run one by one if they differ in more than their clusters'
            numbers, or if clusters share numbers.
        n_rounds: how many rounds each one gets.
        assign: as in `em`.
        progress: a function that hands on the rounds' numbers, or one by one the guesses (after a
            collapse first the one, then the other), such as `tqdm.tqdm`.
    """
    (rows, _), ends = checked(x, guesses[0], assign, 1), []
    kinds = [_kind(guess) for guess in guesses]
    # A number that clusters share would be shared by all the mixtures.
    if guesses[0].components.are_separate and all(kind == kinds[0] for kind in kinds):
        with suppress(CollapseError):
            ends = _rounds(rows, guesses, n_rounds, assign, progress)
    if not ends:
        for guess in progress(guesses):
            with suppress(CollapseError):
                end = next(islice(em(rows, guess, assign), n_rounds, None))
                ends.append((end.objective, end.mixture))
    return sorted(ends, key=lambda end: -end[0])


def _kind(mixture):
    """Return what must be equal for mixtures to run side by side: all but the clusters' numbers."""
    family = mixture.components
    values = [getattr(family, field.name) for field in fields(family)]
    values = [value for value in values if not isinstance(value, np.ndarray)]
    return type(family), len(family), family.n_features, values


@dataclass(frozen=True)
class Grouped(Assignment):
    """Splits each row within every group of `size` components: once for each mixture."""

    size: int

    def split(self, log_joint, first=0):
        groups = log_joint.reshape(-1, self.size, log_joint.shape[-1])
        resp, scores = super().split(groups, first)
        return resp.reshape(log_joint.shape), scores


def _rounds(rows, mixtures, n_rounds, assign, progress):
    wide, size = _joined(mixtures), len(mixtures[0].weights)
    grouped = Grouped(assign.temperature, size)
    for _ in progress(range(n_rounds)):
        weigh = weighing(rows, wide, grouped)
        wide = reestimated(wide, total_of(rows, weigh, wide.components), rows, weigh)
    total = total_of(rows, weighing(rows, wide, grouped), wide.components)
    scores = np.ravel(total.objective)
    mixtures = parted(wide, size)
    return [(float(s) + m.components.log_prior(), m) for s, m in zip(scores, mixtures, strict=True)]


def _joined(mixtures):
    """Return one mixture of all the clusters; its weights add to the number of mixtures."""
    tables = [mixture.components.arrays for mixture in mixtures]
    arrays = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    weights = np.concatenate([mixture.weights for mixture in mixtures])
    return mixtures[0]._but(weights=weights, components=replace(mixtures[0].components, **arrays))


def parted(wide: Mixture, size: int) -> list[Mixture]:
    """Return the mixtures again, `size` clusters each."""
    starts = range(0, len(wide.weights), size)
    parts = [(wide.weights[i : i + size], wide.components.some(slice(i, i + size))) for i in starts]
    return [wide._but(weights=sealed(w / w.sum()), components=some) for w, some in parts]
