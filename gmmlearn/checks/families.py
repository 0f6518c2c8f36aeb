"""Checks of notebook 11, Is it only about Gaussians?"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from gmmlearn.assign import hard, soft
from gmmlearn.checks.exercise import _NOT_YET, Exercise, Verdict, _is_stub, _untouched
from gmmlearn.families import Family
from gmmlearn.mixture import Mixture
from gmmlearn.trace import run

# Yes/no answers by hand: three people, two questions. The first person's weight is worked.

_ANSWERS = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
_HEIGHTS = np.array([[0.48, 0.08], [0.32, 0.12], [0.08, 0.48]])
_WEIGHTS = _HEIGHTS[:, 0] / _HEIGHTS.sum(axis=1)


def _told(weights=_WEIGHTS, over=None, said=_ANSWERS, second=_WEIGHTS[1]):
    """The second person's weight, and the weighted shares of yes to both questions."""
    return [second, *(weights @ said / (weights.sum() if over is None else over))]


def _second(weight):
    """All three weights, the second as given: the cell takes it on into the chances."""
    return np.array([_WEIGHTS[0], weight, _WEIGHTS[2]])


yes_by_hand = Exercise(
    answer=_told(),
    mistakes={
        "You counted everybody fully: 2 of 3, 1 of 3. Each person counts by the weight.": _told(
            np.ones(3)
        ),
        "You divided by 3, the number of people. Group A counts 1.727: divide by that.": _told(
            over=3
        ),
        "These are the shares of no. A cluster holds the chance of a yes.": _told(
            said=1 - _ANSWERS
        ),
        "These are sums of weights. Divide each by the count of group A.": _told(over=1),
        "You gave each person wholly to one group: 2 of 2, 1 of 2. Count by the weights.": _told(
            np.array([1.0, 1.0, 0.0])
        ),
        "Your first number is a height. Divide it by the sum of both heights.": _told(
            _second(_HEIGHTS[1, 0]), second=_HEIGHTS[1, 0]
        ),
        "Your first number is the weight in group B. The weight in group A is wanted.": _told(
            _second(1 - _WEIGHTS[1]), second=1 - _WEIGHTS[1]
        ),
        "These are the chances of group B. Take the weights in group A.": _told(1 - _WEIGHTS),
    },
    entries=("the second person's weight", "the chance of a yes to 1", "the chance of a yes to 2"),
    correct="Correct: the share of yes, as usual, with every person counted by the weight.",
    rtol=0,
    atol=0.0055,  # two decimals are enough
)


# A family from nothing: exponential waiting times. What it does is compared, not how it is written.


class Exponentials(Family):
    """k kinds of waits, each with its own mean: p_k(x) = exp(−x / m_k) / m_k."""

    n_features = 1

    def __init__(self, means):
        self.means = np.ravel(means)

    def __len__(self):
        return len(self.means)

    def log_prob(self, x):
        return -np.log(self.means) - x / self.means

    def statistics(self, x, resp):
        return resp.sum(axis=0), (resp * x).sum(axis=0)

    def from_statistics(self, statistics):
        counts, sums = statistics
        return type(self)(sums / counts)

    def sample(self, labels, rng):
        return rng.exponential(self.means[labels])[:, None]


class _Slip(Exception):
    """A mistake that shows in the form of what comes back, with the words for it."""


_METHODS = ("log_prob", "statistics", "from_statistics", "sample")
_MEANS = np.array([2.0, 8.0])
_X = np.array([[0.5], [1.0], [3.0], [7.0], [20.0]])
_RESP = np.array([[0.9, 0.1], [0.8, 0.2], [0.75, 0.25], [0.4, 0.6], [0.1, 0.9]])

