"""Rows of numbers, checked once, and cut into blocks that stay in the processor's cache."""

from collections.abc import Callable, Iterable
from itertools import islice

import numpy as np

from gmmlearn.features import features
from gmmlearn.validation import as_rows

BLOCK = 2**20  # numbers that the rows of one block may bring along: 8 MB
KEPT = 2 * BLOCK  # data that bring along no more than this keep it from round to round
# Rows of a block: fewer cost more calls, more leave the cache between two steps. And no power of
# two: columns that lie 2¹⁶ bytes apart would push each other out of the cache.
BLOCK_ROWS = (256, 8400)


class Rows:
    """n rows of d numbers, (n, d): the whole, or a block of it whose first row is number `start`.

    `extent` belongs to the whole: two rows, the lowest and the highest number of every column,
    whose own extent is None.
    """

    def __init__(self, x: np.ndarray, extent: "Rows | None", start: int = 0, again: bool = False):
        self.x, self.extent, self.start, self.again = x, extent, start, again
        self._blocks, self._kept = None, (None, None, None)

    @classmethod
    def of(cls, x, n_features: int | None = None, again: bool = False) -> "Rows":
        """Return checked rows of what a person passes; rows that are checked already stay.

        Args:
            x: (n, d) rows, or (n,) in one dimension.
            n_features: d, where it is known.
            again: whether they will be gone over again and again; Rows know it already.

        Raises:
            TypeError, ValueError: as `as_rows`.
        """
        if isinstance(x, Rows) and n_features in (None, x.x.shape[1]):
            return x
        x = as_rows(x.x if isinstance(x, Rows) else x, n_features)  # Rows of another width: refused
        # Column by column: numpy takes ten times as long along the first axis of a long table.
        extent = np.array([[c.min() for c in x.T], [c.max() for c in x.T]])
        return cls(x, cls(extent, None), again=again)

    def __len__(self) -> int:
        return len(self.x)

    def __getstate__(self):
        return self.__dict__ | {"_blocks": None, "_kept": (None, None, None)}  # made again

    def blocks(self, family, first: int = 0, step: int = 1) -> Iterable["Rows"]:
        """Return every step-th block of the rows, for sums that take `family.width` numbers a row.

        With a step there are threads that share them out.
        """
        if self._blocks is None:
            # Threads wait for each other between two calls: they are given longer ones.
            least, most = BLOCK_ROWS
            size = min(max(BLOCK // family.width, least), most if step == 1 else 2 * most)
            starts = range(0, len(self), size)
            blocks = (Rows(self.x[i : i + size], self.extent, self.start + i) for i in starts)
            if not self.again or len(self) * family.width > KEPT:
                # One at a time: what it brings along is given back before the next wants it.
                return islice(blocks, first, None, step)
            self._blocks = list(blocks)  # few: their features are made once
        return self._blocks[first::step]

    def each(self, family, function: Callable) -> np.ndarray:
        """Return what a function says of every block, (…, n), side by side."""
        return np.concatenate([function(block) for block in self.blocks(family)], axis=-1)

    def features(self, origin: np.ndarray, products: str) -> np.ndarray:
        """Return 1, z = x − origin, and products of z, one row each, (1 + d + p, n).

        Products are as in `gmmlearn.features`. The last ones are kept for the next call.
        """
        place, kind, found = self._kept
        if place is not origin or kind != products:
            found = features(self.x, origin, products)
            self._kept = origin, products, found
        return found
