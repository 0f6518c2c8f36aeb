"""Checks of notebook 10, What breaks?"""

from functools import partial

import numpy as np
from scipy.special import log_softmax, softmax

from gmmlearn.checks.exercise import Exercise

# The E step far from every curve


def _logs(x, weights, means, sds):
    """log(π p) for each point and group, (n, k)."""
    constant = np.log(weights) - np.log(sds) - 0.5 * np.log(2 * np.pi)
    return constant - 0.5 * ((x[:, None] - means) / sds) ** 2


def _log_e_step(*arguments):
    return softmax(_logs(*arguments), axis=1)


def _shared(parts, axis=1):
    with np.errstate(invalid="ignore"):  # 0 / 0, which is the mistake
        return parts / parts.sum(axis=axis, keepdims=True)


def _heights_first(*arguments):
    return _shared(np.exp(_logs(*arguments)))


def _one_largest(*arguments):
    logs = _logs(*arguments)
    return _shared(np.exp(logs - logs.max()))


def _largest_of_each_group(*arguments):
    logs = _logs(*arguments)
    return _shared(np.exp(logs - logs.max(axis=0)))


def _small_number(*arguments, small=1e-300):
    parts = np.exp(_logs(*arguments))
    return parts / (parts.sum(axis=1, keepdims=True) + small)


def _small_number_everywhere(*arguments, small=1e-300):
    return _shared(np.exp(_logs(*arguments)) + small)


def _no_share(x, weights, means, sds):
    return _log_e_step(x, np.ones_like(weights), means, sds)


def _share_without_log(x, weights, means, sds):
    return softmax(_logs(x, np.ones_like(weights), means, sds) + weights, axis=1)


def _share_times_log(x, weights, means, sds):
    return softmax(_logs(x, np.ones_like(weights), means, sds) * weights, axis=1)


def _no_width(x, weights, means, sds):
    return _log_e_step(x, weights * sds, means, sds)


def _variance(x, weights, means, sds):
    return _log_e_step(x, weights, means, sds**2)


def _not_divided(*arguments):
    logs = _logs(*arguments)
    return np.exp(logs - logs.max(axis=1, keepdims=True))


def _logs_divided(*arguments):
    return _shared(_logs(*arguments))


def _over_points(*arguments):
    return softmax(_logs(*arguments), axis=0)


_TWO = np.array([0.36, 0.64]), np.array([50.0, 80.0]), np.array([5.0, 6.0])

my_log_e_step = Exercise(
    answer=_log_e_step,
    mistakes={
        "The exp came first: far out it gives 0, and 0 / 0 is nan. Stay with logs, subtract the "
        "row's largest, and only then take exp.": _heights_first,
        "You subtracted one number from the whole table. Each row needs its own largest: "
        "`max(axis=1, keepdims=True)`.": _one_largest,
        "You took the largest of each column. Which number is common to one point's parts? The "
        "largest of its row: `max(axis=1, keepdims=True)`.": _largest_of_each_group,
        "A small number was added to the total, or nan replaced. The far rows now add to 0. "
        "Subtract each row's largest log before exp.": _small_number,
        "You added a small number to every part. The nan is gone, but far out the split is equal, "
        "whatever the distances are. Subtract each row's largest log before exp.": (
            _small_number_everywhere
        ),
        "π is missing: its log is added, `np.log(weights) + …`.": _no_share,
        "You added the shares themselves. In logs a product is a sum: add `np.log(weights)`.": (
            _share_without_log
        ),
        "You multiplied the logs by the shares. In logs a product is a sum: add "
        "`np.log(weights)`.": _share_times_log,
        "The heights are not divided by `sds`. In logs: subtract `np.log(sds)`.": _no_width,
        "You used the variances where the standard deviations belong.": _variance,
        "Each row's largest is 1. Divide each row by its sum.": _not_divided,
        "These are logs of the weights. One exp is missing at the end.": (
            lambda *arguments: log_softmax(_logs(*arguments), axis=1)
        ),
        "These are still logs of height × share. Subtract each row's largest, take exp, and divide "
        "each row by its sum.": _logs,
        "You divided logs by their sum. Subtract each row's largest, take exp, and then divide.": (
            _logs_divided
        ),
        "You normalised over the points. Each point's row must add to 1.": _over_points,
    },
    cases=(
        # A thousand sds from the nearer curve, then among the curves too.
        (np.array([6080.0, 6085.0, 6090.0]), *_TWO),
        (np.array([50.0, 66.0, 6080.0]), *_TWO),
        (
            np.array([-3000.0, 1.0, 4.0, 900.0]),
            np.array([0.2, 0.3, 0.5]),
            np.array([0.0, 3.0, 5.0]),
            np.array([1.0, 2.0, 3.0]),
        ),
    ),
    correct="Correct. At any distance, it gives a row that adds to 1.",
    atol=1e-9,
)

