"""Checks of notebook 06, Was K-means EM all along?"""

from functools import partial

import numpy as np
from scipy.special import softmax

from gmmlearn.checks.exercise import Exercise

# By hand: a bird at 8, centres at 7 and 10, at the temperatures 1 and ½.

_HALF_SQUARES = np.array([0.5, 2.0])
_DISTANCES = np.array([1.0, 2.0])
_TWO_HEATS = np.array([[1.0], [0.5]])


def _by_hand(logs):
    return softmax(logs, axis=1)


weights_by_hand = Exercise(
    answer=_by_hand(-_HALF_SQUARES / _TWO_HEATS),
    mistakes={
        "You multiplied by T where you should divide: colder must be harder.": (
            _by_hand(-_HALF_SQUARES * _TWO_HEATS)
        ),
        "Both rows belong to T = 1. Divide the halved squares by T first.": (
            _by_hand(-_HALF_SQUARES / np.ones((2, 1)))
        ),
        "You took T for the sd. T is the variance: divide by T, not by T².": (
            _by_hand(-_HALF_SQUARES / _TWO_HEATS**2)
        ),
        "The ½ is missing: a height is exp(−½ · squared distance / T).": (
            _by_hand(-2 * _HALF_SQUARES / _TWO_HEATS)
        ),
        "The distances are not squared.": _by_hand(-_DISTANCES / _TWO_HEATS),
        "The distances are halved, but not squared.": _by_hand(-0.5 * _DISTANCES / _TWO_HEATS),
        "These are heights; they do not add to one yet. Divide both by their sum.": (
            np.exp(-_HALF_SQUARES / _TWO_HEATS)
        ),
        "These are the halved squares over T. Take exp of minus each of them, then normalise.": (
            _HALF_SQUARES / _TWO_HEATS
        ),
        "You gave the whole bird to the nearer centre. That is T = 0, but here T is above 0.": (
            np.array([[1.0, 0.0], [1.0, 0.0]])
        ),
        "The two weights are swapped: the nearer centre gets more.": (
            _by_hand(-_HALF_SQUARES[::-1] / _TWO_HEATS)
        ),
        "The two rows are swapped: the colder one is the harder one.": (
            _by_hand(-_HALF_SQUARES / _TWO_HEATS[::-1])
        ),
    },
    entries=tuple(
        f"the weight of the centre at {centre} at T = {heat}"
        for heat in (1, 0.5)
        for centre in (7, 10)
    ),
    correct="Correct. Halving the temperature squares the nearer centre's lead: 4.5 becomes 20.",
    rtol=0,
    atol=0.003,  # done by hand, and rounded
)


# The loop with a temperature. A mistake puts another function in the place of one of the steps.


def _half_squares(x, means):
    """½ × the squared distance of each row to each centre, (n, k)."""
    return 0.5 * ((x[:, None, :] - means) ** 2).sum(axis=2)


def _winner(energy):
    return np.eye(energy.shape[1])[energy.argmin(axis=1)]


def _weigh(x, means, temperature, energy=_half_squares, axis=1):
    energy = energy(x, means)
    return softmax(-energy / temperature, axis=axis) if temperature else _winner(energy)


def _average(x, resp):
    return resp.T @ x / resp.sum(axis=0)[:, None]


def _em(x, means, rounds, temperature, weigh=_weigh, average=_average):
    for _ in range(rounds):
        means = average(x, weigh(x, means, temperature))
    return means


def _multiplied(x, means, temperature):
    energy = _half_squares(x, means)
    return softmax(-energy * temperature, axis=1) if temperature else _winner(energy)


def _as_sd(x, means, temperature):
    return _weigh(x, means, temperature**2)


def _no_temperature(x, means, temperature):
    return _weigh(x, means, 1.0)


def _one_for_zero(x, means, temperature):
    return _weigh(x, means, temperature or 1.0)


def _all_to_all(x, means, temperature):
    return _weigh(x, means, temperature) if temperature else np.ones((len(x), len(means)))


def _column_largest(x, means, temperature):
    if temperature == 0:
        return _weigh(x, means, 0)
    logs = -_half_squares(x, means) / temperature
    return softmax(logs - logs.max(axis=0), axis=1)


def _always_hard(x, means, temperature):
    return _weigh(x, means, 0)


def _no_branch(x, means, temperature):
    """Divides by zero at T = 0, and is right elsewhere."""
    if temperature:
        return _weigh(x, means, temperature)
    return np.full((len(x), len(means)), np.nan)


def _farthest(x, means, temperature):
    return _weigh(x, means, temperature) if temperature else _winner(-_half_squares(x, means))


def _heights_first(x, means, temperature):
    """0 / 0 where the heights of a row round to 0."""
    if temperature == 0:
        return _weigh(x, means, 0)
    parts = np.exp(-_half_squares(x, means) / temperature)
    with np.errstate(invalid="ignore"):  # 0 / 0, which is the mistake
        return parts / parts.sum(axis=1, keepdims=True)


def _not_normalised(x, means, temperature):
    """The row's largest is 1, and its sum is more."""
    if temperature == 0:
        return _weigh(x, means, 0)
    logs = -_half_squares(x, means) / temperature
    return np.exp(logs - logs.max(axis=1, keepdims=True))


def _over_n(x, resp):
    return resp.T @ x / len(x)


def _sums(x, resp):
    return resp.T @ x


