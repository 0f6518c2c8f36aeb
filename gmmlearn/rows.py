"""Rows of numbers, checked once, and cut into blocks that stay in the processor's cache."""

from collections.abc import Iterable
from itertools import islice

import numpy as np

from gmmlearn.features import features
from gmmlearn.validation import as_rows

BLOCK = 2**20  # numbers that the rows of one block may bring along: 8 MB
KEPT = 2 * BLOCK  # data that bring along no more than this keep it from round to round
# Rows of a block: fewer cost more calls, more leave the cache between two steps. And no power of
# two: columns that lie 2¹⁶ bytes apart would push each other out of the cache.
ROWS = (256, 8400)


class Kept:
    """Something that makes features from an origin, (d,), and keeps the last for the next call."""

    _kept = None, None, None

    def features(self, origin: np.ndarray, products: str) -> np.ndarray:
        """Return what `_made` makes; products are as in `gmmlearn.features`."""
        place, kind, found = self._kept
        if place is not origin or kind != products:
            found = self._made(origin, products)
            self._kept = origin, products, found
        return found


class Rows(Kept):
    """n rows of d numbers, (n, d): the whole, or a block of it whose first row is number `start`.

    `extent` belongs to the whole. What the rows bring along, `features`, is kept for the next call.
    """

    def __init__(self, x: np.ndarray, extent: "Extent", start: int = 0, again: bool = False):
        self.x, self.extent, self.start, self.again = x, extent, start, again
        self._blocks = None

    @classmethod
    def of(cls, x, n_features: int | None = None, again: bool = False) -> "Rows":
        """Return checked rows of what a person passes; rows that are checked already stay.

        Args:
            x: (n, d) rows, or (n,) in one dimension.
            n_features: d, where it is known.
            again: whether they will be gone over again and again.

        Raises:
            TypeError, ValueError: as `as_rows`.
        """
        if isinstance(x, Rows):
            if n_features in (None, x.x.shape[1]):
                return x
            x = x.x  # to be refused
        x = as_rows(x, n_features)
        # Column by column: numpy takes ten times as long along the first axis of a long table.
        low, high = (np.array([getattr(c, end)() for c in x.T]) for end in ("min", "max"))
        return cls(x, Extent(low, high), again=again)

    def __len__(self) -> int:
        return len(self.x)

    def blocks(self, family, first: int = 0, step: int = 1) -> Iterable["Rows"]:
        """Return every step-th block of the rows, for sums that take `family.width` numbers a row.

        With a step there are threads that share them out.
        """
        if self._blocks is None:
            width, most = family.width, ROWS[1]
            if not self.again or len(self) * width > KEPT:
                # Threads wait for each other between two calls: they are given longer ones.
                blocks = self._cut(width, most if step == 1 else 2 * most)
                # One at a time: what it brings along is given back before the next wants it.
                return islice(blocks, first, None, step)
            self._blocks = list(self._cut(width, most))  # few: their features are made once
        return self._blocks[first::step]

    def _cut(self, width, most):
        size = max(min(BLOCK // width, most), ROWS[0])
        for start in range(0, len(self), size):
            yield Rows(self.x[start : start + size], self.extent, self.start + start)

    def _made(self, origin, products):
        """Return 1, z = x − origin, and products of z, one row each, (1 + d + p, n)."""
        return features(self.x, origin, products)


class Extent(Kept):
    """From where to where the columns of the whole go: `low` and `high`, (d,)."""

    def __init__(self, low: np.ndarray, high: np.ndarray):
        self.low, self.high = low, high

    def _made(self, origin, products):
        """Return the largest size that each of a row's features can have, (1 + d + p,)."""
        corner = np.maximum(self.high - origin, origin - self.low)
        with np.errstate(over="ignore"):
            return features(corner[None] + origin, origin, products)[:, 0]
