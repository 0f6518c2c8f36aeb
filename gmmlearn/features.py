"""The features of a row: 1, z and products of z, with z = x − origin; matrices laid out alike.

There are three kinds of products: "pairs", z_i z_j for i ≤ j; "squares", z_i²; and "none".
"""

from functools import lru_cache

import numpy as np


def n_entries(d: int, products: str) -> int:
    """Return 1 + d + p, the number of features of d columns with these products."""
    return 1 + d + {"pairs": d * (d + 1) // 2, "squares": d, "none": 0}[products]


def features(x: np.ndarray, origin: np.ndarray, products: str) -> np.ndarray:
    """Return the features of x, (n, d), seen from an origin, (d,): a row each, (1 + d + p, n)."""
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
    """Return the products of z for rows (1, z), (k, 1 + d): (k, p)."""
    *_, i, j = _layout(rows.shape[1] - 1, products)
    return rows.take(i, axis=1) * rows.take(j, axis=1)


def halved(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return coefficients, (k, 1 + d + p): times the features they are −½ (1, z) M (1, z)ᵀ.

    The matrices M are symmetric, (k, 1 + d, 1 + d).
    """
    return entries(matrices, products) * _layout(matrices.shape[1] - 1, products)[2]


def entries(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return the entries of matrices like (1, z)(1, z)ᵀ, (k, 1 + d, 1 + d): (k, 1 + d + p)."""
    places = _layout(matrices.shape[1] - 1, products)[0]
    return matrices.reshape(len(matrices), -1).take(places, axis=1)


def unpacked(entries: np.ndarray, d: int, products: str) -> np.ndarray:
    """Return the matrices, (k, 1 + d, 1 + d), from their entries, (k, 1 + d + p).

    With "squares" only the diagonal of z zᵀ is known: do not read the numbers beside it.
    """
    return entries.take(_layout(d, products)[1], axis=1)


@lru_cache(maxsize=16)
def _layout(d, products):
    """Return five arrays that the functions above share.

    The place of each feature in a flattened (1, z)(1, z)ᵀ; the feature in each place of it; each
    feature's factor in a quadratic form, −½ on the diagonal and −1 beside it, where it counts
    twice; the columns i and j of each product.
    """
    i, j = np.triu_indices(1 + d)
    kept = (i == 0) | {"pairs": True, "squares": i == j, "none": False}[products]
    i, j = i[kept], j[kept]
    back = np.zeros((1 + d, 1 + d), int)
    back[i, j] = back[j, i] = np.arange(len(i))
    return i * (1 + d) + j, back, np.where(i == j, -0.5, -1.0), i[1 + d :], j[1 + d :]
