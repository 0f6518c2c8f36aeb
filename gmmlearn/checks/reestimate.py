"""Checks of notebook 04, How do weights move a curve?"""

import numpy as np

from gmmlearn.checks import steps
from gmmlearn.checks.exercise import Exercise

# Six waits in minutes, and how the E step of a wide guess (means 50 and 80, standard deviations
# 10) shares them out between the short and the long group, rounded to tenths.
WAITS = np.array([48, 52, 58, 66, 75, 83])
SHORT = np.array([1, 1, 0.9, 0.4, 0, 0])
RESP = np.column_stack([SHORT, 1 - SHORT])


def _group(w, over=None, mean=None, centre=None, counted=1, power=0.5):
    """One group's count, mean, sd and share; each argument after w puts one mistake in."""
    over = w.sum() if over is None else over
    mean = (w * WAITS).sum() / over if mean is None else mean
    squares = (WAITS - (mean if centre is None else centre)) ** 2
    variance = (w**counted * squares).sum() / over if counted else squares.mean()
    return np.array([w.sum(), mean, variance**power, w.mean()])


_BY_SIX = (SHORT * WAITS).sum() / 6  # the mean, divided by all the waits

short_group = Exercise(
    answer=_group(SHORT),
    mistakes={
        "This is right to one decimal. Give two.": [3.3, 54.1, 5.8, 0.55],
        "The mean is right to one decimal. Give two.": [3.3, 54.1, 5.82, 0.55],
        "The sd is right to one decimal. Give two.": [3.3, 54.12, 5.8, 0.55],
        "You averaged the weights and left the waits out. Let each wait count by its weight.": [
            SHORT.sum(),
            SHORT.mean(),
            SHORT.std(),
            SHORT.mean(),
        ],
        "Your mean is the average weight: that is the share. Each wait counts by its weight.": (
            _group(SHORT, mean=SHORT.mean())
        ),
        "You used the variance where the standard deviation belongs: take its root.": _group(
            SHORT, power=1
        ),
        "You divided by 6, the number of all waits. This group holds 3.3: divide by that.": _group(
            SHORT, over=6
        ),
        "You divided by 6 for the mean. This group holds 3.3 waits: divide by that.": _group(
            SHORT, mean=_BY_SIX
        ),
        "Only your mean is divided by 6, all the waits. Divide it by the count, 3.3.": (
            _group(SHORT) * [1, 3.3 / 6, 1, 1]
        ),
        "The mean is right, but you divided the squares by 6 and not by the count.": _group(
            SHORT, mean=steps.average(WAITS, SHORT), over=6
        ),
        "You divided the squares by the count less 1. The M step divides by the count itself.": (
            _group(SHORT) * [1, 1, np.sqrt(3.3 / 2.3), 1]
        ),
        "pandas divided by 32, one less than the 33 tenths. The M step divides by the count "
        "itself, as numpy's `.std()` does.": _group(SHORT) * [1, 1, np.sqrt(33 / 32), 1],
        "This is the plain mean and standard deviation: every wait counted fully.": _group(
            SHORT, mean=WAITS.mean(), counted=0
        ),
        "The mean is weighted, but the squared distances were averaged without weights.": _group(
            SHORT, counted=0
        ),
        "You did not divide the mean by the count.": _group(SHORT) * [1, 3.3, 1, 1],
        "You did not divide the squares by the count.": _group(SHORT) * [1, 1, 3.3**0.5, 1],
        "Divide by the count first, then take the root.": _group(SHORT) / [1, 1, 3.3**0.5, 1],
        "This is the sd of all six waits, each counted fully. Count each by its weight.": (
            np.where(np.arange(4) == 2, WAITS.std(), _group(SHORT))
        ),
        "You measured the distances from the long group's mean. Use this group's.": _group(
            SHORT, centre=steps.average(WAITS, 1 - SHORT)
        ),
        "This sd is the long group's.": np.where(
            np.arange(4) == 2, _group(1 - SHORT), _group(SHORT)
        ),
        "You counted every wait with some weight as a whole one. Each counts by its weight.": (
            np.array([4, WAITS[:4].mean(), WAITS[:4].std(), 4 / 6])
        ),
        "You gave each wait wholly to its likelier group, as in 02. Each counts by its weight.": (
            np.array([3, WAITS[:3].mean(), WAITS[:3].std(), 3 / 6])
        ),
        "You squared the weights as well. Square the distance, then multiply by the weight.": (
            _group(SHORT, counted=2)
        ),
        "You measured the distances from the guess's mean, 50. Use the new mean.": _group(
            SHORT, centre=50
        ),
        "You measured the distances from the plain mean of all waits. Use this group's mean.": (
            _group(SHORT, centre=WAITS.mean())
        ),
        "Your share is the sum of the weights. A share is their average: divide by 6.": (
            _group(SHORT) * [1, 1, 1, 6]
        ),
        "These are the long group's numbers. Take the other column of the table.": _group(
            1 - SHORT
        ),
    },
    entries=("the count", "the mean", "the sd", "the share"),
    correct="Correct: 3.3 waits, with a mean of 54.12, an sd of 5.82 and a share of 0.55.",
    rtol=0,
    atol=(0.006, 0.012, 0.012, 0.006),  # done by hand, two decimals are enough
)


