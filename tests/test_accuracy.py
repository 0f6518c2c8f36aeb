"""Data on which floats lose digits: against the same formulas in 80-bit numbers, row by row.

A step must come within 1e-9 of the reference, or within what scikit-learn reaches where that is
worse: in log-likelihood relatively, in means and covariances in each component's own metric.
"""

from itertools import islice

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from gmmlearn import Gaussians, Mixture, e_step, em, init, m_step
from gmmlearn.families import gaussian
from gmmlearn.families.covariance import shaped, to_matrices
from gmmlearn.rows import Rows

Long = np.longdouble
UNIT = np.eye(2)


def pair(first, second, roots=(UNIT, UNIT)):
    """A function that draws 150 rows about each of two means."""

    def draw(rng):
        noise = rng.normal(size=(2, 150, 2))
        return np.concatenate(
            [np.add(m, z @ r) for m, z, r in zip((first, second), noise, roots, strict=True)]
        )

    return draw


def two(means, variances):
    return Mixture([0.4, 0.6], Gaussians(means, [v * UNIT for v in variances]))


FLAT = np.array([[1, 1], [0, 1e-5]])  # the second column is the first, and a breath of noise
SETS = {
    "kind": (pair([0, 0], [3, 1]), two([[0, 0], [4, 1]], [1, 1])),
    "an offset of 1e8": (pair([1e8] * 2, [1e8 + 3, 1e8]), two([[1e8] * 2, [1e8 + 4] * 2], [2, 2])),
    "1e-4 beside 1e2": (
        pair([0, 0], [1e3, 0], (1e-4 * UNIT, 1e2 * UNIT)),
        two([[1e-5, 0], [900, 50]], [2e-8, 2e4]),
    ),
    "1e7 apart": (pair([-5e6, 0], [5e6, 1]), two([[-5e6, 1], [5e6, 0]], [2, 2])),
    "nearly collinear": (pair([0, 0], [3, 3], (FLAT, FLAT)), two([[0, 0], [3.5, 3.5]], [1, 2])),
    "a guess 1e6 away": (pair([0, 0], [5, 0]), two([[1e6, -1e6], [2e6, 2e6]], [1e11, 1e11])),
}
every_set = pytest.mark.parametrize("name", SETS)


def root_of(matrix):
    """The lower triangular root in 80 bits: numpy's own cholesky knows 64 only."""
    d = len(matrix)
    root = np.zeros((d, d), Long)
    for i in range(d):
        for j in range(i + 1):
            rest = matrix[i, j] - root[i, :j] @ root[j, :j]
            root[i, j] = np.sqrt(rest) if i == j else rest / root[j, j]
    return root


def solved(root, columns):
    """root⁻¹ columns, by forward substitution."""
    out = np.zeros_like(columns)
    for i in range(len(root)):
        out[i] = (columns[i] - root[i, :i] @ out[:i]) / root[i, i]
    return out


def reference(x, weights, means, covariances):
    """One round in 80 bits: the log-likelihood before it, weights, means and covariances after."""
    x, weights, means = (np.asarray(a, Long) for a in (x, weights, means))
    heights = []
    for weight, mean, matrix in zip(weights, means, np.asarray(covariances, Long), strict=True):
        root = root_of(matrix)
        far = (solved(root, (x - mean).T) ** 2).sum(axis=0)
        size = 2 * np.log(np.diagonal(root)).sum() + x.shape[1] * np.log(2 * Long(np.pi))
        heights.append(np.log(weight) - (far + size) / 2)
    heights = np.array(heights)
    best = heights.max(axis=0)
    resp = np.exp(heights - best)
    total = resp.sum(axis=0)
    resp /= total
    counts = resp.sum(axis=1)
    means = np.array([(r[:, None] * x).sum(axis=0) / r.sum() for r in resp])
    covariances = np.array(
        [((r * (x - m).T) @ (x - m)) / r.sum() for r, m in zip(resp, means, strict=True)]
    )
    return (best + np.log(total)).sum(), counts / len(x), means, covariances


def errors(got, wanted):
    """How far off: log-likelihood, weights, means in standard deviations, covariances in units."""
    score, weights, means, covariances = wanted
    off = [abs(got[0] / score - 1), np.abs(got[1] - weights).max()]
    for mean, matrix, m, c in zip(means, covariances, got[2], got[3], strict=True):
        root = root_of(matrix)
        off.append(np.sqrt((solved(root, (m - mean)[:, None]) ** 2).sum()))
        off.append(np.abs(solved(root, solved(root, c - matrix).T)).max())
    return np.array(off, float)


def theirs(x, weights, means, covariances):
    """scikit-learn's round from the same place."""
    model = GaussianMixture(
        len(weights),
        max_iter=1,
        reg_covar=0,
        weights_init=weights,
        means_init=means,
        precisions_init=np.linalg.inv(covariances),
    )
    with pytest.warns():
        score = model.fit(x).lower_bound_ * len(x)  # of the mixture before the M step
    return score, model.weights_, model.means_, model.covariances_


