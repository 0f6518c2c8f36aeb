"""Checks of notebook 13, Why does it always climb?"""

from functools import partial

import numpy as np

from gmmlearn.checks import steps
from gmmlearn.checks.exercise import Exercise

# Two numbers: the log of their average, and the average of their logs.

_NUMBERS, _SHARES = np.array([2.0, 10.0]), np.array([0.75, 0.25])


def _two_ways(weights=_SHARES, log=np.log):
    return np.array([log(weights @ _NUMBERS), weights @ log(_NUMBERS)])


jensen = Exercise(
    answer=_two_ways(),
    mistakes={
        "You swapped the two: the log of the average comes first, and it is the larger one.": (
            _two_ways()[::-1]
        ),
        "You gave both numbers the same weight. The 2 has a weight of three quarters.": _two_ways(
            np.array([0.5, 0.5])
        ),
        "In the second number both have the same weight. The 2 has three quarters there, too.": (
            np.array([_two_ways()[0], _two_ways(np.array([0.5, 0.5]))[1]])
        ),
        "In the first number both have the same weight. The 2 has three quarters there, too.": (
            np.array([_two_ways(np.array([0.5, 0.5]))[0], _two_ways()[1]])
        ),
        "You swapped the weights: the 2 has three quarters, the 10 has one quarter.": _two_ways(
            _SHARES[::-1]
        ),
        "These are logarithms to base 10. Here log is the natural one, `np.log`.": _two_ways(
            log=np.log10
        ),
        "The first is the average itself, 4. Take its log.": np.array([4.0, _two_ways()[1]]),
    },
    entries=("the log of the average", "the average of the logs"),
    correct="Correct: averaging first gives the larger number.",
    rtol=0,
    atol=0.006,  # two decimals will do
)

# The bound: Σ q log(π p / q). A mistake puts another rule in the place of the summand.


def _right(parts, q):
    return (q * np.log(parts / q)).sum(axis=1)


def _no_entropy(parts, q):
    return (q * np.log(parts)).sum(axis=1)


def _base_ten(parts, q):
    return (q * np.log10(parts / q)).sum(axis=1)


def _log_outside(parts, q):
    return np.log((q * (parts / q)).sum(axis=1))


def _no_weight_in_front(parts, q):
    return np.log(parts / q).sum(axis=1)


def _multiplied(parts, q):
    return (q * np.log(parts * q)).sum(axis=1)


def _log_q_alone(parts, q):
    return (q * np.log(parts) - np.log(q)).sum(axis=1)


def _weights_exchanged(parts, q):
    return _right(parts, q[:, ::-1])


_SUMMANDS = {
    "You left out the division by q inside the log (the term −q log q).": _no_entropy,
    "These are logarithms to base 10. Here log is the natural one, `np.log`.": _base_ten,
    "That is the log-likelihood: your log is outside the sum, or your weights are the "
    "responsibilities and not the given q.": _log_outside,
    "You left out the weight in front of each log. Then every log counts fully, and not by its "
    "weight.": _no_weight_in_front,
    "You multiplied by q inside the log. Divide by it.": _multiplied,
    "The weight multiplies the whole log, −log q as well: q · log(part / q).": _log_q_alone,
}

# By hand: three points, a wide curve nailed down, and weights that are the same for all.

_THREE = np.array([1.0, 2.0, 6.0])
_GUESS = np.array([0.5, 0.5]), np.array([3.0, 3.0]), np.array([3.0, 1.0])
_Q = np.tile([0.4, 0.6], (3, 1))


def _by_hand(summand):
    each = summand(steps.parts(_THREE, *_GUESS), _Q)
    return np.array([each[0], each[2], each.sum()])


_ROW_OF_2 = _right(steps.parts(_THREE, *_GUESS), _Q)[1]  # filled in, and added by everybody


def _with_the_row_of_2(summand):
    first, last, _ = _by_hand(summand)
    return np.array([first, last, first + _ROW_OF_2 + last])


bound_by_hand = Exercise(
    answer=_by_hand(_right),
    mistakes={message: _with_the_row_of_2(summand) for message, summand in _SUMMANDS.items()}
    | {
        "You swapped the weights: 0.4 belongs to the wide curve, 0.6 to the narrow one.": (
            _with_the_row_of_2(_weights_exchanged)
        ),
        "The two points are right. For the bound add up all three, the row of 2 as well.": np.array(
            [*_by_hand(_right)[:2], _by_hand(_right)[:2].sum()]
        ),
        "The points are right, but the bound is their sum, not their average.": (
            _by_hand(_right) / [1, 1, 3]
        ),
    },
    entries=("the point 1", "the point 6", "the bound"),
    correct="Correct: the bound is −8.65, well below the log-likelihood, −7.37.",
    rtol=0,
    atol=np.array([0.006, 0.006, 0.02]),  # done by hand, and rounded
)


