"""What must hold for any data: hypothesis looks for data on which it does not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gmmlearn import Gaussians, Mixture, e_step, hard, init, m_step, run, soft, tempered
from gmmlearn.families.covariance import SHAPES

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def problems(draw, families=(*SHAPES, "centroids")):
    """Some rows, some of them equal, and a first guess that has nothing to do with them."""
    n, d, k = draw(st.integers(4, 30)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    x = draw(arrays(float, (n, d), elements=NUMBERS))
    means = draw(arrays(float, (k, d), elements=NUMBERS))
    family = draw(st.sampled_from(families))
    if family == "centroids":
        return x, init.centroids(means)
    sd = draw(st.floats(1e-1, 1e3))
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=k, max_size=k)), float)
    return x, init.by_hand(means, sd, weights / weights.sum(), covariance_type=family)


ASSIGNMENTS = st.sampled_from([soft, hard, tempered(0.3), tempered(5)])


@given(problems(), ASSIGNMENTS)
def test_responsibilities_share_each_row_out(problem, assign):
    x, mixture = problem
    resp = e_step(x, mixture, assign)
    assert resp.shape == (len(x), len(mixture.weights))
    assert resp.min() >= 0
    np.testing.assert_allclose(resp.sum(axis=1), 1, rtol=1e-12)


@given(problems(("centroids",)), ASSIGNMENTS)
def test_kmeans_never_loses_ground_at_any_temperature(problem, assign):
    x, mixture = problem
    trace = run(x, mixture, assign=assign, max_iter=30)
    floor = 1e-9 * (np.abs(x).max() + np.abs(mixture.components.means).max()) ** 2
    assert np.diff(trace.objectives).min(initial=0) >= -floor
    assert "fell" not in trace.reason


@given(problems(), ASSIGNMENTS, st.randoms())
def test_the_order_of_rows_and_of_components_does_not_matter(problem, assign, random):
    x, mixture = problem
    rows, order = list(range(len(x))), list(range(len(mixture.weights)))
    random.shuffle(rows), random.shuffle(order)
    if assign is hard:
        order.sort()  # of equals the first wins: there the order is the rule
    components = mixture.components
    if isinstance(components, Gaussians):
        each = components.covariances
        each = each if components.covariance_type == "tied" else each[order]
        swapped = Gaussians(components.means[order], each, components.covariance_type)
    else:
        swapped = type(components)(components.means[order])
    resp = e_step(x[rows], Mixture(mixture.weights[order], swapped), assign)
    np.testing.assert_allclose(resp, e_step(x, mixture, assign)[rows][:, order], atol=1e-12)


def clusters(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 4))
    return rng.normal(size=(60, d)) + 6 * rng.integers(2, size=(60, 1)), d


@given(
    st.integers(0, 999), st.sampled_from(list(SHAPES)), st.floats(-1e3, 1e3), st.floats(0.1, 1e3)
)
def test_shifting_and_scaling_moves_the_answer_along(seed, kind, shift, scale):
    x, _ = clusters(seed)
    means = x[[int(x[:, 0].argmin()), int(x[:, 0].argmax())]]
    plain = run(x, init.gaussians(x, means, kind), max_iter=10, tol=0).mixture.components
    there = x * scale + shift
    moved = run(there, init.gaussians(there, means * scale + shift, kind), max_iter=10, tol=0)
    np.testing.assert_allclose(
        moved.mixture.components.means, plain.means * scale + shift, rtol=1e-7, atol=1e-7 * scale
    )
    np.testing.assert_allclose(
        moved.mixture.components.covariances, plain.covariances * scale**2, rtol=1e-6
    )


@given(st.integers(0, 999))
def test_full_covariances_do_not_care_how_the_columns_are_mixed(seed):
    x, d = clusters(seed)
    turn = np.random.default_rng(seed).normal(size=(d, d)) + 3 * np.eye(d)
    means = x[[int(x[:, 0].argmin()), int(x[:, 0].argmax())]]
    plain = run(x, init.gaussians(x, means), max_iter=10, tol=0)
    turned = run(x @ turn.T, init.gaussians(x @ turn.T, means @ turn.T), max_iter=10, tol=0)
    np.testing.assert_allclose(turned.resp(), plain.resp(), atol=1e-6)


@given(problems())
def test_a_row_of_weight_two_counts_as_two_rows(problem):
    x, mixture = problem
    k = len(mixture.weights)
    counts = np.random.default_rng(len(x)).integers(0, 4, size=(len(x), k))
    copies = np.concatenate([np.repeat(x, counts[:, j], axis=0) for j in range(k)])
    one_each = np.eye(k)[np.repeat(np.arange(k), counts.sum(axis=0))]
    weighted = mixture.components.statistics(x, counts.astype(float))
    copied = mixture.components.statistics(copies, one_each)
    for a, b in zip(weighted, copied, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(1, np.abs(b).max()))


@given(st.integers(0, 999))
def test_an_m_step_is_numpys_weighted_average(seed):
    x, d = clusters(seed)
    guess = init.gaussians(x, x[:3])
    resp = e_step(x, guess)
    fitted = m_step(x, resp, guess)
    np.testing.assert_allclose(fitted.weights, resp.mean(axis=0))
    for j in range(3):
        mean = np.average(x, axis=0, weights=resp[:, j])
        np.testing.assert_allclose(fitted.components.means[j], mean, atol=1e-12)
        cov = np.cov(x.T, aweights=resp[:, j], ddof=0).reshape(d, d)
        np.testing.assert_allclose(fitted.components.covariances[j], cov, atol=1e-10)
