"""Checks of notebook 02, Can I just assign and average?"""

import numpy as np

from gmmlearn.checks.exercise import Exercise

SIX = np.array([79.0, 54.0, 74.0, 62.0, 85.0, 55.0])
ROWS = np.array([[3.0, 3.0], [9.0, 8.0], [0.0, 5.5], [7.0, 1.0], [8.0, 6.0], [1.0, 1.0]])


# By hand: round 2 on six waits, from the centres 54 and 71.

labels_by_hand = Exercise(
    answer=[1, 0, 1, 0, 1, 0],
    entries=tuple(f"the label of {wait:.0f}" for wait in SIX),
    mistakes={
        "These are the labels of round 1. The centres now stand at 54 and 71: measure again.": (
            [1, 0, 1, 1, 1, 1]
        ),
        "You compared signed differences: 62 − 71 = −9 looks smaller than 62 − 54 = 8. "
        "A distance has no sign.": [1, 1, 1, 1, 1, 1],
        "You gave each wait to the farther centre. The nearer one gets it.": [0, 1, 0, 1, 0, 1],
        "You counted the centres from 1. As in Python, the first is 0.": [2, 1, 2, 1, 2, 1],
        "You put the waits in rising order first. Keep the order of the file.": [0, 0, 0, 1, 1, 1],
    },
    correct="Correct. 62 and 55 change sides: they stayed where they are, the centres moved.",
)

centres_by_hand = Exercise(
    answer=[57, 238 / 3],
    entries=("centre 0", "centre 1"),
    rtol=0,
    atol=0.051,  # one decimal is asked for
    mistakes={
        "You averaged all six waits for each centre. Each averages its own three.": [409 / 6] * 2,
        "You rounded to whole minutes. Give one decimal.": [57, 79],
        "These are the centres of round 1. Since then 62 and 55 belong to centre 0.": [54, 71],
        "These are sums. Divide each by the number of waits in it.": [171, 238],
        "You divided by six. Each centre has three waits to divide by.": [171 / 6, 238 / 6],
        "You averaged the labels. They only say which waits to average.": [0, 1],
        "You took the middle between the smallest and the largest. Every wait counts.": [58, 79.5],
        "These are medians, the middle waits. K-means takes means: every wait counts.": [55, 79],
        "You counted the old centre as one more wait. Only waits are averaged.": [56.25, 77.25],
        "You swapped the two: the waits with label 0 make centre 0.": [238 / 3, 57],
    },
    correct="Correct. Only the waits with its label count for a centre.",
)


# Written from a pattern, then from nothing.


def apart(x, centres):
    """Every point's squared distance to every centre, (n, k), in any number of columns."""
    x, centres = (np.reshape(rows, (len(rows), -1)) for rows in (x, centres))
    return ((x[:, None, :] - centres) ** 2).sum(axis=2)


def nearest(x, centres):
    """Return the number of the nearest centre of each point, (n,)."""
    return apart(x, centres).argmin(axis=1)


def averages(x, labels, k):
    """Return the average of the points with each label, (k, d); 0 where there are none."""
    return np.array([x[labels == j].sum(axis=0) / max(sum(labels == j), 1) for j in range(k)])


def step(x, centres):
    """Return the averages of the points nearest to each centre, (k, d)."""
    return averages(x, nearest(x, centres), len(centres))


my_assign = Exercise(
    answer=nearest,
    cases=(
        (SIX, np.array([71.0, 54.0, 90.0])),
        (SIX, np.array([54.0, 71.0])),
        (np.array([-3.0, 8.0, 1.0, 0.5]), np.array([2.0, -1.0])),
    ),
    mistakes={
        "You compared signed differences. A point far below a centre then looks near to it: "
        "take abs(…), or the square.": lambda x, c: (x[:, None] - c).argmin(axis=1),
        "You compared signed differences. A point far above a centre then looks near to it: "
        "take abs(…), or the square.": lambda x, c: (c - x[:, None]).argmin(axis=1),
        "You gave each point to the farthest centre: argmax where argmin belongs.": (
            lambda x, c: apart(x, c).argmax(axis=1)
        ),
        "You compared only the first two centres. There may be more: row.argmin().": (
            lambda x, c: apart(x, c[:2]).argmin(axis=1)
        ),
        "You asked each centre for its nearest point (axis=0). "
        "Ask each point for its nearest centre (axis=1).": lambda x, c: apart(x, c).argmin(axis=0),
        "These are the distances to the nearest centre. Give its number: argmin, not min.": (
            lambda x, c: np.sqrt(apart(x, c)).min(axis=1)
        ),
        "These are the squared distances to the nearest centre. Give its number: argmin, "
        "not min.": lambda x, c: apart(x, c).min(axis=1),
        "These are the nearest centres themselves. Give their numbers instead: 0, 1, …": (
            lambda x, c: c[nearest(x, c)]
        ),
        "You counted the centres from 1. As in Python, the first is 0.": (
            lambda x, c: nearest(x, c) + 1
        ),
        "This is the whole table of distances. For each row, say which entry is the smallest.": (
            lambda x, c: np.sqrt(apart(x, c))
        ),
        "You made a table of zeros and ones. That is right in spirit, but here give one "
        "number for each point: the column where the 1 stands.": (
            lambda x, c: np.eye(len(c))[nearest(x, c)]
        ),
        "Your rule needs the centres in rising order. They may come in any order.": (
            lambda x, c: np.searchsorted((np.sort(c)[1:] + np.sort(c)[:-1]) / 2, x)
        ),
    },
    correct="Correct, in any order and for any number of centres.",
)

