"""The same loop in fewer rounds: see where it is heading, and leap there if that is uphill."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from gmmlearn.assign import Assignment, soft
from gmmlearn.em import Step, checked, reestimated, total_of
from gmmlearn.mixture import Mixture
from gmmlearn.validation import sealed

MEMORY = 5  # rounds that are remembered: more fit a longer past, which is less true by now


def accelerated(
    x, mixture, assign: Assignment = soft, *, threads: int | None = None
) -> Iterator[Step]:
    """Yield the guess, then ever better mixtures, each after one look at the data, or two.

    A round takes numbers θ to G(θ). From the last few rounds it is known, to first order, how
    G(θ) − θ changes with θ, and so where it would be 0: that is the leap. It is taken only if it
    raises the objective; else a plain round takes its place. So the objective never falls. Leaps
    that failed make the next ones shorter. Near a saddle the zero lies behind: then the leap goes
    on along the round's own step, twice as far each time.

    Args:
        x, mixture, assign, threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`; TypeError for components that are no
            dataclass of arrays.

    Source: Walker & Ni (2011), algorithm AA; the safeguard, Henderson & Varadhan (2019); strides
        ahead, Varadhan & Roland (2008).
    """
    rows, threads = checked(x, mixture, assign, threads)

    def look(mixture):
        total = total_of(rows, mixture, assign, threads, mixture)
        return total, float(total.objective) + mixture.components.log_prior()

    total, objective = look(mixture)
    looks, past, share, stride = 1, [], 1.0, 2.0
    while True:
        yield Step(looks - 1, mixture, objective, rows, assign)
        measure = partial(total_of, rows, mixture, assign, threads)
        after = reestimated(mixture, total, measure)
        past = [*past[-MEMORY:], (_numbers(mixture), _numbers(after))]
        if len(past) > 1:
            goal, ahead = _leap(past, share, stride)
            better = _better(goal, mixture, objective, look)
            looks += 1
            if ahead:
                stride = 2 * stride if better else max(2.0, stride / 4)
            else:
                share = min(1.0, 2 * share) if better else share / 4
            if better:
                mixture, total, objective = better
                continue
        mixture = after
        total, objective = look(mixture)
        looks += 1


def _leap(past, share, stride):
    """Return where to go, and whether that is straight ahead."""
    before, after = (np.array(numbers) for numbers in zip(*past, strict=True))
    steps = after - before
    size = np.abs(steps).max(axis=0)
    size[size == 0] = 1
    # The mix of the last changes that undoes the last step best, in units of what moved.
    changes = np.diff(steps, axis=0) / size
    products = changes @ changes.T
    ridge = 1e-14 * np.trace(products) * np.eye(len(products))
    mix = np.linalg.solve(products + ridge, changes @ (steps[-1] / size))
    move = steps[-1] - share * mix @ np.diff(after, axis=0)
    if (move / size) @ (steps[-1] / size) < 0:
        return before[-1] + stride * steps[-1], True
    return before[-1] + move, False


def _better(numbers, mixture, objective, look):
    """Return (mixture, total, objective) at these numbers if they make sense and are better."""
    try:
        new = _mixture(numbers, mixture)
        total, reached = look(new)
    except ValueError:
        return None
    return (new, total, reached) if reached >= objective else None


def _numbers(mixture):
    """Return all that a round changes, in one array."""
    return np.concatenate([mixture.weights, *map(np.ravel, mixture.components.arrays.values())])


def _mixture(numbers, like):
    """Return a mixture like this one, with other numbers; ValueError if they make none."""
    arrays = like.components.arrays
    ends = np.cumsum([len(like.weights), *(array.size for array in arrays.values())])
    weights, *parts = np.split(numbers, ends[:-1])
    if not (np.isfinite(numbers).all() and weights.min() > 0):
        raise ValueError("the leap goes beyond what is a mixture")
    shaped = (part.reshape(array.shape) for part, array in zip(parts, arrays.values(), strict=True))
    components = like.components.with_arrays(dict(zip(arrays, shaped, strict=True)))
    return Mixture.of(sealed(weights / weights.sum()), components)
