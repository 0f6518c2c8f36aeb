"""Checks of notebook 00, How deep do I need to go?"""

from gmmlearn.checks.exercise import Exercise

weekdays_in_low_bump = Exercise(
    answer=115,
    mistakes={
        "You counted all days in the low bump, weekends included.": 1680,
        "You counted the weekdays in the high bump.": 3798,
        "Put brackets round each condition: else Python does `weekday & days.bump` first.": 1681,
        "You counted the weekend days in the low bump.": 1565,
        "You counted the weekdays in both bumps.": 3913,
        "You counted days that are weekdays *or* low: use & for *and*.": 5478,
    },
    correct="Correct: 115 weekdays had as few births as a weekend day.",
)

odd_weekend_day = Exercise(
    answer=(2007, 7, 7),
    entries=("the year", "the month", "the day"),
    mistakes={
        "The order is year, month, day.": (7, 7, 2007),
        "Write the year with four digits.": (7, 7, 7),
        "That 6 is the day of the week, Saturday. Give the day of the month.": (2007, 7, 6),
    },
    correct="Correct: 7/7/07, a Saturday.",
)

two_means = Exercise(
    answer=(54.61, 80.09),
    entries=("the smaller mean", "the larger mean"),
    rtol=0,
    atol=0.15,  # wherever the loop was told to stop
    mistakes={
        "The smaller mean comes first.": (80.09, 54.61),
        "Both curves lie on top of each other: guess a width in minutes, not in births.": (
            70.89,
            70.9,
        ),
        "Your guess was in births: guess two places in minutes.": (70.897, 12500),
        "These are your guesses, from before the loop: take trace.mixture, not guess.": (50, 80),
        "These are the standard deviations: the means are in components.means.": (5.871, 5.868),
        "These are the shares of the two groups: the means are in components.means.": (
            0.3609,
            0.6391,
        ),
    },
    correct="Correct: short waits around 54.6 minutes, long ones around 80.1.",
)