def _with_shares(x, means, rounds, temperature):
    """Re-estimates π as well: a cluster that holds many points wins more of them."""
    shares = np.full(len(means), 1 / len(means))
    for _ in range(rounds):
        logs = np.log(shares) - _half_squares(x, means)
        resp = softmax(logs / temperature, axis=1) if temperature else _winner(-logs)
        shares, means = resp.mean(axis=0), _average(x, resp)
    return means


def _one_round(x, means, rounds, temperature):
    return _em(x, means, 1, temperature)


def _one_too_many(x, means, rounds, temperature):
    return _em(x, means, rounds + 1, temperature)


_X = np.array(
    [[1.0, 1.0], [1.5, 2.0], [2.0, 0.5], [2.5, 1.5], [3.0, 2.5], [4.0, 1.0], [4.5, 2.2], [0.6, 0.4]]
)
_CENTRES = np.array([[1.0, 2.0], [3.5, 1.2]])
_THREE = np.array([[1.0, 2.0], [2.6, 1.6], [4.4, 0.4]])

my_em_at = Exercise(
    answer=_em,
    mistakes={
        "You multiplied by the temperature. Divide the logs of the heights by it: colder must be "
        "harder.": partial(_em, weigh=_multiplied),
        "At T = 0 you went on as at T = 1. It needs a line of its own: the nearest centre "
        "gets weight 1.": partial(_em, weigh=_one_for_zero),
        "The temperature has no effect: these are the centres for T = 1. Divide the logs of the "
        "heights by T.": partial(_em, weigh=_no_temperature),
        "Each point went wholly to its nearest centre, although T was not 0. Keep the fractions.": (
            partial(_em, weigh=_always_hard)
        ),
        "You took T for the sd. T is the variance: divide by T, not by T².": (
            partial(_em, weigh=_as_sd)
        ),
        "The ½ is missing: the log of a height is −½ · squared distance / T.": (
            partial(_em, weigh=partial(_weigh, energy=lambda x, m: 2 * _half_squares(x, m)))
        ),
        "The distances are not squared.": partial(
            _em, weigh=partial(_weigh, energy=lambda x, m: 0.5 * np.sqrt(2 * _half_squares(x, m)))
        ),
        "You normalised over the points (the wrong axis). Each point's row must add to 1.": (
            partial(_em, weigh=partial(_weigh, axis=0))
        ),
        "Each row's largest part is 1, but its sum is not. Divide each row by its sum.": (
            partial(_em, weigh=_not_normalised)
        ),
        "You divided by n. Divide each centre's sums by the weights that it got.": (
            partial(_em, average=_over_n)
        ),
        "These are sums. Divide each centre's by the weights that it got.": (
            partial(_em, average=_sums)
        ),
        "At T = 0 you divided by zero, and everything became nan. It needs a line of its own: the "
        "nearest centre gets weight 1.": partial(_em, weigh=_no_branch),
        "At T = 0 every centre got every point. Write a single 1 in each row, for its winner.": (
            partial(_em, weigh=_all_to_all)
        ),
        "You subtracted each column's largest, which changes the proportions within a row. "
        "Subtract each row's: `max(axis=1, keepdims=True)`.": partial(_em, weigh=_column_largest),
        "At T = 0 the farthest centre won. The logs are negative, so the nearest centre has the "
        "largest one.": partial(_em, weigh=_farthest),
        "This is what one round gives. Is `return` outside the loop?": _one_round,
        "You went round once too often. Do `rounds` E steps and `rounds` M steps.": _one_too_many,
        "You re-estimated the shares π, too. Then a crowded centre also wins points that are "
        "nearer to another, and at T = 0 that is not K-means. Hold the shares equal.": _with_shares,
        "At T = 0.001 all heights of a point round to 0, and 0 / 0 is nan. Subtract each row's own "
        "largest log before exp: `max(axis=1, keepdims=True)`.": partial(_em, weigh=_heights_first),
    },
    # One round first: it shows a mistake where it is made; with as many centres as columns a
    # division along the wrong axis would go unseen. T = 0.001 last: it shows underflow.
    cases=(
        (_X, _THREE, 1, 0.25),
        (_X, _CENTRES, 1, 0),
        (_X, _THREE, 4, 0.5),
        (_X, _THREE, 2, 1),
        (_X, _CENTRES, 3, 0.001),
    ),
    correct="Correct. With bare centres, one argument makes it K-means (T = 0) or anything softer.",
)

hard_or_soft = Exercise(
    answer=[1, 0, 0, 1, 0],
    mistakes={
        "You swapped hard and soft. Hard is cold: T = 0, the winner takes all.": [0, 1, 1, 0, 1],
        "e: ellipses do not make it soft. Its E step lets the winner take all.": [1, 0, 0, 1, 1],
        "c: the loop climbs −½ × inertia at T = 0, and the log-likelihood at T = 1.": (
            [1, 0, 1, 1, 0]
        ),
        "d: where the winner takes all, a bird pulls on one centre only.": [1, 0, 0, 0, 0],
        "a: 0.196 and 0.804 are fractions: both groups share that wait.": [0, 0, 0, 1, 0],
        "b: the whole bird for one centre: that is the winner taking all.": [1, 1, 0, 1, 0],
    },
    entries=tuple("abcde"),
    correct="Correct. Hard or soft is a matter of the E step alone.",
)
