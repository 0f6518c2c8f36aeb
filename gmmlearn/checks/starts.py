"""Checks of notebook 08, Where should I start?"""

from functools import partial

import numpy as np

from gmmlearn.checks.exercise import Exercise

# By hand: six galaxies, 9, 11, 20, 21, 32 and 34, from the centres 21, 32 and 34.

stuck_centres = Exercise(
    answer=[15.25, 32, 34],
    entries=("centre 0", "centre 1", "centre 2"),
    mistakes={
        "These are the means of the three groups that you see. The centres do not see them: "
        "assign each galaxy to the nearest of 21, 32 and 34.": [10, 20.5, 33],
        "These are the centres you began with. Centre 0 has four galaxies: average them.": (
            [21, 32, 34]
        ),
        "You left out 21: a centre's own galaxy counts, too.": [40 / 3, 32, 34],
        "You averaged 20 and 21 for centre 0. Whose are 9 and 11? No other centre is nearer.": (
            [20.5, 32, 34]
        ),
        "You moved 21 to the centre 32. From 15.25 it is 5.75 away, from 32 it is 11.": (
            [40 / 3, 26.5, 34]
        ),
        "Centre 0 gave 61: that is the sum. Divide it by four.": [61, 32, 34],
        "You swapped the order: centre 0 began at 21, centre 2 at 34.": [34, 32, 15.25],
    },
    correct="Correct: one centre for two groups, two centres for one, and nothing moves.",
    rtol=0,
    atol=0.051,
)

early_or_local = Exercise(
    answer="b",
    mistakes={
        "X stopped at 1e-3. In the table, what becomes of −220.4 when the tolerance shrinks?": "a",
        "The other way round: which score is still there at 1e-8, which one is gone?": "c",
        "Y stopped at 1e-8, and when disturbed it came back. More patience cannot lift it.": "d",
    },
    correct="Correct: X needs more rounds first, Y needs another start.",
)


# From nothing: each next point is the farthest from the nearest one chosen.


def _apart(x, chosen):
    """The squared distance of each row to each row chosen, (n, chosen so far)."""
    return ((x[:, None] - x[chosen]) ** 2).sum(axis=2)


def _nearest(x, chosen):
    return _apart(x, chosen).min(axis=1)


def _pick(x, k, first, gap=_nearest, best=np.argmax):
    """The numbers of the rows chosen; `gap` says how far a row is from those before."""
    chosen = [first]
    while len(chosen) < k:
        chosen.append(int(best(gap(x, chosen))))
    return chosen


def _points(x, k, first, gap=_nearest, best=np.argmax):
    return x[_pick(x, k, first, gap, best)]


def _to_all(x, chosen):
    return np.sqrt(_apart(x, chosen)).sum(axis=1)


def _to_all_squared(x, chosen):
    return _apart(x, chosen).sum(axis=1)


def _to_farthest(x, chosen):
    return _apart(x, chosen).max(axis=1)


def _to_last(x, chosen):
    return _apart(x, chosen[-1:])[:, 0]


def _to_first(x, chosen):
    gaps = _apart(x, chosen[:1])[:, 0]
    gaps[chosen] = 0
    return gaps


def _in_first_column(x, chosen):
    return np.abs(x[:, None, 0] - x[chosen, 0]).min(axis=1)


def _to_numbers(x, chosen):
    return ((x[:, None] - np.array(chosen)[:, None]) ** 2).sum(axis=2).min(axis=1)


def _by_blocks(x, chosen):
    return np.abs(x[:, None] - x[chosen]).sum(axis=2).min(axis=1)


def _nearest_unchosen(gaps):
    return np.where(gaps > 0, gaps, np.inf).argmin()


# On these tables every mistake gives other points than the answer does.
_ROWS = np.array([[10, 6], [7, 9], [6, 8], [9, 2], [0, 3], [3, 9], [10, 0], [5, 9]], dtype=float)
_OTHERS = np.array([[3, 8], [4, 6], [5, 7], [3, 0], [3, 6], [6, 10], [2, 4], [10, 1]], dtype=float)
_LINE = np.array([[9.0], [10.0], [20.0], [21.0], [32.0], [34.0]])

my_farthest_first = Exercise(
    answer=_points,
    mistakes={
        "These are row numbers. Return the points themselves: x[chosen].": _pick,
        "You added up the distances to all the chosen points. Take the distance to the nearest "
        "of them: a point may be far from most and beside one.": partial(_points, gap=_to_all),
        "You added up the squared distances to all the chosen points. Take the one to the "
        "nearest: a point may be far from most and beside one.": (
            partial(_points, gap=_to_all_squared)
        ),
        "You took each point's distance to the farthest chosen one (max). The nearest chosen one "
        "counts (min).": partial(_points, gap=_to_farthest),
        "You measured from the last chosen point only. The earlier ones count too, or you jump "
        "back beside them.": partial(_points, gap=_to_last),
        "You measured from the first point only. Those chosen since then count too.": partial(
            _points, gap=_to_first
        ),
        "You measured from the row *numbers*. Measure from the rows: x[chosen].": partial(
            _points, gap=_to_numbers
        ),
        "You took the nearest point each time. The farthest is wanted: argmax.": partial(
            _points, best=_nearest_unchosen
        ),
        "You measured in the first column only. Add up the squares of all columns.": partial(
            _points, gap=_in_first_column
        ),
        "You added up the columns' differences. By Pythagoras, add up their squares.": partial(
            _points, gap=_by_blocks
        ),
        "The first point is missing: it is one of the k.": (
            lambda x, k, first: _points(x, k, first)[1:]
        ),
        "That is one point too many: the first one counts among the k.": (
            lambda x, k, first: _points(x, k + 1, first)
        ),
    },
    cases=((_ROWS, 4, 1), (_OTHERS, 4, 5), (_LINE, 3, 2)),
    correct="Correct: this is farthest-first.",
)

enough_starts = Exercise(
    answer=8,
    mistakes={
        "With 7, all fail once in 66 times: 0.55 ** 7 is 0.015. Round up.": 7,
        "You let all of them succeed by chance, 0.45 ** n. All must fail: 0.55 ** n.": 6,
        "You divided 0.99 by 0.45, as if chances add up. With three starts, all fail with "
        "0.55 ** 3 = 0.17.": 3,
        "Two starts both fail with 0.55 ** 2 = 0.30. How many make that 0.01 or less?": 2,
        "With 5 all fail once in 20 times: 0.55 ** 5 is 0.05.": 5,
        "That many make it 99 % exactly. A number of starts is whole: round up.": 7.703,
        "A number of starts is whole: round up.": 7.7,
        "With 9 all fail less than once in 200 times. One start fewer does.": 9,
        "With 10 all fail less than once in 300 times. A smaller n does.": 10,
        "A hundred is more than enough. Which is the first n with 0.55 ** n of 0.01 or less?": 100,
    },
    rtol=0,
    correct="Correct: 0.55 ** 8 is 0.008. One more start nearly halves what is left.",
)
