"""Checks of notebook 01, What makes two bumps?"""

import numpy as np

from gmmlearn.checks.exercise import Exercise
from gmmlearn.init import by_hand

ROOT = np.sqrt(2 * np.pi)


def bell(x, mean, sd):
    return np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * ROOT)


# The height of a mixture at 68 minutes: z short, z long, height short, height long, the mixture's


def at_68(short, long, total, z_short=3, z_long=-2):
    return [z_short, z_long, short, long, total]


def together(short, long, z_short=3, z_long=-2):
    return at_68(short, long, 0.3 * short + 0.7 * long, z_short, z_long)


SHORT, LONG = bell(68, 50, 6), bell(68, 80, 6)
_variance = bell(68, 50, 36), bell(68, 80, 36)
_bare = np.exp(-4.5), np.exp(-2)

height_of_mixture = Exercise(
    answer=together(SHORT, LONG),
    mistakes={
        "You added the heights and left out the shares: the curve would have area 2.": at_68(
            SHORT, LONG, SHORT + LONG
        ),
        "You took equal shares here, but 30 in 100 are short and 70 are long.": at_68(
            SHORT, LONG, (SHORT + LONG) / 2
        ),
        "You gave each group the other's share: 0.3 is the short group's.": at_68(
            SHORT, LONG, 0.7 * SHORT + 0.3 * LONG
        ),
        "You multiplied the two parts. A wait comes from one group OR the other: add.": at_68(
            SHORT, LONG, 0.3 * SHORT * 0.7 * LONG
        ),
        "These heights already include the shares. Give the bare heights; shares come in last.": (
            at_68(0.3 * SHORT, 0.7 * LONG, 0.3 * SHORT + 0.7 * LONG)
        ),
        "You gave each curve the other's height. 68 is three spreads from 50 and two from 80, so "
        "the short curve is the lower one.": together(LONG, SHORT),
        "68 lies below 80, so z in the long group is negative.": together(SHORT, LONG, 3, 2),
        "You took mean − wait; z takes wait − mean. (The height stays the same: z is squared.)": (
            together(SHORT, LONG, -3, 2)
        ),
        "This is wait − mean in minutes; z counts in spreads, so divide by 6.": (
            together(SHORT, LONG, 18, -12)
        ),
        "You used the variance, 36, where the spread, 6, belongs.": (
            together(*_variance, 0.5, -1 / 3)
        ),
        "Your z values are right, but the heights use the variance, 36, instead of 6.": (
            together(*_variance)
        ),
        "You left out the division by sd × √(2π): under such a curve the area is not 1.": (
            together(*_bare)
        ),
    },
    entries=(
        "z in the short group",
        "z in the long group",
        "the height of the short curve",
        "the height of the long curve",
        "the height of the mixture",
    ),
    correct="Correct. At 68 nearly all of the height is the long group's: 0.00630 of 0.00652.",
    atol=(0.01, 0.01, 1e-5, 1e-4, 3e-5),
)

# A density above 1: errors with mean 0.25 s and sd 0.05 s; the top, and the share within 0.02 s

TOP = 1 / (0.05 * ROOT)

above_one = Exercise(
    answer=[TOP, TOP * 0.02],
    mistakes={
        "You used the variance, 0.0025, where the spread, 0.05, belongs.": [
            1 / (0.05**2 * ROOT),
            0.02 / (0.05**2 * ROOT),
        ],
        "You left out √(2π): the height at the middle is 1 / (sd × √(2π)).": [20, 0.4],
        "You cut the height off at 1. Only an area cannot exceed 1; a height may.": [1, 0.02],
        "The height is right, but the share is an area: height × width, and the width is 0.02.": [
            TOP,
            TOP,
        ],
        "The height is right, and so is the share, but it is in percent: give a fraction of 1.": [
            TOP,
            15.96,
        ],
        "The height is right. Give the share as a fraction of 1, not in percent.": [
            TOP,
            16,
        ],
        "The share is right; the height is that share divided by the width, 0.02.": [
            TOP * 0.02,
            TOP * 0.02,
        ],
        "The height is right, but the width is 0.26 − 0.24 = 0.02, both sides together.": [
            TOP,
            TOP * 0.01,
        ],
    },
    entries=("the height at the top", "the share"),
    correct="Correct: a height of 8 per second, and yet 16 in 100 errors in those 0.02 seconds.",
    atol=(0.05, 0.002),
)

# Read a mixture off its picture: shares, middles, spreads. The tops are equal, the shares are not.

buses = by_hand(means=[2, 12], sds=[1, 3], weights=[0.25, 0.75])


def as_read(shares=(0.25, 0.75), means=(2, 12), sds=(1, 3)):
    return [list(shares), list(means), list(sds)]


