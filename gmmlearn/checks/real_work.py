"""Checks of notebook 12, Is a mixture better on real work?"""

from gmmlearn.checks.exercise import Exercise

scoreboard = Exercise(
    answer="b",
    mistakes={
        "Read the rows diag and spherical: they lose to K-means again and again. Which shape you "
        "allow decides.": "a",
        "On the moons all sit near 0.5. A win over a poor answer is a poor answer. On the circles "
        "all are at 0.": "c",
        "It starts from K-means' groups, but then it goes on, up in likelihood. That may lead away "
        "from the labels: read the column of losses.": "d",
    },
    correct="Correct: that is what the board says, of these twelve and of this start.",
)

# The mixture of the births, as it is printed: means and standard deviations, low and high.
_LOW, _HIGH = (8050, 712.5), (12810, 790.6)
_BIRTHS = 10499  # on 7/7/07

least_likely_day = Exercise(
    answer=(2009, 9, 9),
    entries=("the year", "the month", "the day"),
    mistakes={
        "That is the day with the fewest births. But the low curve reaches down there: one other "
        "day is less likely.": (2011, 12, 25),
        "That is the day in most doubt between the bumps: its weights are nearest to a half. "
        "Doubtful is not unlikely; take log_prob.": (2005, 10, 31),
        "That is the *most* likely day: take the smallest log_prob.": (2004, 1, 20),
        "The order is year, month, day.": (9, 9, 2009),
        "That is the number of its row. Which date stands in that row?": 3539,
    },
    correct="Correct: 9/9/09, with 16,081 births, the most of all days.",
)

per_mode = Exercise(
    answer=(_BIRTHS - _HIGH[0]) / _HIGH[1],
    rtol=0,
    atol=0.03,  # by hand, and rounded
    mistakes={
        "You divided by the variance, 790.6². The standard deviation is in births, as the "
        "distance is.": (_BIRTHS - _HIGH[0]) / _HIGH[1] ** 2,
        "You took the low mode. Which one is likelier for this day?": (
            (_BIRTHS - _LOW[0]) / _LOW[1]
        ),
        "The mean is that of the high mode, but the sd that of the low one.": (
            (_BIRTHS - _HIGH[0]) / _LOW[1]
        ),
        "That is the distance in births. Divide it by the mode's sd.": float(_BIRTHS - _HIGH[0]),
        "You took mean − x. The value lies below the mean, so it is negative.": (
            (_HIGH[0] - _BIRTHS) / _HIGH[1]
        ),
        "You took the mean and the sd of the whole column, as plain scaling does.": -0.366,
    },
    correct="Correct: nearly three spreads below its mode, however close to the middle of the "
    "column.",
)
