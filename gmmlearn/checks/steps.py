"""The E step and the M step on one column, and the ways in which they go wrong.

What several notebooks' checks need: 03, 04, 05, 13 and 14.
"""

import numpy as np


def heights(x, means, sds):
    """The height of each group's curve at each point, (n, k)."""
    return np.exp(-0.5 * ((x[:, None] - means) / sds) ** 2) / (sds * np.sqrt(2 * np.pi))


def parts(x, weights, means, sds):
    """Share × height, (n, k)."""
    return weights * heights(x, means, sds)


def share_out(parts, axis=1):
    """Each row divided by its sum."""
    return parts / parts.sum(axis=axis, keepdims=True)


def e_step(x, weights, means, sds):
    return share_out(parts(x, weights, means, sds))


def over_points(x, weights, means, sds):
    return share_out(parts(x, weights, means, sds), axis=0)


def no_share(x, weights, means, sds):
    return share_out(heights(x, means, sds))


def no_width(x, weights, means, sds):
    return e_step(x, weights * sds, means, sds)  # the height without its division by sds


def winner_takes_all(x, weights, means, sds):
    return np.eye(len(means))[parts(x, weights, means, sds).argmax(axis=1)]


# Each M step takes x, (n,), and resp, (n, k), and returns shares, means and sds. What else the loop
# hands over, the old shares, means and sds, these do not need.


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
