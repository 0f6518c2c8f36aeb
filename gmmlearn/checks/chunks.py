"""Checks of notebook 14, What if it does not fit in memory?"""

from functools import partial

import numpy as np

from gmmlearn.checks import steps
from gmmlearn.checks.exercise import Exercise
from gmmlearn.em import statistics
from gmmlearn.init import by_hand
from gmmlearn.mixture import Mixture, Statistics

# The six waits of notebook 04 in two halves; the weights of the long group.

_WAITS = np.array([48.0, 52, 58, 66, 75, 83])
_LONG = np.array([0, 0, 0.1, 0.6, 1, 1])
_HALVES = np.split(_WAITS, 2), np.split(_LONG, 2)
_MEANS = [np.average(x, weights=w) for x, w in zip(*_HALVES, strict=True)]  # of each half


def _count_and_mean(count=None, mean=None):
    mean = np.average(_WAITS, weights=_LONG) if mean is None else mean
    return [_LONG.sum() if count is None else count, mean]


halves_by_hand = Exercise(
    answer=_count_and_mean(),
    mistakes={
        "You averaged the means of the halves. But the first half holds only a tenth of a long "
        "wait: add the sums, then divide.": _count_and_mean(mean=np.mean(_MEANS)),
        "You averaged the counts and the means of the halves. Counts add up, and so do sums.": (
            _count_and_mean(_LONG.sum() / 2, np.mean(_MEANS))
        ),
        "This is the second half alone. Add what the first half brings.": _count_and_mean(
            _LONG[3:].sum(), _MEANS[1]
        ),
        "You divided by 6, the number of waits. The long group's count is 2.7.": (
            _count_and_mean(mean=_WAITS @ _LONG / 6)
        ),
        "Your mean is still the sum. Divide it by the count.": _count_and_mean(mean=_WAITS @ _LONG),
        "You counted every wait fully. Each counts by its weight.": _count_and_mean(
            mean=_WAITS.mean()
        ),
    },
    entries=("the count", "the mean"),
    correct="Correct: 203.4 / 2.7, from two halves that never met.",
    rtol=0,
    atol=(0.006, 0.06),  # by hand
)


# A round in plain numpy: the sums are collected chunk by chunk, the rest is done once.


def _sums(x, *guess):
    """Rows, counts, Σ r x and Σ r x² of a chunk."""
    resp = steps.e_step(x, *guess)
    return np.array([np.full(resp.shape[1], len(x)), resp.sum(0), x @ resp, x**2 @ resp])


def _fitted(rows, counts, sums, squares, over=None):
    means = sums / (counts if over is None else over)
    spread = squares / (counts if over is None else over) - means**2
    return np.array([counts / rows, means, np.sqrt(spread)])


def _round(chunks, weights, means, sds):
    return _fitted(*sum(_sums(x, weights, means, sds) for x in chunks))


def _changed(change):
    """The round with a mistake in its last lines: change(rows, counts, sums, squares, chunks)."""
    return lambda chunks, *guess: change(*sum(_sums(x, *guess) for x in chunks), chunks)


def _variances(chunks, *guess):
    weights, means, sds = _round(chunks, *guess)
    return np.array([weights, means, sds**2])


def _averaged(chunks, *guess):
    return np.mean([_round([x], *guess) for x in chunks], axis=0)


_CHUNKS = [np.array([48.0, 52, 58, 51]), np.array([66.0, 75, 83]), np.array([55.0, 79])]
_OTHER = [np.linspace(10, 30, 7), np.linspace(15, 60, 12), np.array([33.0, 41])]
_PLAIN = (
    (_CHUNKS, np.array([0.5, 0.5]), np.array([50.0, 80.0]), np.array([10.0, 10.0])),
    (_OTHER, np.array([0.3, 0.7]), np.array([20.0, 40.0]), np.array([6.0, 9.0])),
)
_ENTRIES = tuple(f"the {what} of group {k}" for what in ("share", "mean", "sd") for k in (0, 1))