# The M step with imaginary points


def _safe_sds(x, resp, means, variance, strength, real=True, imaginary=True, root=0.5):
    """The sds; the flags leave one of the parts out."""
    squares = (resp * (x[:, None] - means) ** 2).sum(axis=0)
    counts = resp.sum(axis=0) + (strength if imaginary else 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ((squares + (strength * variance if real else 0)) / counts) ** root


def _plain_sds(x, resp, means, *_):
    return _safe_sds(x, resp, means, 0, 0)


def _ridge(x, resp, means, variance, strength):
    return np.sqrt(_plain_sds(x, resp, means) ** 2 + variance)


def _floor(x, resp, means, variance, strength):
    return np.maximum(_plain_sds(x, resp, means), np.sqrt(variance))


def _spread_as_squares(x, resp, means, variance, strength):
    squares = _plain_sds(x, resp, means) ** 2  # already divided
    return np.sqrt((squares + strength * variance) / (resp.sum(axis=0) + strength))


def _one_point(x, resp, means, variance, strength):
    squares = (resp * (x[:, None] - means) ** 2).sum(axis=0)
    return np.sqrt((squares + variance) / (resp.sum(axis=0) + strength))


def _sd_as_variance(x, resp, means, variance, strength):
    return _safe_sds(x, resp, means, variance**2, strength)


def _half_divided(x, resp, means, variance, strength):
    squares = (resp * (x[:, None] - means) ** 2).sum(axis=0)
    return np.sqrt(squares + strength * variance / (resp.sum(axis=0) + strength))


def _over_n(x, resp, means, variance, strength):
    squares = (resp * (x[:, None] - means) ** 2).sum(axis=0)
    return np.sqrt((squares + strength * variance) / (len(x) + strength))


def _unweighted(x, resp, means, variance, strength):
    squares = ((x[:, None] - means) ** 2).sum(axis=0)
    return np.sqrt((squares + strength * variance) / (resp.sum(axis=0) + strength))


safe_sds = Exercise(
    answer=_safe_sds,
    mistakes={
        "The imaginary points are missing: two equal values still give an sd of 0.": _plain_sds,
        "You added the imaginary squares, but not the imaginary points: the count grows by "
        "`strength`, too.": partial(_safe_sds, imaginary=False),
        "You added the imaginary points to the count, but not their squares, "
        "`strength * variance`.": partial(_safe_sds, real=False),
        "You added `variance` once. Each of the `strength` imaginary points brings that square.": (
            _one_point
        ),
        "You added `variance` to every variance. Add the imaginary squares above the line, and "
        "their count below it.": _ridge,
        "You added the imaginary squares to a variance. Add them to the sum of the real squares.": (
            _spread_as_squares
        ),
        "You put a floor under the sds. With imaginary points a wide group's sd changes, too: add "
        "their squares above the line and their count below it.": _floor,
        "You squared `variance`. It is a square already.": _sd_as_variance,
        "These are the variances. Take the root.": partial(_safe_sds, root=1),
        "A bracket is missing: divide both sums of squares, real and imaginary, by the count.": (
            _half_divided
        ),
        "You divided by n. Each group has its own count, plus `strength`.": _over_n,
        "The squares are not weighted by `resp`.": _unweighted,
    },
    cases=(
        (
            np.array([48.0, 55.0, 66.0, 66.0, 83.0]),
            np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0]], dtype=float),
            np.array([62.0, 66.0]),
            4.0,
            2.5,
        ),
        (
            np.array([1.0, 2.0, 3.0, 5.0]),
            np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5], [0.1, 0.9]]),
            np.array([2.0, 4.0]),
            0.25,
            0.5,
        ),
    ),
    entries=("the sd of group 0", "the sd of group 1"),
    correct="Correct. However equal its points are, no group's sd reaches 0.",
)

