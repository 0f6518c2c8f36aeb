"""Rows of numbers: checked once, and cut into blocks that fit the processor's cache."""

from collections.abc import Callable, Iterable
from itertools import islice

import numpy as np

from gmmlearn.features import features
from gmmlearn.validation import as_rows

BLOCK = 2**20  # numbers that the rows of one block may need in a round: 8 MB
KEPT = 8 * BLOCK  # data that need no more than this keep their features; saves a fifth
# Rows of a block: with fewer, calls cost more; with more, a block has left the cache by its next
# step. Not a power of two: columns 2¹⁶ bytes apart would push each other out of the cache.
BLOCK_ROWS = (256, 8400)


class Rows:
    """n rows of d numbers, (n, d): all of them, or a block whose first row is number `start`.

    `extent` holds the lowest and the highest number of every column, over all rows: itself `Rows`,
    two of them, whose own extent is None.
    """

    def __init__(self, x: np.ndarray, extent: "Rows | None", start: int = 0, again: bool = False):
        self.x, self.extent, self.start, self.again = x, extent, start, again
        self._blocks, self._kept = None, (None, None, None)

    @classmethod
    def of(cls, x, n_features: int | None = None, again: bool = False) -> "Rows":
        """Return what a person passes as checked rows; `Rows` are returned as they are.

        Args:
            x: (n, d) rows, or (n,) in one dimension.
            n_features: d, where it is known.
            again: whether the loop will go over them many times; `Rows` already know.

        Raises:
            TypeError, ValueError: as `as_rows`.
        """
        if isinstance(x, Rows) and n_features in (None, x.x.shape[1]):
            return x
        x = as_rows(x.x if isinstance(x, Rows) else x, n_features)  # a wrong width is refused there
        # Column by column: along the first axis of a long table numpy takes ten times as long.
        extent = np.array([[c.min() for c in x.T], [c.max() for c in x.T]])
        return cls(x, cls(extent, None), again=again)

    def __len__(self) -> int:
        return len(self.x)

    def __getstate__(self):
        return self.__dict__ | {"_blocks": None, "_kept": (None, None, None)}  # made again

    def blocks(self, family, first: int = 0, step: int = 1) -> Iterable["Rows"]:
        """Return every step-th block from the first on; rows need `family.width` numbers each.

        A step above 1 is the number of threads that share the blocks.
        """
        if self._blocks is None:
            # Threads wait for each other between calls, so they are given longer ones.
            least, most = BLOCK_ROWS
            size = min(max(BLOCK // family.width, least), most if step == 1 else 2 * most)
            starts = range(0, len(self), size)
            blocks = (Rows(self.x[i : i + size], self.extent, self.start + i) for i in starts)
            if not self.again or len(self) * family.width > KEPT:
                # One at a time, so that its memory is free again before the next block needs it.
                return islice(blocks, first, None, step)
            self._blocks = list(blocks)  # few enough to keep, with their features
        return self._blocks[first::step]

    def each(self, family, function: Callable) -> np.ndarray:
        """Return function(block) of all blocks, (…, n), joined."""
        return np.concatenate([function(block) for block in self.blocks(family)], axis=-1)

    def features(self, origin: np.ndarray, products: str) -> np.ndarray:
        """Return 1, z = x − origin, and products of z, one row each, (1 + d + p, n).

        The kinds of products are those of `gmmlearn.features`. The last result is kept.
        """
        place, kind, found = self._kept
        if place is not origin or kind != products:
            found = features(self.x, origin, products)
            self._kept = origin, products, found
        return found