def parameters(mixture):
    return mixture.weights, mixture.components.means, mixture.components.covariances


@every_set
def test_every_step_keeps_its_digits(name):
    draw, guess = SETS[name]
    ours, skl = [], []
    for seed in range(6):
        x = draw(np.random.default_rng(seed))
        steps = em(x, guess)
        before = next(steps)
        for after in islice(steps, 6):
            wanted = reference(x, *parameters(before.mixture))
            ours.append(errors((before.objective, *parameters(after.mixture)), wanted))
            skl.append(errors(theirs(x, *parameters(before.mixture)), wanted))
            before = after
    if np.max(ours) > 1e-9:  # then typical ones are compared: each is a draw of roundings
        ours, skl = (np.exp(np.log(np.add(e, 1e-17)).mean(axis=0)) for e in (ours, skl))
        for quantity in (0, 1, [2, 4], [3, 5]):  # score, weights, means, covariances
            assert np.prod(ours[quantity]) <= np.prod(np.maximum(1e-9, skl[quantity]))


def linear(guess, x):
    """Whether this guess takes the density of x as one product, and measures no distances."""
    asked, measure = [], gaussian.distances
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gaussian, "distances", lambda *a: asked.append(a) or measure(*a))
        guess.log_joint(x)
    return not asked


@pytest.mark.parametrize(("d", "together"), [(8, True), (13, False)])
def test_three_clusters_of_many_columns_are_measured_each_from_its_mean(d, together):
    x = np.random.default_rng(0).normal(size=(90, d))
    guess = init.gaussians(x, x[:3])
    assert linear(guess, x) == together
    assert linear(m_step(x, e_step(x, guess), guess), x) == together


def test_a_weight_of_zero_is_no_reason_to_measure_from_each_mean():
    draw, guess = SETS["kind"]
    x = draw(np.random.default_rng(0))
    one = Mixture([0.0, 1.0], guess.components)
    assert linear(one, x)
    np.testing.assert_array_equal(one.log_joint(x)[:, 0], -np.inf)
    np.testing.assert_array_equal(one.log_prob(x), guess.components.log_prob(x)[:, 1])


def test_nor_is_one_that_comes_from_the_means():
    """Means along a direction in which the ellipses are narrow: a little in each column."""
    means = np.linspace(-1, 1, 8)[:, None] * np.full(16, 100.0)
    family = Gaussians(means, np.array([np.eye(16) - 0.99 / 16] * 8))
    assert np.abs(family.theta()).max() <= gaussian.FAR


@pytest.mark.parametrize("variance", [1e-300, 1e-20, 1.0])
def test_clusters_as_far_apart_as_floats_go(variance):
    far = np.array([-1e150, 1e150])
    guess = Mixture([0.5, 0.5], Gaussians(far, [variance, variance]))
    np.testing.assert_array_equal(e_step(far, guess), UNIT)
    np.testing.assert_array_equal(guess.components.log_prob(far).argmax(axis=1), [0, 1])


@pytest.mark.parametrize("turn", [1, -1])
def test_no_term_of_a_density_made_as_one_product_is_large_for_its_row(turn):
    """Two skewed columns that nearly follow each other, upwards or downwards, ever more so."""
    together = 0
    for width in np.geomspace(1e-3, 1, 60):
        rng = np.random.default_rng(0)
        x = rng.exponential(size=(300, 2)) @ [[1, turn], [0, width]]
        family = m_step(x, np.ones((300, 1)), init.gaussians(x, x[:1])).components
        if linear(Mixture([1.0], family), x):
            together += 1
            terms = family.theta()[:, :, None] * Rows.of(x).features(family.origin, "pairs")
            below = family.log_prob(family.means).max() - family.log_prob(x)[:, 0]  # ½ q²
            assert (np.abs(terms) <= 2 * gaussian.FAR * (2 * below + 1)).all()
    assert 20 < together < 55


@every_set
def test_the_two_ways_to_one_density_agree(name, monkeypatch):
    draw, guess = SETS[name]
    x = draw(np.random.default_rng(0))
    if name in ("1e-4 beside 1e2", "1e7 apart"):  # there is one way only
        assert not linear(guess, x)
        return
    assert linear(guess, x)
    plain = guess.log_joint(x)
    monkeypatch.setattr(gaussian, "FAR", -1.0)  # now each row is measured from each mean
    apart = Gaussians(guess.components.means, guess.components.covariances)
    np.testing.assert_allclose(plain, Mixture(guess.weights, apart).log_joint(x), rtol=1e-10)
    moved = m_step(x, e_step(x, guess), Mixture(guess.weights, apart))
    monkeypatch.undo()
    again = m_step(x, e_step(x, guess), guess)
    np.testing.assert_allclose(
        moved.components.covariances, again.components.covariances, rtol=1e-9
    )


