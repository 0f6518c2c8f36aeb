"""Checks of notebook 05, Does going round work?"""

from functools import partial

import numpy as np

from gmmlearn.checks import steps
from gmmlearn.checks.exercise import Exercise
from gmmlearn.datasets import load

# The loop. A mistake puts another function in the place of one of its steps.


def _em(x, weights, means, sds, rounds, weigh=steps.e_step, estimate=steps.m_step):
    for _ in range(rounds):
        resp = weigh(x, weights, means, sds)
        weights, means, sds = estimate(x, resp, weights, means, sds)
    return weights, means, sds


# What goes wrong in the M step with the old numbers; the rest is in `steps`


def _kept_weights(x, resp, weights, means, sds):
    return weights, *steps.m_step(x, resp)[1:]


def _around_old_means(x, resp, weights, old, sds):
    return *steps.m_step(x, resp)[:2], steps.sds(x, resp, old)


def _weighed_again(x, resp, weights, means, sds):
    new, means, _ = steps.m_step(x, resp)
    return new, means, steps.sds(x, steps.e_step(x, new, means, sds), means)


def _squares_whole(x, resp, *_):
    """Every point that counts at all counts fully, in the squares only."""
    shares, means, _ = steps.m_step(x, resp)
    return shares, means, steps.sds(x, resp > 0, means)


def _kept_sds(x, resp, weights, means, sds):
    return *steps.m_step(x, resp)[:2], sds


_SPREADS = {
    "You averaged the squared distances without the weights.": partial(
        _em, estimate=steps.squares_unweighted
    ),
    "You squared the weights as well. Square the distance, then multiply by the weight.": partial(
        _em, estimate=steps.weights_squared
    ),
    "The spreads (`sds`) are still those of the guess. Take each group's weighted one.": partial(
        _em, estimate=_kept_sds
    ),
}


def _one_round(x, weights, means, sds, rounds):
    return _em(x, weights, means, sds, 1)


def _one_too_many(x, weights, means, sds, rounds):
    return _em(x, weights, means, sds, rounds + 1)


def _means_first(*arguments):
    weights, means, sds = _em(*arguments)
    return means, sds, weights


# One round by hand: 66 lies half-way, and the other two waits are out of the other curve's reach.

_THREE = np.array([50.0, 66.0, 82.0])
_GUESS = np.array([0.5, 0.5]), np.array([50.0, 82.0]), np.array([8.0, 8.0])


def _round_by_hand(weigh=steps.e_step, estimate=steps.m_step):
    resp = weigh(_THREE, *_GUESS).round(3)  # as it is done by hand
    return np.array([resp[1], *estimate(_THREE, resp, *_GUESS)])


one_round = Exercise(
    answer=_round_by_hand(),
    mistakes={
        "You used the variance where the standard deviation belongs: take its root.": (
            _round_by_hand(estimate=steps.variances)
        ),
        "You divided by 3, the number of all waits. Each group holds 1.5: divide by that.": (
            _round_by_hand(estimate=steps.all_over_n)
        ),
        "The means are right, but you divided the squares by 3 and not by the count, 1.5.": (
            _round_by_hand(estimate=steps.squares_over_n)
        ),
        "You measured the spread from the guess's means. Use the new ones.": (
            _round_by_hand(estimate=_around_old_means)
        ),
        "You gave 66 wholly to one group, but it is as far from 50 as from 82.": (
            _round_by_hand(weigh=steps.winner_takes_all)
        ),
        "You gave 66 wholly to the long group, but it is as far from 50 as from 82.": np.array(
            [[0, 1], [1 / 3, 2 / 3], [50, 74], [0, 8]]
        ),
        "You divided the means by 3. Each group holds 1.5 waits: divide by that.": (
            _round_by_hand(estimate=steps.means_over_n)
        ),
        "Only your means are divided by 3. Each group holds 1.5 waits: divide by that.": (
            _round_by_hand() * [[1], [1], [0.5], [1]]
        ),
        "Your new shares are sums of weights. A share is the average: divide by 3.": (
            _round_by_hand(estimate=steps.sums)
        ),
        "You counted 66 as a whole wait in both groups. It counts half in each.": np.array(
            [[0.5, 0.5], [0.5, 0.5], [58, 74], [8, 8]]
        ),
        "These are the sds of the guess. Take those of the shared waits.": (
            _round_by_hand(estimate=_kept_sds)
        ),
        "You left the weights out of the squares: 66 counts half in each group.": (
            _round_by_hand(estimate=_squares_whole)
        ),
        "That is the round above. Here the guess has the means 50 and 82, and sds of 8.": np.array(
            [[0.303, 0.697], [0.434, 0.566], [53.72, 75.43], [6.76, 7.87]]
        ),
    },
    entries=tuple(
        f"the {what} of the {group} group"
        for what in ("weight of 66", "share", "mean", "sd")
        for group in ("short", "long")
    ),
    correct="Correct: that was a whole round. The middle wait draws both means to itself.",
    rtol=0,
    atol=np.repeat([[0.006], [0.006], [0.05], [0.05]], 2, axis=1),  # done by hand, and rounded
)

