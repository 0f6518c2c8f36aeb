"""Checks of notebook 07, What shape is a cluster?"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from gmmlearn.checks.exercise import Exercise, Verdict

# An ellipse read off a picture: sds 4 and 1.5, and 1.2 below the middle where it touches its box.

ellipse_matrix = Exercise(
    answer=[[16, -4.8], [-4.8, 2.25]],
    mistakes={
        "Your diagonal holds the sds. Variances belong there: their squares.": (
            [[4, -4.8], [-4.8, 1.5]]
        ),
        "Your diagonal holds the sds, and the covariance is missing. Square the sds; the "
        "covariance is height × sd of the length.": [[4, 0], [0, 1.5]],
        "These are the lengths in the picture. Square the sds. The covariance is −1.2 times the "
        "sd of the length.": [[4, -1.2], [-1.2, 1.5]],
        "That ellipse leans to the right. This one falls, so its covariance is negative.": (
            [[16, 4.8], [4.8, 2.25]]
        ),
        "With 0 off the diagonal the ellipse is upright. This one leans.": [[16, 0], [0, 2.25]],
        "The −1.2 is a height in mm. Multiply it by the sd of the length to get mm².": (
            [[16, -1.2], [-1.2, 2.25]]
        ),
        "Off the diagonal you have the correlation. Multiply it by both sds.": (
            [[16, -0.8], [-0.8, 2.25]]
        ),
        "You multiplied by the sd of the depth. The height is the covariance / sd of the length.": (
            [[16, -1.8], [-1.8, 2.25]]
        ),
        "One of these is an sd. Square it.": [[16, -4.8], [-4.8, 1.5]],
        "One of these is an sd. Square it, too.": [[4, -4.8], [-4.8, 2.25]],
        "1.2 is a height in mm, and this ellipse falls: take −1.2 times the sd of the length.": (
            [[16, 1.2], [1.2, 2.25]]
        ),
        "You divided by the sd of the length. The height is the covariance / sd: multiply.": (
            [[16, -0.3], [-0.3, 2.25]]
        ),
        "You squared the whole widths. An sd reaches from the middle to one side.": (
            [[64, -9.6], [-9.6, 9]]
        ),
        "You put the depth first. Length is column 0, so its variance is the upper left entry.": (
            [[2.25, -4.8], [-4.8, 16]]
        ),
        "You left the lower left at 0. The covariance stands in both of these places.": (
            [[16, -4.8], [0, 2.25]]
        ),
        "You left the upper right at 0. The covariance stands in both of these places.": (
            [[16, 0], [-4.8, 2.25]]
        ),
    },
    entries=(
        "the variance of the length",
        "the covariance (upper right)",
        "the covariance (lower left)",
        "the variance of the depth",
    ),
    correct="Correct: squares on the diagonal, and the covariance twice for the lean.",
    rtol=0,
    atol=0.006,
)


def _count(k, d, covariance_type, weights=None, matrix=None, kinds=None, means=None):
    matrix = d * (d + 1) // 2 if matrix is None else matrix(d)
    kinds = {"full": k * matrix, "tied": matrix, "diag": k * d, "spherical": k} | (
        kinds(k, d, matrix) if kinds else {}
    )
    weights = k - 1 if weights is None else weights(k)
    means = k * d if means is None else means(k, d)
    return weights + means + kinds[covariance_type]


def _counts(k, d, **wrong):
    return [_count(k, d, kind, **wrong) for kind in ("full", "tied", "diag", "spherical")]


_ALL_WEIGHTS = {"weights": lambda k: k}
_FOUR_ENTRIES = {"matrix": lambda d: d * d}
_TIED_OFTEN = {"kinds": lambda k, d, matrix: {"tied": k * matrix}}
_DIAG_ONCE = {"kinds": lambda k, d, matrix: {"diag": d}}
_SPHERICAL_ONCE = {"kinds": lambda k, d, matrix: {"spherical": 1}}
_SPHERICAL_AS_DIAG = {"kinds": lambda k, d, matrix: {"spherical": k * d}}
_FULL_ONCE = {"kinds": lambda k, d, matrix: {"full": matrix}}
_DIAG_AS_SPHERICAL = {"kinds": lambda k, d, matrix: {"diag": k}}
_NO_WEIGHTS = {"weights": lambda k: 0}
_NO_MEANS = {"means": lambda k, d: 0}

parameters_by_hand = Exercise(
    answer=_counts(3, 2),
    mistakes={
        "Tied means one matrix for all the clusters: count its three numbers once.": (
            _counts(3, 2, **_TIED_OFTEN)
        ),
        "In diag each cluster has variances of its own: two of them, three times.": (
            _counts(3, 2, **_DIAG_ONCE)
        ),
        "Each spherical cluster has a variance of its own: three in all.": (
            _counts(3, 2, **_SPHERICAL_ONCE)
        ),
        "A circle needs one variance, not one for each column.": _counts(
            3, 2, **_SPHERICAL_AS_DIAG
        ),
        "You counted three weights. They add to 1, so the third is what is left.": (
            [17, *_counts(3, 2, **_ALL_WEIGHTS)[1:]]
        ),
        "These are the numbers in the matrices only: add 2 weights and 6 means.": (
            [17, *(n - 8 for n in _counts(3, 2)[1:])]
        ),
        "A matrix of two columns is symmetric: three numbers, not four.": (
            [17, *_counts(3, 2, **_FOUR_ENTRIES)[1:]]
        ),
        "The weights are missing: 2 of them.": [17, *_counts(3, 2, **_NO_WEIGHTS)[1:]],
        "The means are missing: two numbers for each of the three.": (
            [17, *_counts(3, 2, **_NO_MEANS)[1:]]
        ),
        "You counted one variance for each cluster. In diag there is one for each column.": (
            _counts(3, 2, **_DIAG_AS_SPHERICAL)
        ),
    },
    entries=("full", "tied", "diag", "spherical"),
    correct="Correct: tied and spherical cost the same here. With more columns they differ.",
)


def _my_count(kind, k, d, **wrong):
    return _count(k, d, kind, **wrong)


_WRONG_COUNTS = {
    "You counted one full matrix. Full has a matrix for each cluster: k of them.": _FULL_ONCE,
    "You counted a matrix for each cluster. Tied has one for all of them.": _TIED_OFTEN,
    "You counted the d variances once. In diag each cluster has its own: k · d.": _DIAG_ONCE,
    "You counted one variance for each cluster. In diag there is one for each column: k · d.": (
        _DIAG_AS_SPHERICAL
    ),
    "You counted one variance for all. Each circle has a size of its own: k.": _SPHERICAL_ONCE,
    "You counted a variance for each column. A circle has one: k in all.": _SPHERICAL_AS_DIAG,
    "You counted all k weights. They add to 1, so the last is what is left: k − 1.": _ALL_WEIGHTS,
    "These are the numbers in the matrices only: add the weights and the means.": (
        _NO_WEIGHTS | _NO_MEANS
    ),
    "The weights are missing: k − 1 of them.": _NO_WEIGHTS,
    "The means are missing: d numbers for each of the k clusters.": _NO_MEANS,
    "A mean has d numbers, one for each column, and there are k means.": {"means": lambda k, d: k},
    "You counted the d numbers of one mean. There are k means.": {"means": lambda k, d: d},
    "You counted d · d numbers in a matrix. It is symmetric: the numbers above the diagonal stand "
    "below it again.": _FOUR_ENTRIES,
    "You counted d (d + 1) numbers in a matrix. It is symmetric, so take half of that.": {
        "matrix": lambda d: d * (d + 1)
    },
    "You counted the pairs of columns, d (d − 1) / 2, and left out the d variances.": {
        "matrix": lambda d: d * (d - 1) // 2
    },
}

my_count = Exercise(
    answer=_my_count,
    mistakes={said: partial(_my_count, **wrong) for said, wrong in _WRONG_COUNTS.items()},
    # Tied first, with five clusters in three columns: there each mistake in the weights, the means
    # or a matrix gives a number of its own. What is wrong after that is the type's third part.
    cases=tuple(
        (kind, k, d)
        for k, d in ((5, 3), (6, 10), (1, 4), (4, 1))
        for kind in ("tied", "full", "diag", "spherical")
    ),
    correct="Correct: this is `n_parameters`, for any K and d.",
)

# The winner on new rows, written down before the fit, for three tables, A, B and C.

_KINDS = ("spherical", "diag", "tied", "full")


@dataclass(frozen=True)
class WordsExercise(Exercise):
    """An exercise whose answer is a list of words, a word an entry.

    A mistake is a whole list of words. It is meant where all of it came; or where the first wrong
    entry came, if the rest of it is right.
    """

    words: tuple = ()

    def _compare(self, got, want, mistakes) -> Verdict:
        said = ", ".join(self.words)
        got = got.tolist() if isinstance(got, np.ndarray) else got
        if not isinstance(got, list | tuple) or len(got) != len(want):
            return Verdict("wrong", f"A list of {len(want)} is wanted, out of {said}.")
        got = [word.strip().lower() if isinstance(word, str) else word for word in got]
        for word in got:
            if word not in self.words:
                return Verdict("wrong", f"{word!r:.40} is none of {said}.")
        if got == want:
            return Verdict("correct", self.correct)
        first = next(i for i, word in enumerate(got) if word != want[i])
        alone = [*want[:first], got[first], *want[first + 1 :]]
        return Verdict("wrong", next(m for told in (got, alone) for m, w in mistakes if w == told))


winners = WordsExercise(
    answer=["tied", "diag", "full"],
    words=_KINDS,
    mistakes={
        "Full fits its own 60 rows best every time, but more freedom costs parameters. New rows "
        "reward it only where the groups need it. In which table do they?": ["full"] * 3,
        "A is not for full. Both groups lean alike, so they can share one matrix. Full estimates "
        "two, and the smaller group has few rows for its own.": ["full", "diag", "full"],
        "A is not for diag: both its groups lean, and an upright ellipse cannot.": (
            ["diag", "diag", "full"]
        ),
        "A is not for spherical: both its groups lean, and a circle cannot.": (
            ["spherical", "diag", "full"]
        ),
        "B is not for full. The whole cloud rises from one group to the other, but neither group "
        "leans, so full pays for two covariances that are 0.": ["tied", "full", "full"],
        "B is not for tied. One group is wide and the other tall; tied gives both one shape.": (
            ["tied", "tied", "full"]
        ),
        "B is not for spherical. One group is wide and the other tall; a circle is neither.": (
            ["tied", "spherical", "full"]
        ),
        "C is not for tied. One group rises and the other falls; a shared matrix leans only one "
        "way.": ["tied", "diag", "tied"],
        "C is not for diag: both its groups lean, and an upright ellipse cannot.": (
            ["tied", "diag", "diag"]
        ),
        "C is not for spherical: both its groups lean, and a circle cannot.": (
            ["tied", "diag", "spherical"]
        ),
    },
    correct="Correct: each time the type that can draw both groups, and no freer than that.",
)

units_matter = Exercise(
    answer="b",
    mistakes={
        "K-means draws circles, and so does one of the four types. In other units a circle "
        "becomes an ellipse, and that type has none.": "a",
        "An upright ellipse in kilograms is still upright in grams, only longer, so diag can "
        "follow. A circle does not stay a circle. Who draws circles?": "c",
        "From the same start, a full covariance stretches with the axis: each point is as many "
        "sds away as before.": "d",
    },
    correct="Correct: in other units a circle is no circle. The ellipses stretch with the axis.",
)

sixteen_kinds = Exercise(
    answer="b",
    mistakes={
        "Each moon took several ellipses, and was still one moon. A component is a piece of the "
        "density. Whether it is a group is another question.": "a",
        "New customers scored best at 16, so the density is not too fine. It is the word `kinds` "
        "that goes too far.": "c",
        "Of all she tried, 16 scored best on new customers. So something was learnt: where points "
        "are, and where there are none.": "d",
    },
    correct="Correct: it is the best density of those tried, and it says nothing about groups.",
)
