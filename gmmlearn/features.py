"""A row's features 1, z and products of z, with z = x − origin, and what is written in them.

Of products there are three kinds: "pairs", z_i z_j for i ≤ j; "squares", z_i²; and "none".
"""

from functools import lru_cache

import numpy as np


def n_entries(d: int, products: str) -> int:
    """Return 1 + d + p, how many features d columns have with these products."""
    return 1 + d + {"pairs": d * (d + 1) // 2, "squares": d, "none": 0}[products]


def features(x: np.ndarray, origin: np.ndarray, products: str) -> np.ndarray:
    """Return the features of rows x, (n, d), from an origin, (d,): one each, (1 + d + p, n)."""
    n, d = x.shape
    out = np.empty((n_entries(d, products), n))
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


def products_of(rows: np.ndarray, products: str) -> np.ndarray:
    """Return the products of a few rows (1, z), (k, 1 + d), one row each: (k, p)."""
    *_, i, j = _layout(rows.shape[1] - 1, products)
    return rows.take(i, axis=1) * rows.take(j, axis=1)


def halved(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return numbers that times the features make −½ (1, z) M (1, z)ᵀ, (k, 1 + d + p).

    The matrices M are symmetric, (k, 1 + d, 1 + d).
    """
    return entries(matrices, products) * _layout(matrices.shape[1] - 1, products)[2]


def entries(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return the features' numbers, (k, 1 + d + p), out of (1, z)(1, z)ᵀ, (k, 1 + d, 1 + d)."""
    places = _layout(matrices.shape[1] - 1, products)[0]
    return matrices.reshape(len(matrices), -1).take(places, axis=1)


def unpacked(entries: np.ndarray, d: int, products: str) -> np.ndarray:
    """Return (1, z)(1, z)ᵀ, (k, 1 + d, 1 + d), of its numbers, (k, 1 + d + p).

    With squares, the numbers beside the diagonal of z zᵀ mean nothing: do not read them.
    """
    return entries.take(_layout(d, products)[1], axis=1)


@lru_cache(maxsize=16)
def _layout(d, products):
    """Return where each feature stands in a flat (1, z)(1, z)ᵀ, and which stands in each place.

    Then −½ for those on the diagonal and −1 for those beside it, which stand there twice; and the
    columns i and j of each product.
    """
    i, j = np.triu_indices(1 + d)
    kept = (i == 0) | {"pairs": True, "squares": i == j, "none": False}[products]
    i, j = i[kept], j[kept]
    back = np.zeros((1 + d, 1 + d), int)
    back[i, j] = back[j, i] = np.arange(len(i))
    return i * (1 + d) + j, back, np.where(i == j, -0.5, -1.0), i[1 + d :], j[1 + d :]
