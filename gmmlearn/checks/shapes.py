"""Checks of notebook 07, What shape is a cluster?"""

from functools import partial

from gmmlearn.checks.exercise import Exercise

# An ellipse read off a picture: sds 4 and 1.5, and 1.2 below the middle where it touches its box.

ellipse_matrix = Exercise(
    answer=[[16, -4.8], [-4.8, 2.25]],
    mistakes={
        "Your diagonal holds the sds. Variances belong there: their squares.": (
            [[4, -4.8], [-4.8, 1.5]]
        ),
        "Your diagonal holds the sds, and the covariance is missing: squares for the one, "
        "height × sd for the other.": [[4, 0], [0, 1.5]],
        "These are the lengths in the picture. Square the sds; the −1.2 times the sd of the length "
        "is the covariance.": [[4, -1.2], [-1.2, 1.5]],
        "That ellipse leans to the right. This one falls, so its covariance is negative.": (
            [[16, 4.8], [4.8, 2.25]]
        ),
        "With 0 off the diagonal the ellipse is upright. This one leans.": [[16, 0], [0, 2.25]],
        "The −1.2 is a height in mm. Times the sd of the length it is the covariance, in mm².": (
            [[16, -1.2], [-1.2, 2.25]]
        ),
        "That is the correlation off the diagonal. Times both sds it is the covariance.": (
            [[16, -0.8], [-0.8, 2.25]]
        ),
        "You multiplied by the sd of the depth. The height is covariance / sd of the length.": (
            [[16, -1.8], [-1.8, 2.25]]
        ),
        "You squared the whole widths. An sd reaches from the middle to one side.": (
            [[64, -9.6], [-9.6, 9]]
        ),
        "Depth came first. Length is column 0, so its variance is the upper left entry.": (
            [[2.25, -4.8], [-4.8, 16]]
        ),
        "You left the lower left at 0. A covariance matrix is symmetric: it stands in both.": (
            [[16, -4.8], [0, 2.25]]
        ),
        "You left the upper right at 0. A covariance matrix is symmetric: it stands in both.": (
            [[16, 0], [-4.8, 2.25]]
        ),
    },
    entries=(
        "the variance of the length",
        "the covariance (upper right)",
        "the covariance (lower left)",
        "the variance of the depth",
    ),
    correct="Correct: squares on the diagonal, and one number twice for the lean.",
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
        "A circle needs one variance, not one a column.": _counts(3, 2, **_SPHERICAL_AS_DIAG),
        "You counted three weights. They add to 1, so the third is what is left.": (
            [17, *_counts(3, 2, **_ALL_WEIGHTS)[1:]]
        ),
        "These are the numbers in the matrices only: add 2 weights and 6 means.": (
            [17, *(n - 8 for n in _counts(3, 2)[1:])]
        ),
        "A matrix of two columns is symmetric: three numbers, not four.": (
            [17, *_counts(3, 2, **_FOUR_ENTRIES)[1:]]
        ),
    },
    entries=("full", "tied", "diag", "spherical"),
    correct="Correct: tied and spherical cost the same here. With more columns they part.",
)


def _my_count(kind, k, d, **wrong):
    return _count(k, d, kind, **wrong)


_WRONG_COUNTS = {
    "You counted one full matrix. Full has a matrix for each cluster: k of them.": _FULL_ONCE,
    "You counted a matrix for each cluster. Tied has one for all of them.": _TIED_OFTEN,
    "You counted the d variances once. In diag each cluster has its own: k · d.": _DIAG_ONCE,
    "You counted one variance a cluster. In diag there is one for each column: k · d.": (
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
    "You counted d · d numbers a matrix. It is symmetric: above and below the diagonal stand the "
    "same ones.": _FOUR_ENTRIES,
    "You counted d (d + 1) numbers a matrix. It is symmetric: half of that.": {
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

units_matter = Exercise(
    answer="b",
    mistakes={
        "K-means draws circles, and so does one of the four types. In other units a circle is "
        "an ellipse, which that type does not have.": "a",
        "An upright ellipse in kilograms is an upright ellipse in grams, only longer. Diag can "
        "follow. A circle becomes no circle: who draws circles?": "c",
        "From the same start, a full covariance stretches along with the axis: each point is as "
        "many sds away as before.": "d",
    },
    correct="Correct: in other units a circle is no circle any more. The ellipses stretch along.",
)

sixteen_kinds = Exercise(
    answer="b",
    mistakes={
        "Each moon took several ellipses, and was still one moon. A component is a piece of the "
        "density; whether it is a group is another question.": "a",
        "New customers scored best at 16, so the density is not too fine. It is the word `kinds` "
        "that goes too far.": "c",
        "New customers scored best with 16 of all she tried, so something was learnt: where points "
        "are, and where none are.": "d",
    },
    correct="Correct: the best density of those tried, and nothing said about groups.",
)