my_round = Exercise(
    answer=_round,
    mistakes={
        "You divided the shares by the rows of the last chunk. `len(x)` is one chunk, `n` is all "
        "rows.": _changed(
            lambda n, r, s, q, chunks: np.array([r / len(chunks[-1]), *_fitted(n, r, s, q)[1:]])
        ),
        "Your shares are sums of weights. Divide them by `n`, all the rows.": _changed(
            lambda n, r, s, q, _: np.array([r, *_fitted(n, r, s, q)[1:]])
        ),
        "You divided the sums by `n`. Each group divides by its own count.": _changed(
            lambda n, r, s, q, _: _fitted(n, r, s, q, over=n)
        ),
        "You divided the sums by `n`. Each group divides by its own count, too.": _changed(
            lambda n, r, s, q, _: np.array([r / n, s / n, np.sqrt(q / r - (s / n) ** 2)])
        ),
        "In the sds the square of the mean is wrong: it is the mean of its group, sums / counts.": (
            _changed(lambda n, r, s, q, _: np.array([r / n, s / r, np.sqrt(q / r - (s / n) ** 2)]))
        ),
        "You took the mean off after the root. Take its square off under the root.": _changed(
            lambda n, r, s, q, _: np.array([r / n, s / r, np.sqrt(q / r) - s / r])
        ),
        "You returned the variances: take their roots.": _variances,
        "The square of the mean is missing: mean of the squares − square of the mean.": _changed(
            lambda n, r, s, q, _: np.array([r / n, s / r, np.sqrt(q / r)])
        ),
        "The means are right, but a number under the root is negative. It is squares / counts "
        "minus the square of the new mean: not / n, not the sums, and not the other way round.": (
            _changed(lambda n, r, s, q, _: np.array([r / n, s / r, np.full(len(r), np.nan)]))
        ),
        "You averaged the answers of the chunks. Add up the sums, and divide once.": _averaged,
    },
    cases=_PLAIN,
    entries=_ENTRIES,
    correct="Correct. The next one is shorter: the library keeps the sums.",
)


# The same with the library: what comes back is a mixture, and is compared by its numbers.


def _told(value):
    """A mixture as shares, means, sds; a total as the counts, which no mixture's numbers are."""
    if isinstance(value, Mixture):
        return _numbers(value)
    return value.counts if isinstance(value, Statistics) else value


def _numbers(mixture):
    parts = mixture.components
    return np.array([mixture.weights, parts.means[:, 0], parts.sds[:, 0]])


class _Rounds(Exercise):
    """An exercise whose attempts hand back mixtures."""

    def _judge(self, got, want, mistakes):
        return super()._judge(_told(got), want, mistakes)


def _total(chunks, mixture):
    return sum(statistics(chunk, mixture) for chunk in chunks)


def _library_round(chunks, mixture):
    return _numbers(mixture.from_statistics(_total(chunks, mixture)))


def _updated_on_the_way(chunks, mixture):
    for chunk in chunks:
        mixture = mixture.from_statistics(statistics(chunk, mixture))
    return _numbers(mixture)


def _moving_total(chunks, mixture):
    """All the sums are kept, but each chunk is weighed by the mixture of the chunks before."""
    now, total = mixture, 0
    for chunk in chunks:
        total = total + statistics(chunk, now, anchor=mixture)
        now = mixture.from_statistics(total)
    return _numbers(now)


def _average_of_mixtures(chunks, mixture, counted=False):
    sizes = [len(chunk) for chunk in chunks] if counted else None
    return np.average([_library_round([c], mixture) for c in chunks], axis=0, weights=sizes)


def _one_row_a_chunk(chunks, mixture):
    """Each chunk's sums divided by its rows, then added: every chunk counts alike."""
    parts = (statistics(chunk, mixture) * (1 / len(chunk)) for chunk in chunks)
    return _numbers(mixture.from_statistics(sum(parts)))