spine = Exercise(
    answer=[2, 4, 1, 3],
    mistakes={
        "You re-estimate before there are any weights. Which step makes them?": [2, 1, 4, 3],
        "A weight is height × share, so there must be curves and shares first.": [4, 2, 1, 3],
        "You re-estimate first of all, but with which weights?": [1, 2, 4, 3],
        "You repeat before the curves have moved once. What is there to repeat?": [2, 4, 3, 1],
        "That is their order on the page. Which step can be done with nothing at hand?": (
            [1, 2, 3, 4]
        ),
    },
    entries=("your first step", "your second step", "your third step", "your last step"),
    correct="Correct: guess, weigh, re-estimate, and repeat the two in the middle.",
)

monotone = Exercise(
    answer="b",
    mistakes={
        "Run (a) falls by 0.2 and recovers. With a right E step and M step no round falls, not "
        "even a little on the way to something better.": "a",
        "Run (c) rises once, then falls below its start. You met it in 04: the variance stood "
        "where the standard deviation belongs.": "c",
        "A flat stretch is allowed: a round may gain next to nothing, and a later one much. "
        "Look again for a run that never falls.": "d",
    },
    correct="Correct: run (b) never falls. It rests for a while, then climbs again; remember that.",
)

_WAITS = load("faithful")["waiting"].astype(float)
_HALVES = np.array([0.5, 0.5])
_FIRST = (_WAITS, _HALVES, np.array([50.0, 80.0]), np.array([6.0, 6.0]))
_SMALL = (
    np.array([1.0, 2.0, 3.0, 6.0, 7.0, 11.0, 13.0]),
    np.array([0.2, 0.3, 0.5]),
    np.array([1.0, 6.0, 10.0]),
    np.array([1.0, 1.5, 2.0]),
)
_ENTRIES = tuple(f"the {what} of group {k}" for what in ("share", "mean", "sd") for k in (0, 1))

my_loop = Exercise(
    answer=_em,
    mistakes={
        "These `weights` are sums of the weights of the points (`resp`). A share is their average: "
        "divide by n.": partial(_em, estimate=steps.sums),
        "You used the variance where the standard deviation belongs: take its root.": partial(
            _em, estimate=steps.variances
        ),
        "You divided the squares by n. Each group divides by its own count.": partial(
            _em, estimate=steps.squares_over_n
        ),
        "You divided the squares by the count less 1. EM divides by the count itself.": partial(
            _em, estimate=steps.one_less
        ),
        "The shares (`weights`) are still those of the guess. The new π is the average of the "
        "weights of the points (`resp`).": partial(_em, estimate=_kept_weights),
    }
    | _SPREADS,
    # One round first: on it the untouched blanks come back as they are.
    cases=((*_FIRST, 1), (*_FIRST, 3), (*_SMALL, 4)),
    entries=_ENTRIES,
    correct="Correct. The next one is the same, from nothing.",
)

my_em = Exercise(
    answer=_em,
    mistakes={
        "This is what one round gives. Is the E step inside the loop, and `return` after it?": (
            _one_round
        ),
        "You went round once too often: do `rounds` E steps and `rounds` M steps.": (_one_too_many),
        "You used the variance where the standard deviation belongs: take its root.": partial(
            _em, estimate=steps.variances
        ),
        "These `weights` are sums of the weights of the points (`resp`). A share is their average: "
        "divide by n.": partial(_em, estimate=steps.sums),
        "The shares π never change. The new ones are the averages of the columns of `resp`.": (
            partial(_em, estimate=_kept_weights)
        ),
        "You did not normalise: divide each point's row by its sum.": partial(
            _em, weigh=steps.parts
        ),
        "π is missing in the E step: height × share, then normalise.": partial(
            _em, weigh=steps.no_share
        ),
        "The heights are not divided by `sds`. The wider a curve, the lower it is.": (
            partial(_em, weigh=steps.no_width)
        ),
        "Your points go wholly to one group, as in K-means. Keep the fractions.": partial(
            _em, weigh=steps.winner_takes_all
        ),
        "You normalised over the points. Each point's row must add to 1.": partial(
            _em, weigh=steps.over_points
        ),
        "You measured the spread from the old means. Update the means first.": partial(
            _em, estimate=_around_old_means
        ),
        "You weighed the points again half-way through the M step, with the new means and the old "
        "spreads. One E step, then all of the M step.": partial(_em, estimate=_weighed_again),
        "You divided the squares by n. Each group divides by its own count.": partial(
            _em, estimate=steps.squares_over_n
        ),
        "You divided the squares by the count less 1. EM divides by the count itself.": partial(
            _em, estimate=steps.one_less
        ),
        "You returned the means first. The order is weights, means, sds.": _means_first,
        "You divided the means by n. Each group divides by its own count.": partial(
            _em, estimate=steps.means_over_n
        ),
    }
    | _SPREADS,
    # One round first: it shows a mistake where it is made, before it has spread.
    cases=((*_FIRST, 1), (*_FIRST, 5), (*_SMALL, 4)),
    entries=_ENTRIES,
    correct="Correct: this is EM, and you wrote it.",
)

two_reports = Exercise(
    answer="c",
    mistakes={
        "A said `converged`, but so did B. The word means: the last round gained less than the "
        "tolerance.": "a",
        "B stopped early, too, on the other side. Look at the last rows of the table.": "b",
        "With a tight tolerance both arrive at the same numbers: from both these starts there is "
        "one place to rest.": "d",
    },
    correct="Correct: both stopped on the way, one below and one above.",
)
