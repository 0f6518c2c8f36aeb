"""Checks of notebook 03, Whose point is this?"""

import numpy as np

from gmmlearn.checks import steps
from gmmlearn.checks.exercise import Exercise

# How is a wait of 20 minutes split, when the long group is the wide one?

wide_tail = Exercise(
    answer="b",
    mistakes={
        "You compared minutes, 30 against 60. Compare the heights instead. Counted in spreads, 20 "
        "is 7.5 below the short mean and only 6 below the long one. Each height is also divided by "
        "its spread, so the narrow curve starts 2.5 times as high; that far out, this no longer "
        "helps.": "a",
        "Both heights are tiny, but one of them is 10,000 times the other. The division keeps "
        "their ratio, and the two parts add to 1 everywhere.": "c",
        "Half and half needs two curves of equal height, and these two cross elsewhere. Compute "
        "the heights: height(20, means, np.array([4, 10])).": "d",
    },
    correct="Correct: 99.99 % of it is long. In both tails the wide curve is the higher one.",
)

# Three waits by hand: 66 is worked in the notebook, 58 and 70 are blanks.

_WAITS = np.array([58.0, 66.0, 70.0])
_SHARES, _MEANS, _SDS = np.array([0.36, 0.64]), np.array([50.0, 80.0]), np.array([6.0, 6.0])


_HEIGHTS = steps.heights(_WAITS, _MEANS, _SDS)
_PARTS = _SHARES * _HEIGHTS
_RESP = steps.share_out(_PARTS)

# Each slip may occur in one row or in several; {} is filled with the waits of those rows.
_ROWS = {"58": [0], "70": [2], "58 and 70": [0, 2], "58, 66 and 70": [0, 1, 2]}
_SLIPS = {
    "These are heights; they do not add to one yet (at {}).": _HEIGHTS,
    "These are heights × share; divide each by the total of its row (at {}).": _PARTS,
    "You divided only the first of the two numbers. Divide both by their total (at {}).": (
        np.column_stack([_RESP[:, 0], _PARTS[:, 1]])
    ),
    "You divided only the second of the two numbers. Divide both by their total (at {}).": (
        np.column_stack([_PARTS[:, 0], _RESP[:, 1]])
    ),
    "You left out π (at {}): multiply each height by its group's share before you "
    "divide.": steps.share_out(_HEIGHTS),
    "These are labels (at {}). The part of the likelier group may be close to 1, but it is not 1: "
    "divide, and keep three decimals.": _HEIGHTS.argmax(axis=1)[:, None] == [0, 1],
    "Two decimals are too few (at {}): the share changes the third. Keep three.": _RESP.round(2),
    "You gave each group the other's share (at {}): 0.36 is the short group's.": steps.share_out(
        _SHARES[::-1] * _HEIGHTS
    ),
    "The groups are swapped (at {}): the short one comes first.": _RESP[:, ::-1],
    "These are percent (at {}): divide by 100, so that each row adds to 1.": (
        (100 * _RESP).round(1)
    ),
    "Round, do not cut off (at {}): 0.0086 becomes 0.009.": np.floor(1000 * _RESP) / 1000,
}
_CLOSE = 6e-4  # three decimals are enough


def _slip(table, rows):
    """The right table, but these rows from another one."""
    return np.where(np.isin(np.arange(len(_RESP)), rows)[:, None], table, _RESP)


def _shows(table, rows):
    """Whether the slip is beyond the tolerance in each of these rows (66 cut off is not)."""
    return (np.abs(table - _RESP)[rows].max(axis=1) > _CLOSE).all()


three_waits = Exercise(
    answer=_RESP,
    mistakes={
        message.format(waits): _slip(table, rows)
        for message, table in _SLIPS.items()
        for waits, rows in _ROWS.items()
        if _shows(table, rows)
    },
    entries=tuple(f"{group} at {wait}" for wait in (58, 66, 70) for group in ("short", "long")),
    correct="Correct. Of the three waits, only 66 is really in doubt.",
    rtol=0,
    atol=_CLOSE,
)

# Which sentence about the table is false?

false_belief = Exercise(
    answer="c",
    mistakes={
        "That one is true: equal heights cancel in the division, and the shares are left. "
        "Check it with e_step([65], guess). Then look for the false one.": "a",
        "That one is true: the table is worked out from the waits and the guess, and the E step "
        "changes neither. Moving a curve is the next step's work. Look for the false one.": "b",
        "That one is true: labels give a doubtful wait wholly to one group, and responsibilities "
        "split it. A count need not be whole. Look for the false one.": "d",
    },
    correct="Correct: c is false. A wait of 120 minutes has this row, yet neither group expects "
    "such a wait. A row compares the groups; the total tells you how common a wait is.",
)

# The E step, from nothing


def _two_groups(x, weights, means, sds):
    return steps.e_step(x, weights[:2], means[:2], sds[:2])


def _labels(x, weights, means, sds):
    return steps.e_step(x, weights, means, sds).argmax(axis=1)


my_e_step = Exercise(
    answer=steps.e_step,
    mistakes={
        "These are heights; they do not add to one yet. Nor are they multiplied by the "
        "shares.": lambda x, weights, means, sds: steps.heights(x, means, sds),
        "These are heights × share; they do not add to one yet. Divide each row by its "
        "sum.": steps.parts,
        "You left out π: multiply the heights by the shares before you divide.": steps.no_share,
        "You multiplied by the shares after the division. Multiply first, then divide by the "
        "total.": lambda x, weights, *curves: weights * steps.no_share(x, weights, *curves),
        "You normalised over points instead of over groups: here each column adds to 1, but "
        "each row should.": steps.over_points,
        "You divided by the sum of the whole table, but each row has a total of its "
        "own.": lambda *guess: steps.share_out(steps.parts(*guess), axis=None),
        "You used the variance where the standard deviation belongs: sds are standard "
        "deviations, so do not square them first.": lambda x, weights, means, sds: steps.e_step(
            x, weights, means, sds**2
        ),
        "You used the standard deviation where the variance belongs: (x − mean)² is divided by "
        "2 · sd².": lambda x, weights, means, sds: steps.share_out(
            weights * np.exp(-0.5 * (x[:, None] - means) ** 2 / sds) / sds
        ),
        "The 1 / sd in front of the curve is missing: the wider a curve, the lower it is.": (
            steps.no_width
        ),
        "This call has three groups, but your table has only two columns. Make one column for "
        "each of the len(means) groups, and take the total over all of them.": _two_groups,
        "These are hard labels: 1 for the likeliest group, 0 for the rest. Share each point "
        "out.": steps.winner_takes_all,
        "These are labels, one number per point. Return the whole table, one weight for each "
        "point and group.": _labels,
    },
    cases=(
        (np.array([58.0, 62.0, 66.0, 74.0]), _SHARES, _MEANS, np.array([4.0, 10.0])),
        (np.array([1.0, 2.5, 4.0]), np.array([0.5, 0.2, 0.3]), np.arange(1.0, 4), np.ones(3)),
        (np.array([66.0]), _SHARES, _MEANS, _SDS),
    ),
    correct="Correct. That is the E step, for any number of points and groups.",
)