round_in_chunks = _Rounds(
    answer=_library_round,
    mistakes={
        "This is the total. `mixture.from_statistics(total)` makes the next mixture from it.": (
            lambda chunks, mixture: _total(chunks, mixture).counts
        ),
        "You changed the mixture with each chunk, so the last chunk alone decides. Add up "
        "all the statistics, then make the mixture once.": _updated_on_the_way,
        "You weighed each chunk with a mixture that had already learnt from the chunks before. "
        "One round, one mixture: the same for all chunks.": _moving_total,
        "You weighed by the notebook's `guess`. Weigh by the mixture that is passed in.": (
            lambda chunks, mixture: _library_round(chunks, by_hand([50, 85], [10, 10]))
        ),
        "You averaged the mixtures of the chunks. Then a small chunk counts as much as a large "
        "one, and spreads do not average: add up the statistics.": _average_of_mixtures,
        "You averaged the mixtures of the chunks by their rows. A group's mean divides by its "
        "count, not by the rows: add up the statistics.": partial(
            _average_of_mixtures, counted=True
        ),
        "Each chunk counted the same, however many rows it has: you divided before you added.": (
            _one_row_a_chunk
        ),
        "This is the last chunk alone. Does your sum cover all?": lambda chunks, mixture: (
            _library_round(chunks[-1:], mixture)
        ),
        "This is the first chunk alone. Is your `return` inside the loop?": (
            lambda chunks, mixture: _library_round(chunks[:1], mixture)
        ),
    },
    cases=tuple((chunks, by_hand(means, sds, shares)) for chunks, shares, means, sds in _PLAIN),
    entries=_ENTRIES,
    correct="Correct: that is one round, whatever the chunks are and wherever they lie.",
    wanted="One mixture is wanted here, made by `mixture.from_statistics(total)`",
)


# What travels: 8 groups, 16 columns.


def _travels(k=8, d=16, counts=1, squares=None):
    return k * (counts + d + (d * (d + 1) // 2 if squares is None else squares))


how_many_sums = Exercise(
    answer=_travels(),
    mistakes={
        "You sent the whole squares, 16 × 16. x·y and y·x are the same sum: 136 will do.": _travels(
            squares=256
        ),
        "The 16 squares are there, but the 120 products of two columns are missing.": _travels(
            squares=16
        ),
        "You left out the counts, one per group.": _travels(counts=0),
        "That is one group. There are eight.": _travels(k=1),
        "The rows and the score travel, too, but here only the groups' sums are asked for.": 1226,
        "You counted the counts twice, as they travel. Count them once here.": _travels(counts=2),
        "16 per group are missing: the sums of weight × column, or the squares of the columns.": (
            _travels(squares=120)
        ),
    },
    correct="Correct: 1,224 numbers, whether from a thousand rows or from a billion.",
    rtol=0,
)


# One more wait: share and Σ r x of the short group a row, then a wait of 64 of weight ½, γ = 0.1.

_SHARE, _SUM, _WAIT, _WEIGHT, _STEP = 0.4, 21.6, 64, 0.5, 0.1


def _mixed(keep=1 - _STEP, step=_STEP, weight=_WEIGHT, new=None):
    share = keep * _SHARE + step * weight
    total = keep * _SUM + step * (weight * _WAIT if new is None else new)
    return [share, total / share]


one_more_wait = Exercise(
    answer=_mixed(),
    mistakes={
        "You mixed the means, 54 and 64. Mix the sums, then divide: this wait counts only half.": [
            _mixed()[0],
            (1 - _STEP) * _SUM / _SHARE + _STEP * _WAIT,
        ],
        "You kept the old sums in full. They must first shrink to 0.9 of themselves.": _mixed(
            keep=1
        ),
        "The mean is right to one decimal. Give two.": [0.41, 55.2],
        "You counted the wait fully. Its weight is 0.5, and a tenth of that comes in.": _mixed(
            weight=1
        ),
        "In the sum you used the wait without its weight: weight × wait is 32.": _mixed(new=_WAIT),
        "You swapped the two parts: 0.9 is old, 0.1 is new.": _mixed(keep=_STEP, step=1 - _STEP),
        "Your mean is still the sum. Divide it by the new share.": [
            _mixed()[0],
            _mixed()[0] * _mixed()[1],
        ],
    },
    entries=("the share", "the mean"),
    correct="Correct: one wait moved the mean by 1.2 minutes, and may now be forgotten.",
    rtol=0,
    atol=(0.0006, 0.006),
)
