"""The loop in fewer rounds: see where it is heading, and leap there if that leads uphill.

This is Anderson acceleration of EM, with a safeguard.
"""

from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import Step, checked, reestimated, total_of, weighing
from gmmlearn.mixture import Statistics
from gmmlearn.validation import lowest

MEMORY = 4  # rounds that are remembered; older ones say less about what comes next
FEW = 2  # rows: a cluster with no more is dying or closing in on a point, and leaps overshoot
SLOW = 0.001  # nats a row: while rounds still bring more, leaps might end on another hill


def accelerated(
    x, mixture, assign: Assignment = soft, *, threads: int | None = None
) -> Iterator[Step]:
    """Yield the guess, then ever better mixtures, each after one look at the data, or two.

    A mixture is made of sums s, and one look at the data with it gives the next sums, G(s). The
    loop rests where the step G(s) − s is zero. The last few rounds show, to first order, how that
    step changes with s, and so which mix of them has no step left: there the leap goes. It is taken
    only if it raises the objective, else a plain round takes its place; so the objective never
    falls. After a leap that failed the next one is shorter. There are none while rounds still bring
    much, or while a cluster has hardly a row. Near a saddle the mix points backwards: then the leap
    goes along the round's own step instead, twice as far each time.

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
        """Return the mixture, its sums, its objective, and a function: EM's next mixture."""
        weigh = weighing(rows, mixture, assign)
        total = total_of(rows, weigh, mixture.components, threads)
        objective = float(total.objective) + mixture.components.log_prior()
        after = cache(partial(reestimated, mixture, total, rows, weigh, threads))
        return mixture, total, objective, after

    def better(goal):
        """Return a look at the mixture with these averages, and its sums; None if no step up."""
        try:
            leap = _total(goal, family, total)
            if not lowest(leap.counts) > 0:
                return None  # no rows have such sums
            found = look(mixture.from_statistics(leap))
            *_, reached, following = found
            following()  # if a cluster collapses next, it is no step up
            return (found, leap) if reached >= objective else None
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
            with np.errstate(invalid="ignore", divide="ignore"):  # sums that no rows could have
                found, leap = better(goal) or (None, None)
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
            made = None  # measured from elsewhere: not to be mixed with the next ones


def _leap(past, begin, share, stride):
    """Return the averages that a leap leads to, as one row, and whether it went straight ahead.

    That is along the last round's own step; it does so where the mix points backwards.
    """
    made, given, ends, natural = (np.array(column) for column in zip(*past, strict=True))
    steps = given - made
    size = np.abs(steps).max(axis=0)
    size[size == 0] = 1
    # The mix of the last moves after which no step is left along any of them. If the family has θ,
    # a step is the objective's slope in θ; so along those moves the objective is highest there.
    ways, left = made / size if natural[0] is None else natural * size, steps / size
    along = ways[1:] - ways[:-1]
    slopes = along @ (left[1:] - left[:-1]).T
    mix = share * np.linalg.lstsq(slopes, along @ left[-1], rcond=1e-14)[0]
    if (left[-1] - mix @ (given[1:] - given[:-1]) / size) @ left[-1] < 0:
        return begin + stride * (ends[-1] - begin), True
    return ends[-1] - mix @ (ends[1:] - ends[:-1]), False


def _flat(total, family):
    """Return counts and sums as one row of numbers, and counts and averages as another."""
    tables = total.components, family.averages(total.components)
    return [np.concatenate([total.counts, *map(np.ravel, table)]) for table in tables]


def _total(row, family, like):
    """Return Statistics again, from counts and averages in one row."""
    arrays = []
    for array in (like.counts, *like.components):
        own, row = row[: np.size(array)], row[np.size(array) :]
        arrays.append(own.reshape(np.shape(array)))
    counts = arrays[0] * (like.rows / arrays[0].sum())  # a mix keeps their sum, but for rounding
    return Statistics(like.rows, counts, family.summed(tuple(arrays[1:]), counts))
