"""Checks of notebook 03, Whose point is this?"""

import numpy as np

from gmmlearn.checks.exercise import Exercise

# Whose is a wait of 20 minutes, when the long group is the wide one?

wide_tail = Exercise(
    answer="b",
    mistakes={
        "You compared minutes: 30 against 60. Compare heights. In steps of its own spread, 20 is "
        "7.5 below the short mean and only 6 below the long one.": "a",
        "Both heights are tiny, but one of them is 10,000 times the other. The division keeps "
        "their ratio, and the two weights add to 1 everywhere.": "c",
        "A tie needs two curves of equal height, and they cross elsewhere. Ask for the heights: "
        "height(20, means, np.array([4, 10])).": "d",
    },
    correct="Correct: the long group, 99.99 %. The wide curve is the higher one in both tails.",
)

# Three waits by hand: 66 is worked in the notebook, 58 and 74 are blanks.

_WAITS = np.array([58.0, 66.0, 74.0])
_SHARES, _MEANS, _SDS = np.array([0.36, 0.64]), np.array([50.0, 80.0]), np.array([6.0, 6.0])


def _curves(x, means, sds):
    """The heights, (n, k)."""
    return np.exp(-0.5 * ((x[:, None] - means) / sds) ** 2) / (sds * np.sqrt(2 * np.pi))


def _share_out(parts):
    """Each row divided by its sum."""
    return parts / parts.sum(axis=1, keepdims=True)


def _blanks(table):
    """This for 58 and 74; the row of 66 is given in the cell."""
    return np.vstack([table[0], [0.196, 0.804], table[2]])


_HEIGHTS = _curves(_WAITS, _MEANS, _SDS)
_WEIGHTS = _share_out(_SHARES * _HEIGHTS)

three_waits = Exercise(
    answer=_blanks(_WEIGHTS),
    mistakes={
        "These are heights; they do not add to one yet.": _blanks(_HEIGHTS),
        "These are heights × share; divide each by the total of its row.": _blanks(
            _SHARES * _HEIGHTS
        ),
        "You left out π: multiply each height by its group's share before you divide.": _blanks(
            _share_out(_HEIGHTS)
        ),
        "These are labels. The weight of the nearer group is close to 1, but not 1: "
        "divide, and keep three digits.": _blanks(np.eye(2)[[0, 0, 1]]),
        "Two digits are too few here: the share changes the third. Keep three.": _blanks(
            _WEIGHTS.round(2)
        ),
        "The groups are swapped: the short one comes first.": _blanks(_WEIGHTS[:, ::-1]),
        "These are percent; divide by 100, so that each row adds to 1.": _blanks(100 * _WEIGHTS),
    },
    entries=tuple(f"{group} at {wait}" for wait in (58, 66, 74) for group in ("short", "long")),
    correct="Correct. Of the three only 66 is in doubt.",
    rtol=6e-4,  # three digits after the point are enough
)

# Which belief about the table is false?

false_belief = Exercise(
    answer="b",
    mistakes={
        "That one is true, whole counts are not needed: the columns add to 92.4 and 179.6 waits. "
        "Weights are not labels. Look for the false one.": "a",
        "That one is true: 544 numbers are worked out, and the guess stays as it was. Moving it "
        "is the next step's work. Look for the false one.": "c",
        "That one is true: half and half stood at 65.0, then at 59.7 with other spreads, then at "
        "64.3 with other shares, and the means never moved. Look for the false one.": "d",
    },
    correct="Correct: it is false. At 120 the weight is 1.0, and no group expects such a wait.",
)

# The E step, from nothing


def _e_step(x, weights, means, sds):
    return _share_out(weights * _curves(x, means, sds))


def _without_front(x, weights, means, sds):
    return _share_out(weights * np.exp(-0.5 * ((x[:, None] - means) / sds) ** 2))


def _over_points(x, weights, means, sds):
    parts = weights * _curves(x, means, sds)
    return parts / parts.sum(axis=0)


def _labels(x, weights, means, sds):
    return _e_step(x, weights, means, sds).argmax(axis=1)


my_e_step = Exercise(
    answer=_e_step,
    mistakes={
        "These are heights; they do not add to one yet. They also wait for their "
        "shares.": lambda x, weights, means, sds: _curves(x, means, sds),
        "These are heights × share; they do not add to one yet. Divide each row by its "
        "sum.": lambda x, weights, means, sds: weights * _curves(x, means, sds),
        "You left out π: multiply the heights by the shares before you "
        "divide.": lambda x, weights, means, sds: _share_out(_curves(x, means, sds)),
        "The shares came after the division: multiply by them first, then divide by the "
        "total.": lambda x, weights, means, sds: weights * _share_out(_curves(x, means, sds)),
        "You normalised over points instead of over groups: here each column adds to 1, but "
        "each row should.": _over_points,
        "You divided by the sum of the whole table: each row has a total of its "
        "own.": lambda x, weights, means, sds: (
            weights * _curves(x, means, sds) / np.sum(weights * _curves(x, means, sds))
        ),
        "You used the variance where the standard deviation belongs: sds are not "
        "squared yet.": lambda x, weights, means, sds: _e_step(x, weights, means, sds**2),
        "You used the standard deviation where the variance belongs: (x − mean)² is divided by "
        "2 · sd².": lambda x, weights, means, sds: _share_out(
            weights * np.exp(-0.5 * (x[:, None] - means) ** 2 / sds) / sds
        ),
        "The 1 / sd in front of the curve is missing: a wide curve must be a low one.": (
            _without_front
        ),
        "These are hard labels: 1 for the likeliest group, 0 for the rest. Share each point "
        "out.": lambda x, weights, means, sds: np.eye(len(means))[_labels(x, weights, means, sds)],
        "These are labels, one number a point. Return the whole table, one weight for each "
        "point and group.": _labels,
    },
    cases=(
        (np.array([58.0, 62.0, 66.0, 74.0]), _SHARES, _MEANS, np.array([4.0, 10.0])),
        (np.array([1.0, 2.5, 4.0]), np.array([0.5, 0.2, 0.3]), np.arange(1.0, 4), np.ones(3)),
        (np.array([66.0]), _SHARES, _MEANS, _SDS),
    ),
    correct="Correct. That is the E step, for any number of points and groups.",
)
