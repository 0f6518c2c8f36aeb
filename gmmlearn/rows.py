"""Rows of numbers, checked once, and cut into blocks that stay in the processor's cache."""

import numpy as np

from gmmlearn.validation import as_rows

BLOCK = 2**20  # numbers that the rows of one block may bring along: 8 MB
ROWS = (256, 8192)  # rows of a block: fewer cost more calls, more leave the cache between two steps


class Rows:
    """n rows of d numbers, (n, d), with the `low` and `high` end of each column of the whole.

    `start` is the number of the first row in the whole. What the rows bring along, `features`,
    is kept for the next call.
    """

    def __init__(self, x: np.ndarray, low: np.ndarray, high: np.ndarray, start: int = 0):
        self.x, self.low, self.high, self.start = x, low, high, start
        self._kept, self._blocks = (None, None, None), None

    @classmethod
    def of(cls, x, n_features: int | None = None) -> "Rows":
        """Return checked rows of what a person passes; rows that are checked already stay.

        Raises:
            TypeError, ValueError: as `as_rows`.
        """
        if isinstance(x, Rows):
            return x
        x = as_rows(x, n_features)
        return cls(x, x.min(axis=0), x.max(axis=0))

    def __len__(self) -> int:
        return len(self.x)

    def blocks(self, width: int) -> list["Rows"]:
        """Return the rows in blocks, for sums over them that bring along `width` numbers a row."""
        if self._blocks is not None:
            return self._blocks
        size = int(np.clip(BLOCK // width, *ROWS))
        starts = range(0, len(self), size)
        blocks = [Rows(self.x[a : a + size], self.low, self.high, self.start + a) for a in starts]
        if len(self) * width <= BLOCK:  # few enough: their features are made once
            self._blocks = blocks
        return blocks

    def reach(self, origin: np.ndarray) -> np.ndarray:
        """Return how far the whole goes from the origin along each column, (d,)."""
        return np.maximum(self.high - origin, origin - self.low)

    def features(self, origin: np.ndarray, products: str = "none") -> np.ndarray:
        """Return 1, z = x − origin, and products of z, one row each, (1 + d + p, n).

        Args:
            origin: (d,).
            products: "pairs", z_i z_j for i ≤ j; "squares", z_i²; or "none".
        """
        if self._kept[0] is not origin or self._kept[1] != products:
            self._kept = origin, products, _features(self.x, origin, products)
        return self._kept[2]


def n_products(d: int, products: str) -> int:
    """Return p, how many products of d columns there are."""
    return {"pairs": d * (d + 1) // 2, "squares": d, "none": 0}[products]


def _features(x, origin, products):
    n, d = x.shape
    out = np.empty((1 + d + n_products(d, products), n))
    out[0] = 1
    z, rest = out[1 : 1 + d], out[1 + d :]
    np.subtract(x.T, origin[:, None], out=z)
    if products == "squares":
        np.multiply(z, z, out=rest)
    elif products == "pairs":
        for i in range(d):
            np.multiply(z[i], z[i:], out=rest[: d - i])
            rest = rest[d - i :]
    return out