# One run's numbers for another run's groups


def _same_names(labels_a, labels_b):
    """Each group of b gets the number that most of its points have in a."""
    new = np.empty_like(labels_b)
    for name in np.unique(labels_b):
        new[labels_b == name] = np.bincount(labels_a[labels_b == name]).argmax()
    return new


def _the_map(labels_a, labels_b):
    return [np.bincount(labels_a[labels_b == name]).argmax() for name in np.unique(labels_b)]


def _backwards(labels_a, labels_b):
    return np.array(_the_map(labels_b, labels_a))[labels_b]


def _other_way(labels_a, labels_b):
    return _same_names(labels_b, labels_a)


def _how_many(labels_a, labels_b):
    shared = [np.bincount(labels_a[labels_b == name]).max() for name in np.unique(labels_b)]
    return np.array(shared)[labels_b]


def _one_after_another(labels_a, labels_b):
    new = labels_b.copy()
    for old in np.unique(labels_b):
        if (new == old).any():
            new[new == old] = np.bincount(labels_a[new == old]).argmax()
    return new


def _by_size(labels_a, labels_b):
    order_a, order_b = (np.argsort(-np.bincount(labels)) for labels in (labels_a, labels_b))
    return order_a[np.argsort(order_b)][labels_b]


same_names = Exercise(
    answer=_same_names,
    mistakes={
        "You renamed one group after another in the same array, so a renamed group was renamed "
        "again. Write into a new array.": _one_after_another,
        "You matched a's groups to b. Ask for each group of b which number its points have in a.": (
            _backwards
        ),
        "You renamed a's groups. Rename those of b, so that they carry a's numbers.": _other_way,
        "These say how many points are shared (max). Which number has most of them? argmax.": (
            _how_many
        ),
        "You matched the groups by size. Count instead how many points they share.": _by_size,
        "These are the new numbers, one per group. Give one label per point: use the numbers as a "
        "table, `new_numbers[labels_b]`.": _the_map,
        "This is `labels_a`. The points on which the runs differ must still differ.": (
            lambda labels_a, labels_b: labels_a
        ),
        "Nothing has changed: these are the labels of b.": lambda labels_a, labels_b: labels_b,
    },
    cases=(
        # Every number moves on by one, and two points differ.
        (
            np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]),
            np.array([1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0, 1]),
        ),
        (
            np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]),
            np.array([2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1]),
        ),
        # The average of its names is no name for a group.
        (
            np.array([0, 0, 0, 2, 2, 1, 1, 1, 2, 2, 2]),
            np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]),
        ),
    ),
    correct="Correct. Now you can compare the two runs.",
)

# Three broken rounds

falls_at_once = Exercise(
    answer="d",
    mistakes={
        "Line a is right: share × height.": "a",
        "Line b is right: each point's row adds to 1.": "b",
        "Line c is right: a sound M step. Look at what becomes of its numbers.": "c",
    },
    correct="Correct: only the shares are sorted, so the short curve gets the long group's share.",
)

falls_later = Exercise(
    answer="b",
    mistakes={
        "Line a is right: share × height. How large are these numbers?": "a",
        "Line c is right: each point's row adds to 1.": "c",
        "Line d is right: a sound M step, on the weights that it is given.": "d",
    },
    correct="Correct: 0.001 is not small beside these heights, so waits are split more equally.",
)

hidden_bug = Exercise(
    answer="a",
    mistakes={
        "Line b is right: share × height. What does it multiply?": "b",
        "Line c is right: each point's row adds to 1.": "c",
        "Line d is right: a sound M step, on the weights that it is given.": "d",
    },
    correct="Correct: `/ sds` is missing, and two equal sds hide it.",
)
