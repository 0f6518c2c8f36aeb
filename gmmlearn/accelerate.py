"""The same loop in fewer rounds: see where it is heading, and leap there if that is uphill."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import Step, checked, reestimated, total_of
from gmmlearn.mixture import Mixture
from gmmlearn.validation import lowest, sealed

MEMORY = 3  # rounds that are remembered: more fit a longer past, which is less true by now
FEW = 2  # rows: a cluster with no more is dying or closing in on a point, and leaps overshoot
SLOW = 0.001  # nats a row: from where a round still brings more, a leap may end on another hill


def accelerated(
    x, mixture, assign: Assignment = soft, *, threads: int | None = None
) -> Iterator[Step]:
    """Yield the guess, then ever better mixtures, each after one look at the data, or two.

    A round takes numbers θ to G(θ). From the last few rounds it is known, to first order, how
    G(θ) − θ changes with θ, and so where it would be 0: that is the leap. It is taken only if it
    raises the objective; else a plain round takes its place. So the objective never falls. Leaps
    that failed make the next ones shorter, and there are none while rounds still bring much, or
    while a cluster has hardly a row. Near a saddle the zero lies behind: then the leap goes on
    along the round's own step, twice as far each time.

    Args:
        x, mixture, assign, threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`; TypeError for components that are no
            dataclass of arrays.

    Source: Walker & Ni (2011), algorithm AA; its type I, Fang & Saad (2009); the safeguard,
        Henderson & Varadhan (2019); strides ahead, Varadhan & Roland (2008).
    """
    rows, threads = checked(x, mixture, assign, threads)

    def look(mixture):
        total = total_of(rows, mixture, assign, threads, mixture)
        return total, float(total.objective) + mixture.components.log_prior()

    def step_from(mixture, total):
        return reestimated(mixture, total, partial(total_of, rows, mixture, assign, threads))

    def better(move):
        """What a look at the mixture after this move gave; None if it is no step up."""
        try:
            new = _mixture(past[-1][0], move, mixture)
            total, reached = look(new)
            # A leap is no better either if a cluster collapses next: plain rounds may not go there.
            return (new, total, reached, step_from(new, total)) if reached >= objective else None
        except ValueError:
            return None

    (total, objective), after = look(mixture), None
    looks, past, share, stride, slow = 1, [], 1.0, 2.0, False
    while True:
        yield Step(looks - 1, mixture, objective, rows, assign)
        after = after or step_from(mixture, total)
        past = [*past[-MEMORY:], (_numbers(mixture), _numbers(after))]
        if slow and lowest(total.counts) > FEW:
            move, ahead = _leap(past, share, stride)
            found = better(move)
            looks += 1
            if ahead:
                stride = 2 * stride if found else max(2.0, stride / 4)
            else:
                share = min(1.0, 2 * share) if found else share / 4
            if found:
                mixture, total, objective, after = found
                continue
        mixture, before, after = after, objective, None
        total, objective = look(mixture)
        slow = slow or objective - before < SLOW * len(rows)
        looks += 1


def _leap(past, share, stride):
    """Return how far to go from the last numbers, and whether that is straight ahead."""
    before, after = (np.array(numbers) for numbers in zip(*past, strict=True))
    steps = after - before
    size = np.abs(steps).max(axis=0)
    size[size == 0] = 1
    steps /= size  # from here on in units of what moved
    moves, changes = (before[1:] - before[:-1]) / size, steps[1:] - steps[:-1]
    # The mix of the last moves after which no step would be left along any of them: as a step
    # leads uphill, there it is highest. (A least step, as in type II, is a worse guide.)
    mix = np.linalg.lstsq(moves @ changes.T, moves @ steps[-1], rcond=1e-14)[0]
    move = steps[-1] - share * mix @ (moves + changes)
    if move @ steps[-1] < 0:
        return size * stride * steps[-1], True
    return size * move, False


def _numbers(mixture):
    """Return all that a round changes, in one array."""
    return np.concatenate([mixture.weights, *map(np.ravel, mixture.components.arrays.values())])


def _mixture(numbers, move, like):
    """Return a mixture like this one, its numbers moved; ValueError if they make none then."""
    numbers = numbers + move
    weights, rest = np.split(numbers, [len(like.weights)])
    if not (np.isfinite(numbers).all() and lowest(weights) > 0):
        raise ValueError("the leap goes beyond what is a mixture")
    arrays = {}
    for name, array in like.components.arrays.items():
        own, rest = rest[: array.size], rest[array.size :]
        arrays[name] = own.reshape(array.shape)
    return Mixture.of(sealed(weights / weights.sum()), like.components.with_arrays(arrays))
