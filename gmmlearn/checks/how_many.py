"""Checks of notebook 09, How many clusters?"""

import numpy as np

from gmmlearn.checks.exercise import Exercise

# The free numbers of K bells in one column


def _counts(rule):
    return [2, 5, rule(3), rule(8)]  # the first two stand in the cell


free_numbers = Exercise(
    answer=_counts(lambda k: 3 * k - 1),
    mistakes={
        "You counted every share. The last one is 1 minus the others: take one off.": (
            _counts(lambda k: 3 * k)
        ),
        "That is two numbers per group. Each has a mean, an sd and a share. All means and sds are "
        "free; of the shares, one is not.": _counts(lambda k: 2 * k),
        "You counted means and shares. Each group has an sd of its own, too.": (
            _counts(lambda k: 2 * k - 1)
        ),
        "You took off one too many. All means and sds are free; of the shares, one is not.": (
            _counts(lambda k: 3 * k - 2)
        ),
    },
    entries=tuple(f"K = {k}" for k in (1, 2, 3, 8)),
    correct="Correct: K means, K sds and K − 1 shares, 3K − 1 in all.",
)


# BIC of three groups on the 272 waits. ℓ is −1031.64, and printed as −1032: either will do.


def _bic(score=-1031.82, parameters=8, log=np.log, rows=272):
    return -2 * score + parameters * float(log(rows))


bic_of_three = Exercise(
    answer=_bic(),
    mistakes={
        "You took the logarithm to base 10. BIC takes the natural one, np.log.": _bic(log=np.log10),
        "You took the logarithm to base 2. BIC takes the natural one, np.log.": _bic(log=np.log2),
        "You swapped n and p: the price is p times log n.": _bic(rows=8, parameters=272),
        "You took −ℓ. BIC takes −2ℓ.": _bic() - 1032,
        "Your ℓ has the wrong sign: −2 times −1032 is above 0.": _bic(score=1032),
        "The price has the wrong sign: a parameter makes BIC larger.": _bic(parameters=-8),
        "Only the sign is wrong. R's mclust writes it so, but here smaller is better.": -_bic(),
        "You counted 9 parameters. One of the three shares is not free.": _bic(parameters=9),
        "You used the 5 parameters of two groups. Three groups have 8.": _bic(parameters=5),
        "That is AIC, 2 for each parameter. In BIC each costs log 272.": 2 * 1032 + 2 * 8,
        "The price is missing: add 8 · log 272.": 2 * 1032,
        "That is the price alone. Add −2ℓ.": _bic(score=0),
        "You doubled the price as well. Only ℓ is doubled.": _bic(parameters=16),
    },
    correct="Correct: 2109, above the 2096 of two groups. The third group does not pay for itself.",
    atol=0.6,
)

galaxy_groups = Exercise(
    answer="c",
    mistakes={
        "Six is BIC's pick, by 1.9, and two of the six hold two galaxies each. Put "
        "the typing error back, or keep the groups wider, and 6 falls behind 3.": "a",
        "Three is what ICL picks, and the mean held-out score. But three of the six deals chose "
        "otherwise, and the bump in the middle has one long side. Would you bet on it?": "b",
        "The training score picks 8 because 8 is the last you tried. It would pick 80. AIC picks "
        "it for its spikes: each gains more than the 6 that it costs.": "d",
    },
    correct="Correct. Say what all fits share, say what they do not, and show the picture.",
)

digits_model = Exercise(
    answer="h",
    mistakes={
        "a is a single bell: cheap, and second worst on unseen digits, −58.8.": "a",
        "b gets −51.6 on unseen digits with few parameters. Another row is 4 nats per image "
        "above that.": "b",
        "c fits better than b in training and worse on unseen digits, −53.6: it has begun to "
        "learn by heart.": "c",
        "d has the best training score and the best AIC. Read the column of the unseen digits.": (
            "d"
        ),
        "e is the best of those with the tiny floor, −51.5. A row with a wider floor is 4 nats "
        "per image above it.": "e",
        "f is cheap for 60 groups, but expects unseen digits less than e does.": "f",
        "g is c with a wider floor: from −53.6 to −48.4. One row is 1.2 nats per image above it.": (
            "g"
        ),
        "i is d with a wider floor: from −5.6 million to −54.7. With fewer components the same "
        "floor does better.": "i",
    },
    correct="Correct: the highest held-out score of these nine. It is no proof of a good model.",
)
