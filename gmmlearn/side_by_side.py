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
        guesses: mixtures, or `Parts` of one. They are run one by one if they differ in more than
            their clusters' numbers, or if clusters share numbers.
        n_rounds: how many rounds each one gets.
        assign: as in `em`.
        progress: a function that hands on the rounds' numbers, or one by one the guesses (after a
            collapse first the one, then the other), such as `tqdm.tqdm`.
    """
    (rows, _), ends = checked(x, guesses[0], assign, 1), []
    if (parts := _joined(guesses)) is not None:
        with suppress(CollapseError):
            ends = _rounds(rows, parts, n_rounds, assign, progress)
    if not ends:
        for guess in progress(guesses):
            with suppress(CollapseError):
                end = next(islice(em(rows, guess, assign), n_rounds, None))
                ends.append((end.objective, end.mixture))
    return sorted(ends, key=lambda end: -end[0])


@dataclass(frozen=True, eq=False)
class Parts(Sequence):
    """Mixtures of `size` clusters each, kept as one wide mixture; each is made when asked for.

    The wide one's weights add to the number of mixtures.
    """

    wide: Mixture
    size: int

    def __len__(self) -> int:
        return len(self.wide.weights) // self.size

    def __getitem__(self, i: int) -> Mixture:
        begin = range(0, len(self.wide.weights), self.size)[i]
        own = slice(begin, begin + self.size)
        weights, components = self.wide.weights[own], self.wide.components.some(own)
        return self.wide._but(weights=sealed(weights / weights.sum()), components=components)


def _joined(mixtures):
    """Return mixtures as parts of one; None if they must be run one by one."""
    family = mixtures[0].components
    if not family.are_separate:  # a number that clusters share would be shared by all the mixtures
        return None
    if isinstance(mixtures, Parts):
        return mixtures
    if any(_kind(mixture.components) != _kind(family) for mixture in mixtures):
        return None
    tables = [mixture.components.arrays for mixture in mixtures]
    arrays = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    weights = np.concatenate([mixture.weights for mixture in mixtures])
    wide = mixtures[0]._but(weights=weights, components=replace(family, **arrays))
    return Parts(wide, len(family))


def _kind(family):
    """Return what must be equal for mixtures to run side by side: all but the clusters' numbers."""
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


def _rounds(rows, parts, n_rounds, assign, progress):
    wide, grouped = parts.wide, Grouped(assign.temperature, parts.size)
    for _ in progress(range(n_rounds)):
        weigh = weighing(rows, wide, grouped)
        wide = reestimated(wide, total_of(rows, weigh, wide.components), rows, weigh)
    scores = np.ravel(total_of(rows, weighing(rows, wide, grouped), wide.components).objective)
    ends = zip(scores.tolist(), Parts(wide, parts.size), strict=True)
    return [(score + end.components.log_prior(), end) for score, end in ends]
