"""Checks of notebook 12, Is a mixture better on real work?"""

from gmmlearn.checks.exercise import Exercise

scoreboard = Exercise(
    answer="b",
    mistakes={
        "Look at the rows diag and spherical: they lose to K-means again and again. The result "
        "depends on the shape that you allow.": "a",
        "On the moons all contestants stay near 0.5: a win over a poor answer is still a poor "
        "answer. On the circles all of them are at 0.": "c",
        "It starts from K-means' groups, but then it climbs on in likelihood. The climb may lead "
        "away from the labels: look at the column of losses.": "d",
    },
    correct="Correct: that is what the scoreboard says about these twelve problems and this start.",
)

# The mixture of the births, as it is printed: means and standard deviations, low and high.
_LOW, _HIGH = (8050, 712.5), (12810, 790.6)
_BIRTHS = 10499  # on 7/7/07

least_likely_day = Exercise(
    answer=(2009, 9, 9),
    wanted="Three numbers are wanted here, (year, month, day)",
    entries=("the year", "the month", "the day"),
    mistakes={
        "That is the day with the fewest births. But the low curve still reaches down there, and "
        "one other day is less likely.": (2011, 12, 25),
        "That is the day in most doubt between the bumps: its weights are nearest to one half. A "
        "doubtful day need not be the least likely one. Use log_prob instead.": (2005, 10, 31),
        "That is the *most* likely day. Take the smallest log_prob instead.": (2004, 1, 20),
        "The order is year, month, day.": (9, 9, 2009),
        "Those are its births. Which date is it?": 16081,
        "That is the number of the right row. Which date stands in it?": 3539,
    },
    correct="Correct: 9/9/09 had 16,081 births, more than any other day.",
)

per_mode = Exercise(
    answer=(_BIRTHS - _HIGH[0]) / _HIGH[1],
    rtol=0,
    atol=0.03,  # by hand, and rounded
    mistakes={
        "You divided by the variance, 790.6². Divide by the standard deviation: it is in births, "
        "as the distance is.": (_BIRTHS - _HIGH[0]) / _HIGH[1] ** 2,
        "You scaled by the low mode. Which mode is likelier for this day?": (
            (_BIRTHS - _LOW[0]) / _LOW[1]
        ),
        "You took the mean of the high mode, but the sd of the low one.": (
            (_BIRTHS - _HIGH[0]) / _LOW[1]
        ),
        "That is the distance in births. Divide it by the mode's sd.": float(_BIRTHS - _HIGH[0]),
        "You took mean − x instead of x − mean. This day lies below the mean, so its value is "
        "negative.": ((_HIGH[0] - _BIRTHS) / _HIGH[1]),
        "You took the mean and the sd of the whole column, as plain scaling does.": -0.366,
    },
    correct="Correct: the day lies nearly three sds below its mode, although it is close to the "
    "middle of the column.",
)