my_kmeans_step = Exercise(
    answer=step,
    cases=(
        (ROWS, np.array([[0.0, 0.0], [8.0, 3.0], [0.0, 9.0]])),
        (ROWS, np.array([[0.0, 0.0], [3.0, 6.0]])),
        (ROWS[:, :1], np.array([[1.0], [6.0]])),
    ),
    mistakes={
        "You averaged all the points for every centre. Pick x[labels == j] first.": (
            lambda x, c: np.tile(x.mean(axis=0), (len(c), 1))
        ),
        "No point was picked. If labels is a list, labels == j is one False: make it an array, "
        "np.array(labels).": lambda x, c: np.full((len(c), *x.shape[1:]), np.nan),
        "These are the labels. One thing is left to do: average the points with each label.": (
            nearest
        ),
        "You averaged the labels. They only say which rows of x to average.": (
            lambda x, c: np.arange(len(c))
        ),
        "These are medians. K-means takes means: mean(axis=0).": (
            lambda x, c: np.array([np.median(x[nearest(x, c) == j], axis=0) for j in range(len(c))])
        ),
        "You did not add the squares of the columns: sum(axis=1) turns them into one distance.": (
            lambda x, c: averages(
                x, np.hstack([(x - row) ** 2 for row in c]).argmin(axis=1), len(c)
            )
        ),
        "You averaged the two columns into one number. Average down the rows: mean(axis=0).": (
            lambda x, c: np.array([x[nearest(x, c) == j].mean() for j in range(len(c))])
        ),
        "You divided by the number of all points. Divide by the number that each centre has.": (
            lambda x, c: np.eye(len(c))[nearest(x, c)].T @ x / len(x)
        ),
        "These are sums. Divide each by the number of points in it.": (
            lambda x, c: np.eye(len(c))[nearest(x, c)].T @ x
        ),
        "You gave each point to the farthest centre: argmax where argmin belongs.": (
            lambda x, c: averages(x, apart(x, c).argmax(axis=1), len(c))
        ),
        "You added signed differences. Square them first, or they cancel.": (
            lambda x, c: averages(x, (x[:, None] - c).sum(axis=2).argmin(axis=1), len(c))
        ),
        "You measured along the first column only. Add the squares of all columns.": (
            lambda x, c: averages(x, nearest(x[:, :1], c[:, :1]), len(c))
        ),
        "You added the plain distances of the columns. "
        "For the straight-line distance, add their squares (Pythagoras).": (
            lambda x, c: averages(x, abs(x[:, None] - c).sum(axis=2).argmin(axis=1), len(c))
        ),
    },
    correct="Correct. Call it again and again, and you have K-means.",
)


# Three bytes a pixel before; after, 4 bits a pixel and 16 colours of three bytes.

PIXELS = 427 * 640

times_smaller = Exercise(
    answer=3 * PIXELS / (PIXELS / 2 + 16 * 3),
    rtol=1e-3,  # 6 will do
    mistakes={
        "You divided the numbers of possible colours, before and after. A file does not store "
        "possibilities: it stores a number for each pixel, with 24 bits before and 4 after.": (
            2**24 / 16
        ),
        "That is the popular figure. A million times smaller than 819,840 bytes would be less than "
        "one byte for the whole picture.": 1e6,
        "You gave each pixel 16 bits, one for each colour. Naming one of 16 takes 4.": 1.5,
        "Your palette is in bits. It holds 16 colours of 3 bytes, 48 bytes.": (
            3 * PIXELS / (PIXELS / 2 + 16 * 3 * 8)
        ),
        "That is the number of colours. How many bits does it take to name one of 16?": 16,
        "You gave each pixel a whole byte. To name one of 16, half a byte (4 bits) is enough.": 3,
        "You gave each pixel 4 bytes. Its number takes 4 bits, half a byte.": (
            3 * PIXELS / (4 * PIXELS + 16 * 3)
        ),
        "That is how many bits a pixel has afterwards. How many did it have before?": 4,
        "You divided after by before. The question is how many times smaller it is.": (
            (PIXELS / 2 + 16 * 3) / (3 * PIXELS)
        ),
        "You divided the number of colours in the picture by 16. A file does not store those "
        "colours one by one: it stores pixels.": 34_503 / 16,
    },
    correct="Correct: 24 bits per pixel become 4, and the palette of 48 bytes hardly counts. "
    "It is six times smaller, not a million times.",
)