def _bound(x, weights, means, sds, q, summand=_right):
    return summand(steps.parts(x, weights, means, sds), q).sum()


def _no_share(x, weights, means, sds, q):
    return _bound(x, 1.0, means, sds, q)


def _no_width(x, weights, means, sds, q):
    return _bound(x, weights * sds, means, sds, q)  # the height without its division by sds


def _no_root(x, weights, means, sds, q):
    return _bound(x, weights * np.sqrt(2 * np.pi), means, sds, q)


def _no_front(x, weights, means, sds, q):
    return _bound(x, weights * sds * np.sqrt(2 * np.pi), means, sds, q)


def _variances(x, weights, means, sds, q):
    return _bound(x, weights, means, sds**2, q)


def _average(x, *arguments):
    return _bound(x, *arguments) / len(x)


def _per_point(x, weights, means, sds, q):
    return _right(steps.parts(x, weights, means, sds), q)


my_bound = Exercise(
    answer=_bound,
    mistakes={message: partial(_bound, summand=summand) for message, summand in _SUMMANDS.items()}
    | {
        "π is missing: each part is share × height.": _no_share,
        "√(2π) is missing from the heights. In the E step it cancels; here it does not.": _no_root,
        "The front 1 / (sd · √(2π)) is missing from the heights.": _no_front,
        "The heights are not divided by `sds`. The wider a curve, the lower it is.": _no_width,
        "You used the variance where the standard deviation belongs: `sds` are spreads already.": (
            _variances
        ),
        "You averaged over the points. The bound is their sum.": _average,
        "That is one number for each point. Add these numbers up.": _per_point,
    },
    cases=(
        (_THREE, *_GUESS, _Q),
        (
            np.array([1.0, 2.0, 4.0, 6.0]),
            np.array([0.2, 0.3, 0.5]),
            np.array([1.0, 3.0, 6.0]),
            np.array([1.0, 2.0, 0.5]),
            np.array([[0.6, 0.3, 0.1], [0.3, 0.5, 0.2], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]]),
        ),
    ),
    correct="Correct: this is what both steps of EM raise.",
)

# A leap: three values of μ, whose steps shrink evenly.

_FIRST, _STEP, _NEXT = 1.944, 0.0540, 0.0297
_LEFT = 1 - _NEXT / _STEP

leap_by_hand = Exercise(
    answer=_FIRST + _STEP / _LEFT,
    mistakes={
        "That is how far it has to go. Add it to where it starts, 1.944.": _STEP / _LEFT,
        "You started at the last μ. The sum begins with the step 0.0540, so start before it, at "
        "1.944.": _FIRST + _STEP + _NEXT + _STEP / _LEFT,
        "The sum begins with the first step, 0.0540, not with the second.": (
            _FIRST + _NEXT / _LEFT
        ),
        "All the steps together are the first one divided by 1 − 0.55 (not by 0.55, and not three "
        "steps only).": _FIRST + _STEP / (1 - _LEFT),
        "The step 0.0540 leads from 1.944 to 1.998: start at 1.944.": 1.998 + _STEP / _LEFT,
        "That step leads from 1.998 to 2.027: start at 1.998.": 2.027 + _NEXT / _LEFT,
        "You multiplied by 1 − 0.55. Divide by it: all the steps together are more than the "
        "first.": _FIRST + _STEP * _LEFT,
    },
    correct="Correct: all the way that is left, in one leap.",
    rtol=0,
    atol=0.0045,  # two decimals will do
)

em_promises = Exercise(
    answer="a",
    mistakes={
        "From μ = 4 EM came to rest on the lower hill, at −7.13. It climbs, but it does not look "
        "around.": "b",
        "At a hilltop, in a valley or on a level stretch a round gains nothing, and EM rests.": "c",
        "Each round leaves a part of the way. With enough rounds EM comes as near as you like, but "
        "how many it takes is not promised.": "d",
    },
    correct="Correct: never lower. Not the best place, not always higher, and not in a known "
    "number of rounds.",
)