_SIDEWAYS = (
    "log_prob lies on its side: its shape is (k, n). It should be (n, k), a row for each wait and "
    "a column for each cluster. x comes as a column, (n, 1), and the means are (k,)."
)
_TOO_FAR = (
    "For a wait of 10,000 minutes log_prob is −inf: the height is 0 in floats before you take its "
    "log. Write the log itself, term by term."
)
_NOT_SUMS = (
    "The statistics of two chunks of rows do not add up to those of the whole. Averages do not "
    "add up: return sums, and divide in from_statistics."
)
_ROWS = (
    "statistics returns one number per row. Add over the rows, for one per cluster: .sum(axis=0)."
)
_OTHER_KIND = (
    "from_statistics must return clusters: put the numbers into your own class, and return that."
)
_SHAPES = (
    "After from_statistics the shapes do not fit: the sums must be (k,), one per cluster. x is "
    "(n, 1), so resp.T @ x is (k, 1): take (resp * x).sum(axis=0)."
)
_IN_PLACE = (
    "from_statistics changed the old clusters. Leave them as they are and return new ones: the "
    "record of a run keeps those of every round."
)
_FLAT_SAMPLE = "sample must return (n, 1), a row for each label: add [:, None]."
_FALLS = (
    "The objective falls on the way, and in EM it never does: from_statistics does not return the "
    "best fit to its weights. Is there something extra in it, such as a floor?"
)


def _made(family, means):
    """Clusters with these means, whether the class takes means or rates.

    Seen from outside: a log-height falls by 1 / mean, or by the rate, from a wait of 1 to one of 2.
    """
    falls = -np.diff(np.asarray(family(_MEANS).log_prob(_X[:2] * 2)), axis=0)
    takes_rates = falls.shape == (1, 2) and np.allclose(falls, _MEANS)
    return family(1 / np.asarray(means) if takes_rates else np.array(means))


def _mean(clusters):
    """The means, read off the slope of the log-heights, (k,)."""
    one, two = clusters.log_prob(np.array([[1.0], [2.0]]))
    return 1 / (one - two)


def _heights(family):
    clusters = family(_MEANS)
    if len(clusters) != 2 or clusters.n_features != 1:
        raise _Slip(
            "len(…) must be the number of clusters, and n_features must be 1, for one column."
        )
    heights = clusters.log_prob(_X)
    if heights is None:
        raise _Slip("log_prob gave back None: is its return missing?")
    shape = np.shape(heights)
    if shape == (2, 5):
        raise _Slip(_SIDEWAYS)
    if shape != (5, 2):
        raise _Slip(f"log_prob must have shape (n, k), here (5, 2), but it has {shape}.")
    made = _made(family, _MEANS)
    with np.errstate(divide="ignore"):  # log 0, which is refused here
        if not np.isfinite(made.log_prob(np.array([[1e4]]))).all():
            raise _Slip(_TOO_FAR)
    return np.asarray(made.log_prob(_X))


def _fit(family):
    """The means after one M step; before that, whether the sums add up and what comes back."""
    clusters = _made(family, _MEANS)
    whole = clusters.statistics(_X, _RESP)
    if not isinstance(whole, tuple):
        raise _Slip("statistics must hand back a tuple, for example: return counts, sums.")
    parts = [clusters.statistics(_X[rows], _RESP[rows]) for rows in (slice(2), slice(2, None))]
    if any(np.shape(a) != np.shape(b) for a, b in zip(*parts, strict=True)):
        raise _Slip(_ROWS)
    if not all(np.allclose(a + b, both) for a, b, both in zip(*parts, whole, strict=True)):
        raise _Slip(_NOT_SUMS)
    moved = clusters.from_statistics(whole)
    if moved is None:
        raise _Slip("from_statistics gave back None: is its return missing?")
    if isinstance(moved, Family) and type(moved) is not family:
        raise _Slip(
            f"from_statistics returns {type(moved).__name__}. Return your own class, "
            f"{family.__name__}, or the next round will use the other heights."
        )
    if type(moved) is not family:
        raise _Slip(_OTHER_KIND)
    try:
        fits = np.shape(moved.log_prob(_X)) == (5, 2)
    except ValueError:  # shapes that do not go together
        fits = False
    if not fits:
        raise _Slip(_SHAPES)
    if not np.allclose(_mean(clusters), _MEANS) and np.allclose(_mean(moved), _mean(clusters)):
        raise _Slip(_IN_PLACE)
    return _mean(moved)


