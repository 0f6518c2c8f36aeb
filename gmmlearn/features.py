"""A row's features 1, z and products of z, with z = x − origin, and what is written in them.

Of products there are three kinds: "pairs", z_i z_j for i ≤ j; "squares", z_i²; and "none".
"""

from functools import lru_cache

import numpy as np


def n_products(d: int, products: str) -> int:
    """Return p, how many products of d columns there are."""
    return len(_pairs(d, products)[0])


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


def products_of(z: np.ndarray, products: str) -> np.ndarray:
    """Return the products alone of few rows z, (k, d), one row each: (k, p)."""
    i, j = _pairs(z.shape[1], products)
    return z.take(i, axis=1) * z.take(j, axis=1)


def halved(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return numbers that times the features make −½ (1, z) M (1, z)ᵀ, (k, 1 + d + p).

    The matrices M are symmetric, (k, 1 + d, 1 + d).
    """
    return entries(matrices, products) * _places(matrices.shape[1] - 1, products)[1]


def entries(matrices: np.ndarray, products: str) -> np.ndarray:
    """Return the features' numbers, (k, 1 + d + p), out of (1, z)(1, z)ᵀ, (k, 1 + d, 1 + d)."""
    places, _ = _places(matrices.shape[1] - 1, products)
    return matrices.reshape(len(matrices), -1).take(places, axis=1)


def unpacked(entries: np.ndarray, d: int, products: str) -> np.ndarray:
    """Return (1, z)(1, z)ᵀ, (k, 1 + d, 1 + d), of its numbers, (k, 1 + d + p); the others are 0."""
    if products == "pairs":
        return entries.take(_entries(d), axis=1)
    full = np.zeros((len(entries), 1 + d, 1 + d))
    full[:, 0, : 1 + d] = full[:, : 1 + d, 0] = entries[:, : 1 + d]
    full[:, range(1, 1 + d), range(1, 1 + d)] = entries[:, 1 + d :]
    return full


@lru_cache(maxsize=16)
def _pairs(d, products):
    """Return the columns of each product, (p,) and (p,)."""
    if products == "pairs":
        return np.triu_indices(d)
    columns = np.arange(d if products == "squares" else 0)
    return columns, columns


@lru_cache(maxsize=16)
def _places(d, products):
    """Return where each feature stands in a flat (1, z)(1, z)ᵀ, and −½ × how often."""
    i, j = _pairs(d, products)
    i = np.concatenate([np.zeros(1 + d, int), 1 + i])
    j = np.concatenate([np.arange(1 + d), 1 + j])
    return i * (1 + d) + j, np.where(i == j, -0.5, -1.0)


@lru_cache(maxsize=16)
def _entries(d):
    """Return which feature each place of (1, z)(1, z)ᵀ is, (1 + d, 1 + d)."""
    places, _ = _places(d, "pairs")
    entries = np.empty((1 + d, 1 + d), int)
    entries.flat[places] = entries.T.flat[places] = np.arange(len(places))
    return entries
