"""The same loop in fewer rounds: see where it is heading, and leap there if that is uphill."""

from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import Step, checked, reestimated, total_of, weighing
from gmmlearn.mixture import Statistics
from gmmlearn.validation import lowest

MEMORY = 4  # rounds that are remembered: more fit a longer past, which is less true by now
FEW = 2  # rows: a cluster with no more is dying or closing in on a point, and leaps overshoot
SLOW = 0.001  # of the objective, a row: while rounds bring more, leaps may end on another hill


def accelerated(
    x, mixture, assign: Assignment = soft, *, threads: int | None = None
) -> Iterator[Step]:
    """Yield the guess, then ever better mixtures, each after one look at the data, or two.

    The sums s that a mixture is made of say all about it, and a look at the data with it gives the
    next sums, G(s). From the last few rounds it is known, to first order, how G(s) − s changes with
    s, and so which mix of those rounds would leave nothing to change: there the leap goes. It is
    taken only if it raises the objective; else a plain round takes its place. So the objective
    never falls. A leap that failed makes the next one shorter, and there are none while rounds
    still bring much, or while a cluster has hardly a row. Near a saddle the mix points back: then
    the leap goes on along the round's own step, twice as far each time.

    Args:
        x, mixture, assign, threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`.

    Source: Walker & Ni (2011), algorithm AA; its type I, Fang & Saad (2009); the step as a slope,
        Dempster, Laird & Rubin (1977), section 2; the safeguard, Henderson & Varadhan (2019);
        strides ahead, Varadhan & Roland (2008).
    """
    rows, threads = checked(x, mixture, assign, threads)

    def look(mixture):
        """The mixture, its sums, its objective, and a function that makes EM's next mixture."""
        weigh = weighing(rows, mixture, assign)
        total = total_of(rows, weigh, mixture.components, threads)
        objective = float(total.objective) + mixture.components.log_prior()
        after = cache(partial(reestimated, mixture, total, rows, weigh, threads))
        return mixture, total, objective, after

    def better(total):
        """A look at the mixture made of this total; None if it is no step up."""
        if not lowest(total.counts) > 0:
            return None  # beyond what is a mixture
        try:
            found = look(mixture.from_statistics(total))
            *_, reached, following = found
            following()  # no step up if a cluster collapses next
            return found if reached >= objective else None
        except ValueError:
            return None

    mixture, total, objective, after = look(mixture)
    looks, made, past, share, stride, slow = 1, None, [], 1.0, 2.0, False
    while True:
        yield Step(looks - 1, mixture, objective, rows, assign)
        family, found = mixture.components, None
        given = _flat(total, family)
        past = [*past[-MEMORY:], (made[0], *given, mixture.natural())] if made else []
        if slow and len(past) > 1 and lowest(total.counts) > FEW:
            goal, ahead = _leap(past, made[1], share, stride)
            with np.errstate(invalid="ignore", divide="ignore"):  # sums that no rows have
                leap = _total(goal, family, total)
                found = better(leap)
                made = _flat(leap, family) if found else None
            looks += 1
            if ahead:
                stride = 2 * stride if found else max(2.0, stride / 4)
            else:
                share = 1.0 if found else share / 4
        if found is None:
            made, found = given, look(after())
            looks += 1
            slow = slow or found[2] - objective < SLOW * len(rows)
        mixture, total, objective, after = found
        if mixture.components.origin is not family.origin:
            made = None  # measured from elsewhere: not to be mixed with what comes


def _leap(past, begin, share, stride):
    """Return the averages that a leap leads to, in one row, and whether they lie straight ahead.

    That is along the last round's own step, where the mix points back.
    """
    made, given, ends, natural = (np.array(column) for column in zip(*past, strict=True))
    steps = given - made
    size = np.abs(steps).max(axis=0)
    size[size == 0] = 1
    # The mix of the last moves after which no step would be left along any of them. A step is the
    # objective's slope in θ, so there it is highest, where a family has θ.
    ways, left = made / size if natural[0] is None else natural * size, steps / size
    along = ways[1:] - ways[:-1]
    slopes = along @ (left[1:] - left[:-1]).T
    mix = share * np.linalg.lstsq(slopes, along @ left[-1], rcond=1e-14)[0]
    if (left[-1] - mix @ (given[1:] - given[:-1]) / size) @ left[-1] < 0:
        return begin + stride * (ends[-1] - begin), True
    return ends[-1] - mix @ (ends[1:] - ends[:-1]), False


def _flat(total, family):
    """Return in one row the counts and the sums, and in another the counts and the averages."""
    tables = total.components, family.averages(total.components)
    return [np.concatenate([total.counts, *map(np.ravel, table)]) for table in tables]


def _total(row, family, like):
    """Return the sums, as Statistics, of counts and averages that stand in one row."""
    arrays = []
    for array in (like.counts, *like.components):
        own, row = row[: np.size(array)], row[np.size(array) :]
        arrays.append(own.reshape(np.shape(array)))
    counts = arrays[0] * (like.rows / arrays[0].sum())  # a mix of some keeps their sum, but rounds
    return Statistics(like.rows, counts, family.summed(tuple(arrays[1:]), counts))
