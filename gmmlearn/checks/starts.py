"""Checks of notebook 08, Where should I start?"""

from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from gmmlearn import init
from gmmlearn.assign import hard
from gmmlearn.checks.exercise import Exercise, Verdict
from gmmlearn.trace import run

# By hand: six galaxies, 9, 11, 20, 21, 32 and 34, from the centres 21, 32 and 34.

stuck_centres = Exercise(
    answer=[15.25, 32, 34],
    entries=("centre 0", "centre 1", "centre 2"),
    mistakes={
        "These are the means of the three groups that you see. The centres do not see groups: "
        "assign each galaxy to the nearest of 21, 32 and 34.": [10, 20.5, 33],
        "These are the centres you began with. Centre 0 has four galaxies: average them.": (
            [21, 32, 34]
        ),
        "You left out 21: the galaxy at which a centre began counts, too.": [40 / 3, 32, 34],
        "You averaged 20 and 21 for centre 0. Whose are 9 and 11? No other centre is nearer.": (
            [20.5, 32, 34]
        ),
        "You gave galaxy 21 to the centre at 32. It is 11 away, and only 5.75 from 15.25.": (
            [40 / 3, 26.5, 34]
        ),
        "For centre 0 you gave the sum, 61. Divide it by four.": [61, 32, 34],
        "You swapped the order: centre 0 began at 21, centre 2 at 34.": [34, 32, 15.25],
        "61 / 4 is 15.25. Give at least one decimal.": [15, 32, 34],
    },
    correct="Correct: one centre serves two groups, two serve one, and nothing moves any more.",
    rtol=0,
    atol=0.051,
)

early_or_local = Exercise(
    answer="b",
    mistakes={
        "X stopped at 1e-3. In the table, what happens to −220.4 when the tolerance shrinks?": "a",
        "It is the other way round: which score is still there at 1e-8, which one is gone?": "c",
        "Y stopped at 1e-8, and when such a run was disturbed, it came back. More rounds cannot "
        "lift it.": "d",
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
        "You took the smallest over the points (axis=0). Each point needs its own smallest: "
        "min(axis=1).": partial(_points, gap=lambda x, chosen: _apart(x, chosen).min(axis=0)),
        "You measured from the row *numbers*. Measure from the rows: x[chosen].": partial(
            _points, gap=_to_numbers
        ),
        "You took the nearest point each time. Take the farthest: argmax.": partial(
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
    cases=((_OTHERS, 4, 5), (_ROWS, 4, 1), (_LINE, 3, 2)),
    correct="Correct: this is farthest-first.",
)

# The five blobs, and what outliers do to a start. An end is good as in the notebook: its inertia is
# within a tenth of the best.

_MIDDLES = np.array([[2, 2], [4.5, 3], [8, 2], [3, 8], [8, 8]])


@cache
def _blobs():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(middle, 0.5, (40, 2)) for middle in _MIDDLES])


def _inertia(end):
    return -2 * end.objectives[-1]


def _end(x, centres):
    return run(x, init.centroids(centres), assign=hard)


_NEAR = (
    "Farthest first still ends well too often. An outlier wins a centre only if it lies "
    "farther from the points chosen so far than every blob that has none yet. Move it out."
)
_FAR = (
    "Farthest first still ends well too often. So far out, the best end itself spends a centre on "
    "outliers alone, and lets two blobs share one: that costs less. Move them in."
)
_BOTH_BREAK = (
    "Farthest first breaks, but k-means++ does, too: its chances grow with the squared distance. "
    "Use fewer outliers, or move them in."
)


@dataclass(frozen=True)
class OutliersExercise(Exercise):
    """One to three points that mislead farthest first, but not k-means++: what they do decides."""

    def _compare(self, got, want, mistakes) -> Verdict:
        try:
            added = np.atleast_2d(np.asarray(got, dtype=float))
        except (TypeError, ValueError):
            added = np.empty(0)
        if added.ndim != 2 or added.shape[1] != 2 or not np.isfinite(added).all():
            return Verdict(
                "wrong", "Points are wanted, an x and a y each, such as [[1, 2], [3, 4]]."
            )
        if not 1 <= len(added) <= 3:
            return Verdict("wrong", f"One to three points are wanted, but {len(added)} came.")
        return self._judge_points(added)

    def _judge_points(self, added) -> Verdict:
        x = np.concatenate([_blobs(), added])
        ways = init.farthest_first, init.kmeans_plus_plus
        ends = [[_end(x, way(x, 5, seed)) for seed in range(50)] for way in ways]
        inertias = np.array([[_inertia(end) for end in some] for some in ends])
        good = inertias < 1.1 * min(inertias.min(), _inertia(_end(x, _MIDDLES)))
        farthest, plus_plus = good.sum(axis=1)
        told = f"Farthest first ended well in {farthest} of 50 draws, k-means++ in {plus_plus}."
        if farthest > 5:
            owners = ends[0][good[0].argmax()].mixture.predict(x)
            alone = not set(owners[len(_blobs()) :]) <= set(owners[: len(_blobs())])
            return Verdict("wrong", f"{_FAR if alone else _NEAR} {told}")
        if plus_plus < 20:
            return Verdict("wrong", f"{_BOTH_BREAK} {told}")
        return Verdict("correct", f"{self.correct} {told}")


outliers = OutliersExercise(
    answer=[[12, 12]],
    mistakes={
        _NEAR: [[5.5, 5.5]],
        _FAR: [[20, 20]],
        _BOTH_BREAK: [[14, 14], [-5, 12], [14, -4]],
    },
    correct="Correct: farthest first nearly always takes an outlier, k-means++ only by chance.",
)


