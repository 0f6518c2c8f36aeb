"""A row's features 1, z and products of z, with z = x − origin, and what is written in them.

Of products there are three kinds: "pairs", z_i z_j for i ≤ j; "squares", z_i²; and "none".
"""

from functools import lru_cache

import numpy as np


def n_products(d: int, products: str) -> int:
    """Return p, how many products of d columns there are."""
    return {"pairs": d * (d + 1) // 2, "squares": d, "none": 0}[products]


def features(x: np.ndarray, origin: np.ndarray, products: str) -> np.ndarray:
    """Return the features of rows x, (n, d), from an origin, (d,): one each, (1 + d + p, n)."""
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


def halved(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return numbers that times the features make −½ (1, z) M (1, z)ᵀ, (k, 1 + d + p).

    The matrices M are symmetric, (k, 1 + d, 1 + d).
    """
    k, size, _ = matrices.shape
    places, times, _ = _places(size - 1, products)
    return matrices.reshape(k, -1).take(places, axis=1) * times


def unpacked(entries: np.ndarray, products: str) -> np.ndarray:
    """Return symmetric matrices, (k, d, d), from their products, (k, p); the rest is 0."""
    if products == "squares":
        return entries[:, :, None] * np.eye(entries.shape[1])
    d = int((2 * entries.shape[1]) ** 0.5)  # p = d (d + 1) / 2
    return entries.take(_places(d, products)[2], axis=1)


@lru_cache(maxsize=16)
def _places(d, products):
    """Return where each feature stands in (1, z)(1, z)ᵀ, −½ × how often, and each pair's number."""
    i, j = np.triu_indices(d + 1)
    if products == "squares":
        i, j = i[(i == 0) | (i == j)], j[(i == 0) | (i == j)]
    pairs = np.zeros((d + 1, d + 1), int)
    pairs[i, j] = pairs[j, i] = np.arange(len(i)) - 1 - d
    return i * (d + 1) + j, np.where(i == j, -0.5, -1.0), pairs[1:, 1:]
