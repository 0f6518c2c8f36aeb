"""The same loop in fewer rounds: see where it is heading, and leap there if that is uphill."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import Step, checked, reestimated, total_of
from gmmlearn.mixture import Statistics
from gmmlearn.validation import lowest

MEMORY = 3  # rounds that are remembered: more fit a longer past, which is less true by now
FEW = 2  # rows: a cluster with no more is dying or closing in on a point, and leaps overshoot
SLOW = 0.001  # nats a row: from where a round still brings more, a leap may end on another hill


def accelerated(
    x, mixture, assign: Assignment = soft, *, threads: int | None = None
) -> Iterator[Step]:
    """Yield the guess, then ever better mixtures, each after one look at the data, or two.

    The sums s that a mixture is made of say all about it, and a look at the data with it gives the
    next sums, G(s). From the last few rounds it is known, to first order, how G(s) − s changes with
    s, and so where it would be 0: that is the leap. It is taken only if it raises the objective;
    else a plain round takes its place. So the objective never falls. Leaps that failed make the
    next ones shorter, and there are none while rounds still bring much, or while a cluster has
    hardly a row. Near a saddle the zero lies behind: then the leap goes on along the round's own
    step, twice as far each time.

    Args:
        x, mixture, assign, threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`.

    Source: Walker & Ni (2011), algorithm AA; its type I, Fang & Saad (2009); the safeguard,
        Henderson & Varadhan (2019); strides ahead, Varadhan & Roland (2008).
    """
    rows, threads = checked(x, mixture, assign, threads)

    def look(mixture):
        total = total_of(rows, mixture, assign, threads, mixture)
        return mixture, total, float(total.objective) + mixture.components.log_prior()

    def better(sums):
        """A look at the mixture made of these sums; None if it is no step up."""
        try:
            with np.errstate(invalid="ignore", divide="ignore"):  # sums that no rows have
                found = look(mixture.from_statistics(_of(sums, total)))
                found[0].from_statistics(found[1])  # nor is it one if a cluster collapses next
            return found if found[2] >= objective else None
        except ValueError:
            return None

    mixture, total, objective = look(mixture)
    looks, made_of, past, share, stride, slow = 1, None, [], 1.0, 2.0, False
    while True:
        yield Step(looks - 1, mixture, objective, rows, assign)
        sums, found = _flat(total), None
        way = mixture.natural()
        past = [] if made_of is None else [*past[-MEMORY:], (made_of, sums, way)]
        if slow and len(past) > 1 and lowest(total.counts) > FEW:
            move, ahead = _leap(past, share, stride)
            made_of = past[-1][0] + move
            found = better(made_of)
            looks += 1
            if ahead:
                stride = 2 * stride if found else max(2.0, stride / 4)
            else:
                share = min(1.0, 2 * share) if found else share / 4
        place, before = mixture.components.origin, objective
        if found is None:
            made_of = sums
            measure = partial(total_of, rows, mixture, assign, threads)
            found = look(reestimated(mixture, total, measure))
            looks += 1
            slow = slow or found[2] - before < SLOW * len(rows)
        mixture, total, objective = found
        if mixture.components.origin is not place:
            made_of = None  # measured from elsewhere: not to be mixed with what comes


def _leap(past, share, stride):
    """Return how far to go from the last sums, and whether that is straight ahead."""
    before, after, ways = (np.array(table) for table in zip(*past, strict=True))
    steps = after - before
    size = np.abs(steps).max(axis=0)
    size[size == 0] = 1
    moves, changes = before[1:] - before[:-1], steps[1:] - steps[:-1]
    # The mix of the last moves after which no step would be left along any of them. A step is the
    # objective's slope in θ, so there it is highest, where a family has θ.
    along, unit = moves / size, size
    if ways.dtype == float and np.isfinite(ways).all():
        along, unit = ways[1:] - ways[:-1], 1.0
    slopes = along @ (changes / unit).T
    mix = np.linalg.lstsq(slopes, along @ (steps[-1] / unit), rcond=1e-14)[0]
    move = steps[-1] - share * mix @ (moves + changes)
    if (move / size) @ (steps[-1] / size) < 0:
        return stride * steps[-1], True
    return move, False


def _flat(total):
    """Return all sums in one row."""
    return np.concatenate([total.counts, *map(np.ravel, total.components)])


def _of(sums, like):
    """Return the sums in their places again; ValueError if a cluster has no rows there."""
    arrays = []
    for array in (like.counts, *like.components):
        own, sums = sums[: array.size], sums[array.size :]
        arrays.append(own.reshape(array.shape))
    if not lowest(arrays[0]) > 0:
        raise ValueError("the leap goes beyond what is a mixture")
    return Statistics(like.rows, arrays[0], tuple(arrays[1:]))