# From nothing: a start that beats random points on the blobs with one outlier.

_OUTLIER = np.array([12.0, 12.0])
_DRAWS = 800  # so many that luck decides nothing: of 200, k-means++ reaches 116 to 148
_ENOUGH = 480


@cache
def _tables():
    """The blobs and the outlier, in a new order for each draw: the order of rows is no help."""
    x = np.concatenate([_blobs(), [_OUTLIER]])
    return [np.random.default_rng(1000 + i).permutation(x) for i in range(_DRAWS)]


@cache
def _top():
    return _inertia(_end(_tables()[0], _MIDDLES))


def _good(starts):
    pairs = zip(_tables(), starts, strict=True)
    return sum(_inertia(_end(x, start)) < 1.1 * _top() for x, start in pairs)


def _draws(function, tables):
    return [
        np.asarray(function(x.copy(), 5, np.random.default_rng(i)), dtype=float)
        for i, x in enumerate(tables)
    ]


@cache
def _random_good():
    return _good(_draws(init.random_points, _tables()))


_ROW_NUMBERS = "These look like row numbers. Return the points themselves: x[chosen]."
_NO_DATA = "Your points stay where they are when the data moves. Take them from x."
_TWICE = "Two of your points are the same. One of the two centres would then own nothing."
_TAKES_OUTLIER = (
    "Your points include the outlier too often, and then two blobs share a centre. Give far "
    "points a good chance, but a smaller one."
)
_WEAK = (
    "That is no clear lead over random points. A point far from those chosen so far needs a much "
    "better chance than one beside them."
)


@dataclass(frozen=True)
class StartExercise(Exercise):
    """A start of one's own, judged by how often K-means from it ends well."""

    def _try(self, function) -> Verdict:
        form = self._try_on(function, (_tables()[0].copy(), 5, np.random.default_rng(0)))
        if form.status != "correct":
            return form
        try:
            starts = _draws(function, _tables())
            moved = _draws(function, [x + 100 for x in _tables()[:3]])
        except Exception as error:
            return Verdict("wrong", f"Your function stopped with {type(error).__name__}: {error}")
        if any(start.shape != (5, 2) or not np.isfinite(start).all() for start in starts):
            return Verdict("wrong", "Your function did not return k points, (k, d), in every draw.")
        if any(np.array_equal(a, b) for a, b in zip(moved, starts, strict=False)):
            return Verdict("wrong", _NO_DATA)
        if any(len(np.unique(start, axis=0)) < 5 for start in starts):
            return Verdict("wrong", _TWICE)
        return self._count(starts)

    def _count(self, starts) -> Verdict:
        good = _good(starts)
        told = f"Of {_DRAWS} draws, yours ended well in {good}, random points in "
        told += f"{_random_good()}."
        if good >= _ENOUGH:
            return Verdict("correct", f"{self.correct} {told}")
        taken = sum((start == _OUTLIER).all(axis=1).any() for start in starts)
        message = _TAKES_OUTLIER if taken > _DRAWS / 4 else _WEAK
        return Verdict("wrong", f"{message} {told} Yours must in {_ENOUGH}.")

    def _compare(self, got, want, mistakes) -> Verdict:
        """The form of one draw."""
        try:
            shape = np.asarray(got, dtype=float).shape
        except (TypeError, ValueError):
            return super()._compare(got, want, mistakes)
        if shape == (5,):
            return Verdict("wrong", _ROW_NUMBERS)
        if shape != (5, 2):
            return Verdict("wrong", f"Return k points, (k, d), here (5, 2). Yours are {shape}.")
        if not np.isfinite(np.asarray(got, dtype=float)).all():
            return Verdict("wrong", "Some of your numbers are not finite.")
        return Verdict("correct", self.correct)


my_start = StartExercise(
    answer=init.kmeans_plus_plus,
    mistakes={
        _ROW_NUMBERS: lambda x, k, rng: rng.choice(len(x), k, replace=False),
        _NO_DATA: lambda x, k, rng: rng.uniform(0, 10, (k, 2)),
        _TWICE: lambda x, k, rng: np.tile(x.mean(axis=0), (k, 1)),
        _TAKES_OUTLIER: lambda x, k, rng: _points(x, k, rng.integers(len(x))),
        _WEAK: lambda x, k, rng: rng.permutation(x)[:k],
    },
    cases=((np.concatenate([_blobs(), [_OUTLIER]]), 5, np.random.default_rng(0)),),
    correct="Correct: your start beats random points.",
)

enough_starts = Exercise(
    answer=8,
    mistakes={
        "With 7 starts, all fail once in 66 times: 0.55 ** 7 is 0.015. Round up.": 7,
        "You took the chance that all succeed, 0.45 ** n. All fail with a chance of 0.55 ** n.": 6,
        "You divided 0.99 by 0.45, as if chances added up. With three starts, all fail with a "
        "chance of 0.55 ** 3 = 0.17.": 3,
        "Two starts both fail with a chance of 0.55 ** 2 = 0.30. When is that 0.01 or less?": 2,
        "With 5 starts, all fail once in 20 times: 0.55 ** 5 is 0.05.": 5,
        "That gives 99 % exactly, but a number of starts is whole: round up.": 7.703,
        "A number of starts is whole: round up.": 7.7,
        "With 9 starts, all fail less than once in 200 times. One start fewer will do.": 9,
        "With 10 starts, all fail less than once in 300 times. A smaller n will do.": 10,
        "A hundred is more than enough. What is the first n with 0.55 ** n of 0.01 or less?": 100,
    },
    rtol=0,
    atol=1e-3,
    correct="Correct: 0.55 ** 8 is 0.008. One more start nearly halves what is left.",
)