def _plain_mean(x, resp):
    means = np.full(resp.shape[1], x.mean())
    return resp.mean(axis=0), means, steps.sds(x, resp, means)


def _around_plain_mean(x, resp):
    weights, means, _ = steps.m_step(x, resp)
    return weights, means, steps.sds(x, resp, x.mean())


def _weights_for_points(x, resp):
    return resp.mean(axis=0), resp.mean(axis=0), resp.std(axis=0)


def _average_weights(x, resp):
    means = resp.mean(axis=0)
    return means, means, steps.sds(x, resp, means)


_EVEN = np.linspace(1, 9, 9)  # a second case: other waits, and three groups
_THREE_GROUPS = np.column_stack(
    [np.linspace(*ends, 9) for ends in ((0.7, 0.1), (0.2, 0.2), (0.1, 0.7))]
)

my_m_step = Exercise(
    answer=steps.m_step,
    mistakes={
        "You returned the variances where the standard deviations belong: take the root.": (
            steps.variances
        ),
        "You divided by n, the number of points. Each group divides by its own sum of weights.": (
            steps.all_over_n
        ),
        "You divided the means by n. Each group divides by its own sum of weights.": (
            steps.means_over_n
        ),
        "The means are right, but you divided the squares by n and not by the sum of weights.": (
            steps.squares_over_n
        ),
        "You used the plain mean of x for every group: each group has a weighted one.": _plain_mean,
        "You measured the deviations from the plain mean. Use each group's own new mean.": (
            _around_plain_mean
        ),
        "You averaged the squared deviations without the weights.": steps.squares_unweighted,
        "You squared the weights as well. Square the distance, then multiply by the weight.": (
            steps.weights_squared
        ),
        "You divided by the sum of the weights less 1. The M step divides by the sum itself.": (
            steps.one_less
        ),
        "You averaged the weights and left x out. Let each point count by its weight.": (
            _weights_for_points
        ),
        "Your means are average weights: those are the shares. Each point counts by its weight.": (
            _average_weights
        ),
        "Your new shares are sums of weights. Divide by n, and they add to 1.": steps.sums,
        "You returned the means first. The order is shares, means, sds.": steps.means_first,
        "You returned the shares second. The order is shares, means, sds.": (
            lambda x, resp: np.array(steps.m_step(x, resp))[[1, 0, 2]]
        ),
        "You returned the sds before the means. The order is shares, means, sds.": (
            lambda x, resp: np.array(steps.m_step(x, resp))[[0, 2, 1]]
        ),
        "This call has three groups, but you returned only two. Loop over all the columns of "
        "resp: resp.shape[1].": lambda x, resp: steps.m_step(x, resp[:, :2]),
        "This is the sd of all the points, each counted fully. Count each by its weight.": (
            lambda x, resp: (*steps.m_step(x, resp)[:2], np.full(resp.shape[1], x.std()))
        ),
        "Divide by the sum of weights first, then take the root.": (
            lambda x, resp: (
                *(step := steps.m_step(x, resp))[:2],
                step[2] / resp.sum(axis=0) ** 0.5,
            )
        ),
    },
    cases=((WAITS, RESP), (_EVEN, _THREE_GROUPS)),
    entries=tuple(f"the {what} of group {k}" for what in ("share", "mean", "sd") for k in (0, 1)),
    correct="Correct: this is the M step, and you wrote it.",
)


_COUNTS_ARE_FINE = (
    "Line a is right: it adds the weights down each column, one count for each group."
)
_MEANS_ARE_FINE = "Line b is right: weight × point, added up, over the group's own count."
_SQUARES_ARE_FINE = "Line c is right: it computes the variances. See what becomes of them."

bug_a = Exercise(
    answer="d",
    mistakes={
        _COUNTS_ARE_FINE: "a",
        _MEANS_ARE_FINE: "b",
        _SQUARES_ARE_FINE: "c",
    },
    correct="Correct: line d returns variances where standard deviations belong.",
)

bug_b = Exercise(
    answer="b",
    mistakes={
        _COUNTS_ARE_FINE: "a",
        "Line c is right in itself, but it measures from wrong means. Where do they come "
        "from?": "c",
        "Line d is right: the shares are divided by n. What else is divided by n?": "d",
    },
    correct="Correct: the means are divided by n, not by the group's own count.",
)

bug_c = Exercise(
    answer="c",
    mistakes={
        _COUNTS_ARE_FINE: "a",
        _MEANS_ARE_FINE: "b",
        "Line d is right: it returns the shares, the means and the roots of what line c gave.": "d",
    },
    correct="Correct: the weights are missing, so each spread is taken over all the points.",
)