read_a_mixture = Exercise(
    answer=as_read(),
    mistakes={
        "Equal tops are not equal shares. A share is an area: the wide bump holds more.": as_read(
            shares=(0.5, 0.5)
        ),
        "You read the shares off as heights. A share is an area: 2.5 × top × spread.": as_read(
            shares=(0.1, 0.1)
        ),
        "Shares are fractions that add to 1; yours are in percent.": as_read(shares=(25, 75)),
        "You put the bump on the right first: here the one on the left comes first.": as_read(
            (0.75, 0.25), (12, 2), (3, 1)
        ),
        "You gave each bump the other's share.": as_read(shares=(0.75, 0.25)),
        "You gave the whole width at the dashed line; the spread is half of that width.": as_read(
            sds=(2, 6)
        ),
        "You took the whole width at the dashed line, for the shares too; the spread "
        "is half of that width.": as_read(shares=(0.5, 1.5), sds=(2, 6)),
        "Top × spread is not yet the area: multiply it by √(2π), about 2.5.": as_read(
            shares=(0.1, 0.3)
        ),
        "These are variances. The sd is the sideways distance from the middle to the curve "
        "at the dashed line.": as_read(sds=(1, 9)),
    },
    entries=(
        "the left share",
        "the right share",
        "the left middle",
        "the right middle",
        "the left spread",
        "the right spread",
    ),
    correct="Correct: drawn with shares 0.25 and 0.75, middles 2 and 12, spreads 1 and 3.",
    atol=[[0.03, 0.03], [0.5, 0.5], [0.35, 0.35]],
)

# The density of a mixture, written from nothing


def parts(x, weights, means, sds):
    """Height times share, a row a group: (k, n)."""
    return weights[:, None] * bell(x, means[:, None], sds[:, None])


def parts_aside(x, weights, means, sds):
    return parts(x, weights, means, sds).T


def density(x, weights, means, sds):
    return parts(x, weights, means, sds).sum(axis=0)


def no_shares(x, weights, means, sds):
    return density(x, np.ones_like(weights), means, sds)


def equal_shares(x, weights, means, sds):
    return density(x, np.full_like(weights, 1 / len(weights)), means, sds)


def variances(x, weights, means, sds):
    return density(x, weights, means, sds**2)


def z_not_squared(x, weights, means, sds):
    far = (x - means[:, None]) ** 2 / sds[:, None]
    return (weights / sds / ROOT) @ np.exp(-far / 2)


def no_constant(x, weights, means, sds):
    return density(x, weights * sds * ROOT, means, sds)


def no_root(x, weights, means, sds):
    return density(x, weights * ROOT, means, sds)


def no_sd_in_front(x, weights, means, sds):
    return density(x, weights * sds, means, sds)


def no_brackets(x, weights, means, sds):
    return density(x, weights * ROOT**2, means, sds)


def no_half(x, weights, means, sds):
    return density(x, weights / np.sqrt(2), means, sds / np.sqrt(2))


def product(x, weights, means, sds):
    return parts(x, weights, means, sds).prod(axis=0)


def product_of_heights(x, weights, means, sds):
    return parts(x, np.ones_like(weights), means, sds).prod(axis=0)


def logarithm(x, weights, means, sds):
    return np.log(density(x, weights, means, sds))


def one_bump(x, weights, means, sds):
    return bell(x, weights @ means, weights @ sds)


def first_two(x, weights, means, sds):
    return density(x, weights[:2], means[:2], sds[:2])


def first_only(x, weights, means, sds):
    return density(x, weights[:1], means[:1], sds[:1])


def last_only(x, weights, means, sds):
    return density(x, weights[-1:], means[-1:], sds[-1:])


def added_over_waits(x, weights, means, sds):
    return parts(x, weights, means, sds).sum(axis=1)


def added_over_all(x, weights, means, sds):
    return parts(x, weights, means, sds).sum()


my_density = Exercise(
    answer=density,
    mistakes={
        "You left out the shares π: the curve's area is the number of groups, not 1.": no_shares,
        "You gave all groups equal shares; use `weights`.": equal_shares,
        "You used the variance where the standard deviation belongs.": variances,
        "You squared x − mean but not the sd: z is (x − mean) / sd, and all of it is squared.": (
            z_not_squared
        ),
        "The normalising constant is missing: divide each height by sd × √(2π).": no_constant,
        "√(2π) is missing in the normalising constant, sd × √(2π).": no_root,
        "The sd is missing in the normalising constant, sd × √(2π).": no_sd_in_front,
        "The ½ in exp(−z²/2) is missing.": no_half,
        "You divided by sd and then multiplied by √(2π): put both into one pair of brackets.": (
            no_brackets
        ),
        "You multiplied the groups' parts. A point comes from one group OR another: add.": product,
        "You multiplied the heights. A point comes from one group OR another: "
        "add height × share.": product_of_heights,
        "This is the logarithm of the density; leave the log out.": logarithm,
        "You averaged the parameters and drew one bell. "
        "Take each group's height first, then add.": one_bump,
        "Only the first group was counted: does `return` stand inside the loop?": first_only,
        "Only the last group was counted: add each part to the total so far.": last_only,
        "You counted only two of the three groups here: write it for any number.": first_two,
        "These are the groups' parts, one row each: add them over the groups.": parts,
        "These are the groups' parts, one column each: add them over the groups.": parts_aside,
        "You added over the points; add over the groups: one number per point.": added_over_waits,
        "You added over everything; add only over groups: one number per point.": added_over_all,
    },
    cases=(
        (
            np.array([0.5, 2.0, 4.5]),
            np.array([0.3, 0.7]),
            np.array([1.0, 3.0]),
            np.array([0.5, 2.0]),
        ),
        (
            np.array([40.0, 55.0, 62.0, 70.0, 81.0]),
            np.array([0.2, 0.3, 0.5]),
            np.array([48.0, 60.0, 80.0]),
            np.array([3.0, 6.0, 5.0]),
        ),
        (np.array([-1.0, 0.0]), np.array([1.0]), np.array([0.0]), np.array([0.1])),
    ),
    correct="Correct: you can write the density of any mixture of bell curves.",
)