def _drawn(family):
    """Mean and sd of a large sample of each cluster, (2, 2)."""
    labels = np.arange(40_000) % 2
    drawn = np.asarray(_made(family, _MEANS).sample(labels, np.random.default_rng(0)))
    if drawn.shape == (40_000,):
        raise _Slip(_FLAT_SAMPLE)
    if drawn.shape != (40_000, 1):
        raise _Slip(f"sample must be (n, 1), here (40000, 1), but it is {drawn.shape}.")
    if drawn.min() < 0:
        raise _Slip("sample gives waits below 0. For waits, use rng.exponential.")
    groups = [drawn[labels == k, 0] for k in (0, 1)]
    return np.array([[group.mean(), group.std()] for group in groups])


def _found(family):
    """Shares and means that the loop finds in a sample of known clusters, from elsewhere."""
    truth = Mixture([0.3, 0.7], _made(family, [0.1, 10.0]))
    elsewhere = Mixture([0.5, 0.5], _made(family, [0.02, 40.0]))
    waits, _ = truth.sample(2000, rng=1)
    for start in (truth, elsewhere):
        for assign in (hard, soft):
            trace = run(waits, start, assign=assign)
            if np.diff(trace.objectives).min() < -1e-9 * abs(trace.objectives[-1]):
                raise _Slip(_FALLS)
    return np.array([trace.mixture.weights, _mean(trace.mixture.components)])


_LOOKS = (
    (
        _heights,
        1e-6,
        [f"log_prob of a wait of {x:g}, mean {m:g}," for x in _X.ravel() for m in _MEANS],
    ),
    (_fit, 1e-6, [f"the new mean of cluster {k}" for k in (0, 1)]),
    (
        _drawn,
        0.05,
        [f"the {what} of a sample with mean {m:g}" for m in _MEANS for what in ("mean", "sd")],
    ),
    (_found, 0.05, [f"the {what} of cluster {k}" for what in ("share", "mean") for k in (0, 1)]),
)


def _is_empty(method):
    """True for a method that is not there, or is a stub."""
    return method is None or (hasattr(method, "__code__") and _is_stub(method))


def _seen(look, family):
    """What a look gives; None where there is nothing to compare."""
    try:
        return look(family)
    except Exception:
        return None


@dataclass(frozen=True)
class FamilyExercise(Exercise):
    """An exercise whose answer is a class of clusters; called with the attempted class.

    It looks in turn at the log-heights, at the sums and the fit, at a sample, and at the whole
    loop on a sample of known clusters. Means or rates, flat or in a column: any way will do.
    """

    def __call__(self, attempt) -> Verdict:
        if not isinstance(attempt, type):
            if _untouched(attempt):
                return _NOT_YET
            return Verdict("wrong", "Pass the class itself, by its name, without brackets.")
        if not issubclass(attempt, Family):
            return Verdict("wrong", "Your class must inherit from Family, or the loop refuses it.")
        missing = [name for name in _METHODS if _is_empty(getattr(attempt, name, None))]
        if len(missing) == len(_METHODS):
            return _NOT_YET
        if missing:
            return Verdict("not attempted", f"Not finished yet: {', '.join(missing)}.")
        with np.errstate(all="ignore"):
            return self._look(attempt)

    def _look(self, attempt) -> Verdict:
        for look, rtol, entries in _LOOKS:
            try:
                got = look(attempt)
            except _Slip as slip:
                return Verdict("wrong", str(slip))
            except NotImplementedError:
                return _NOT_YET
            except Exception as error:
                return Verdict("wrong", f"Your class stopped with {type(error).__name__}: {error}")
            right = Exercise(look(self.answer), entries=tuple(entries), rtol=rtol)
            if right(got).status != "correct":
                seen = {message: _seen(look, wrong) for message, wrong in self.mistakes.items()}
                known = {message: values for message, values in seen.items() if values is not None}
                return replace(right, mistakes=known)(got)
        return Verdict("correct", self.correct)


class _NoLog(Exponentials):
    def log_prob(self, x):
        return -x / self.means


class _Mixed(Exponentials):
    def log_prob(self, x):
        return np.log(self.means) - x / self.means


class _NotLogs(Exponentials):
    def log_prob(self, x):
        return np.exp(-x / self.means) / self.means