@every_set
def test_the_two_ways_to_one_m_step_agree(name, monkeypatch):
    """The inverse of the moments, and means and covariances taken apart."""
    draw, guess = SETS[name]
    x = draw(np.random.default_rng(0))
    resp, ways = e_step(x, guess), []
    quick = Gaussians._from_moments
    monkeypatch.setattr(Gaussians, "_from_moments", lambda *a: ways.append(quick(*a)) or ways[-1])
    quick = m_step(x, resp, guess).components
    # Digits are lost where clusters lie far from their origin, or a column nearly on another.
    assert any(ways) == (name in ("kind", "an offset of 1e8"))
    monkeypatch.setattr(Gaussians, "_from_moments", lambda *a: None)
    apart = m_step(x, resp, guess).components
    np.testing.assert_allclose(quick.means, apart.means, rtol=1e-13)
    np.testing.assert_allclose(quick.covariances, apart.covariances, rtol=1e-12)
    # At 1e8 a mean is rounded to 1e-8 when it is written down; moments hold it from the origin.
    digits = 1e-7 if name == "an offset of 1e8" else 1e-11
    np.testing.assert_allclose(quick.log_prob(x), apart.log_prob(x), rtol=digits)


@pytest.mark.parametrize("seed", range(6))
def test_each_column_may_have_a_unit_of_its_own(seed, monkeypatch):
    """Also in the quick M step: there numpy exchanges rows by size, so sizes must not differ."""
    ways, quick = [], Gaussians._from_moments
    monkeypatch.setattr(Gaussians, "_from_moments", lambda *a: ways.append(quick(*a)) or ways[-1])
    rng = np.random.default_rng(seed)
    units = 10 ** rng.uniform(-8, 8, 3)
    clusters = [rng.normal(size=(60, 3)) @ rng.normal(size=(3, 3)) + [c, 0, 0] for c in (0, 4)]
    x = np.concatenate(clusters) * units
    steps = em(x, init.gaussians(x, x[[0, -1]]))
    before = next(steps)
    for after in islice(steps, 5):
        wanted = reference(x, *parameters(before.mixture))
        assert errors((before.objective, *parameters(after.mixture)), wanted).max() < 1e-10
        before = after
    assert len(ways) == 5 and all(ways)


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("unit", [1.3e-12, 0.7e6, 0.7e12])
def test_no_digit_depends_on_the_unit(kind, unit):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (50, 2)), rng.normal([3, 1], 2, (50, 2))])
    ends = []
    for rows in (x, unit * x):
        steps = em(rows, init.gaussians(rows, rows[[0, -1]], kind))
        mixture = next(islice(steps, 3, None)).mixture
        ends.append((mixture.log_joint(rows), mixture.components.means))
    (one, means), (other, others) = ends
    np.testing.assert_allclose(other + 2 * np.log(unit), one, rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(others / unit, means, rtol=1e-13)


def test_means_next_to_each_other_in_a_small_unit_keep_their_digits():
    unit = 0.7e12  # so the means are 2 apart
    x = np.random.default_rng(0).normal(size=(100, 2))
    near = np.array([[0, 0], [3e-12, 0]])
    one = init.by_hand(near, sds=1.0).log_joint(x)
    other = init.by_hand(unit * near, sds=unit).log_joint(unit * x)
    np.testing.assert_allclose(other + 2 * np.log(unit), one, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("away", [1e5, 1e7, 1e8])
@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_a_step_from_guesses_far_away_on_both_sides_keeps_its_digits(kind, away):
    x = np.random.default_rng(0).normal(size=(100, 2))
    resp = np.repeat([[1.0, 0], [0, 1]], 50, axis=0)
    guess = init.by_hand([[-away, 0], [away, 0]], sds=1.0, covariance_type=kind)
    made = m_step(x, resp, guess).components.matrices()
    own = [np.cov(half.T, bias=True) for half in (x[:50], x[50:])]
    wanted = shaped(np.array(own), np.array([50.0, 50]), kind)
    np.testing.assert_allclose(made, to_matrices(wanted, kind, 2, 2), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.int16])
def test_other_kinds_of_numbers_are_taken_as_they_are(kind):
    x = np.round(100 * SETS["kind"][0](np.random.default_rng(0))).astype(kind)
    guess = Mixture([0.5, 0.5], Gaussians([[0, 0], [400, 100]], [10_000 * UNIT] * 2))
    wanted = reference(x, *parameters(guess))
    steps = em(x, guess)
    got = next(steps).objective, *parameters(next(steps).mixture)
    assert errors(got, wanted).max() < 1e-9
