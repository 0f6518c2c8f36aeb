"""The M step on one column, and the ways in which it goes wrong: for notebooks 04 and 05.

Each takes x, (n,), and resp, (n, k), and returns shares, means and sds. What else the loop hands
over, the old shares, means and sds, these do not need.
"""

import numpy as np


def average(values, weights):
    """Σ weight × value over Σ weight, down each column."""
    return (weights * values).sum(axis=0) / weights.sum(axis=0)


def m_step(x, resp, *_):
    means = average(x[:, None], resp)
    return resp.mean(axis=0), means, sds(x, resp, means)


def sds(x, resp, centre):
    return np.sqrt(average((x[:, None] - centre) ** 2, resp))


def variances(x, resp, *_):
    weights, means, sds = m_step(x, resp)
    return weights, means, sds**2


def all_over_n(x, resp, *_):
    means = resp.T @ x / len(x)
    return resp.mean(axis=0), means, np.sqrt((resp * (x[:, None] - means) ** 2).mean(axis=0))


def means_over_n(x, resp, *_):
    means = resp.T @ x / len(x)
    return resp.mean(axis=0), means, sds(x, resp, means)


def squares_over_n(x, resp, *_):
    weights, means, _ = m_step(x, resp)
    return weights, means, np.sqrt((resp * (x[:, None] - means) ** 2).mean(axis=0))


def weights_squared(x, resp, *_):
    weights, means, _ = m_step(x, resp)
    squares = (resp * (x[:, None] - means)) ** 2
    return weights, means, np.sqrt(squares.sum(axis=0) / resp.sum(axis=0))


def squares_unweighted(x, resp, *_):
    weights, means, _ = m_step(x, resp)
    return weights, means, np.sqrt(((x[:, None] - means) ** 2).mean(axis=0))


def one_less(x, resp, *_):
    weights, means, sds = m_step(x, resp)
    counts = resp.sum(axis=0)
    return weights, means, sds * np.sqrt(counts / (counts - 1))


def sums(x, resp, *_):
    means, sds = m_step(x, resp)[1:]
    return resp.sum(axis=0), means, sds


def means_first(x, resp, *_):
    weights, means, sds = m_step(x, resp)
    return means, sds, weights