class _StillCounts(Exponentials):
    def log_prob(self, x):
        return x * np.log(self.means) - self.means - gammaln(x + 1)


class _Sideways(Exponentials):
    def log_prob(self, x):
        return super().log_prob(x).T


class _Averages(Exponentials):
    def statistics(self, x, resp):
        counts, sums = super().statistics(x, resp)
        return counts, sums / counts

    def from_statistics(self, statistics):
        return type(self)(statistics[1])


class _NoWeights(Exponentials):
    def statistics(self, x, resp):
        return resp.sum(axis=0), np.full(resp.shape[1], x.sum())


class _PlainMean(Exponentials):
    def statistics(self, x, resp):
        return np.full(resp.shape[1], len(x)), np.full(resp.shape[1], x.sum())


class _OverN(Exponentials):
    def statistics(self, x, resp):
        return len(x), super().statistics(x, resp)[1]


class _Inverted(Exponentials):
    def from_statistics(self, statistics):
        counts, sums = statistics
        return type(self)(counts / sums)


class _NotDivided(Exponentials):
    def from_statistics(self, statistics):
        return type(self)(statistics[1])


class _Kept(Exponentials):
    def from_statistics(self, statistics):
        return type(self)(self.means)


class _Numbers(Exponentials):
    def from_statistics(self, statistics):
        return statistics[1] / statistics[0]


class _InPlace(Exponentials):
    def from_statistics(self, statistics):
        self.means = statistics[1] / statistics[0]
        return self


class _Floor(Exponentials):
    def from_statistics(self, statistics):
        return type(self)(np.maximum(statistics[1] / statistics[0], 1))


class _RateForScale(Exponentials):
    def sample(self, labels, rng):
        return rng.exponential(1 / self.means[labels])[:, None]


class _NoLabels(Exponentials):
    def sample(self, labels, rng):
        return rng.exponential(self.means.mean(), (len(labels), 1))


class _DrawsCounts(Exponentials):
    def sample(self, labels, rng):
        return rng.poisson(self.means[labels])[:, None]


class _FlatSample(Exponentials):
    def sample(self, labels, rng):
        return rng.exponential(self.means[labels])


my_family = FamilyExercise(
    answer=Exponentials,
    mistakes={
        "In log_prob the front factor is missing: the height is exp(−x / mean) / mean, so its log "
        "has −log(mean) in it (or log(rate)). Without it the curve's area is not 1.": _NoLog,
        "In log_prob you took a rate where a mean belongs. With means it is −log(mean) − x / mean, "
        "with rates log(rate) − rate · x; yours is half of each.": _Mixed,
        "log_prob returns heights. It should return their logs.": _NotLogs,
        "That is the height of a count, as in Counts. A wait has exp(−x / mean) / mean.": (
            _StillCounts
        ),
        _SIDEWAYS: _Sideways,
        _NOT_SUMS: _Averages,
        "In statistics you add the waits without resp: each wait counts resp times.": _NoWeights,
        "Your clusters take the plain mean: each wait must count resp times in both "
        "sums.": _PlainMean,
        "You divided by n, the number of waits. Each cluster divides by its own count, "
        "resp.sum(axis=0).": _OverN,
        "from_statistics is upside down: a mean is sum / count, a rate is count / sum. Which of "
        "them does log_prob read?": _Inverted,
        "from_statistics passes on the sums. Divide them by the counts.": _NotDivided,
        "from_statistics returns the old clusters again. Make new ones from its statistics.": _Kept,
        _OTHER_KIND: _Numbers,
        _IN_PLACE: _InPlace,
        _FALLS: _Floor,
        "sample drew with the rate. numpy's rng.exponential(scale) takes the mean.": _RateForScale,
        "sample uses one mean for all. Each row has its own label: means[labels].": _NoLabels,
        "sample draws counts. For waits, use rng.exponential.": _DrawsCounts,
        _FLAT_SAMPLE: _FlatSample,
    },
    correct="Correct. The loop accepts your family: chunks add up, the objective climbs, hard or "
    "soft, and the loop finds the clusters that a sample came from.",
)
