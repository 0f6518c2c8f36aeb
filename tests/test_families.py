"""Counts, yes/no answers and heavy tails: against scipy's densities and a second derivation."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import stats
from scipy.optimize import minimize

from gmmlearn import (
    Bernoullis,
    CollapseError,
    Family,
    Gaussians,
    Mixture,
    Poissons,
    StudentTs,
    e_step,
    init,
    m_step,
    plots,
    run,
    selection,
)

RNG = np.random.default_rng(5)
COUNTS = np.concatenate([RNG.poisson([2, 9], (80, 2)), RNG.poisson([7, 3], (60, 2))]).astype(float)
YES = np.array([[0.8, 0.7, 0.6, 0.3, 0.2, 0.5], [0.2, 0.3, 0.3, 0.7, 0.6, 0.4]])
ANSWERS = (RNG.random((150, 6)) < np.repeat(YES, 75, axis=0)).astype(float)
HEAVY = np.concatenate([RNG.standard_t(3, (90, 2)), 6 + RNG.standard_t(3, (70, 2))])

GUESSES = {
    "poisson": (COUNTS, Mixture([0.4, 0.6], Poissons([[3, 5], [6, 4]]))),
    "bernoulli": (ANSWERS, Mixture([0.4, 0.6], Bernoullis([[0.6] * 3 + [0.4] * 3, [0.5] * 6]))),
    "student": (HEAVY, Mixture([0.5, 0.5], StudentTs([[0, 1], [4, 5]], [np.eye(2) * 3] * 2, 3))),
}
ORACLES = {
    "poisson": lambda c, x, j: stats.poisson.logpmf(x, c.rates[j]).sum(axis=1),
    "bernoulli": lambda c, x, j: stats.bernoulli.logpmf(x, c.means[j]).sum(axis=1),
    "student": lambda c, x, j: stats.multivariate_t.logpdf(x, c.means[j], c.scales[j], c.dof),
}
every_family = pytest.mark.parametrize("name", GUESSES)


@every_family
def test_heights_are_those_of_scipy(name):
    x, guess = GUESSES[name]
    ours = guess.components.log_prob(x)
    theirs = [ORACLES[name](guess.components, x, j) for j in range(len(guess.weights))]
    np.testing.assert_allclose(ours, np.transpose(theirs), rtol=1e-10, atol=1e-12)


@every_family
def test_the_objective_is_the_log_likelihood(name):
    x, guess = GUESSES[name]
    trace = run(x, guess)
    components = trace.mixture.components
    heights = [ORACLES[name](components, x, j) for j in range(len(guess.weights))]
    direct = np.log(np.exp(np.transpose(heights)) @ trace.mixture.weights).sum()
    assert trace.objectives[-1] == pytest.approx(direct, rel=1e-10)
    assert trace.converged


@every_family
def test_no_step_away_from_the_end_is_better(name):
    # A second derivation: at the end of EM the log-likelihood is flat in every parameter.
    x, guess = GUESSES[name]
    end = run(x, guess, tol=1e-13, max_iter=5000).mixture

    def score(field, change, j, *where):
        values = np.array(getattr(end.components, field))
        values[(j, *where)] += change
        if field == "scales" and where[0] != where[1]:
            values[j, where[1], where[0]] += change
        others = {k: getattr(end.components, k) for k in type(end.components).__dataclass_fields__}
        return Mixture(
            end.weights, type(end.components)(**others | {field: values})
        ).log_likelihood(x)

    fields = {"poisson": ["rates"], "bernoulli": ["means"], "student": ["means", "scales"]}[name]
    for field in fields:
        values = getattr(end.components, field)
        for place in np.ndindex(values.shape):
            if field == "bernoulli" and not 0.01 < values[place] < 0.99:
                continue
            slope = (score(field, 1e-5, *place) - score(field, -1e-5, *place)) / 2e-5
            assert abs(slope) < 2e-3, (field, place, slope)


def test_one_cluster_of_counts_is_the_mean():
    end = run(COUNTS, Mixture([1.0], Poissons([[1, 1]]))).mixture
    np.testing.assert_allclose(end.components.rates[0], COUNTS.mean(axis=0), rtol=1e-12)


def test_one_cluster_of_answers_is_the_share_of_yes():
    end = run(ANSWERS, Mixture([1.0], Bernoullis(np.full((1, 6), 0.5)))).mixture
    np.testing.assert_allclose(end.components.means[0], ANSWERS.mean(axis=0), rtol=1e-12)


def test_one_heavy_cluster_is_the_maximum_found_by_search():
    x, dof = HEAVY[:90], 3

    def loss(free):
        root = np.array([[np.exp(free[2]), 0], [free[3], np.exp(free[4])]])
        return -stats.multivariate_t.logpdf(x, free[:2], root @ root.T, dof).sum()

    best = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-7})
    guess = Mixture([1.0], StudentTs([[1, 1]], [np.eye(2)], dof))
    end = run(x, guess, tol=1e-14, max_iter=5000)
    assert end.objectives[-1] == pytest.approx(-best.fun, rel=1e-10)
    np.testing.assert_allclose(end.mixture.components.means[0], best.x[:2], atol=1e-5)


def test_a_round_of_counts_by_hand():
    # Rates 1 and 3, equal weights: e^−1 / (e^−1 + e^−3) of a 0, 1 / (1 + 81 e^−2) of a 4
    x, guess = [0.0, 4.0], Mixture([0.5, 0.5], Poissons([1, 3]))
    resp = e_step(x, guess)
    none, four = 1 / (1 + np.exp(-2)), 1 / (1 + 81 * np.exp(-2))
    np.testing.assert_allclose(resp[:, 0], [none, four], rtol=1e-12)
    after = m_step(x, resp, guess)
    np.testing.assert_allclose(after.weights[0], (none + four) / 2, rtol=1e-12)
    np.testing.assert_allclose(after.components.rates[0, 0], 4 * four / (none + four), rtol=1e-12)


def test_many_degrees_of_freedom_are_a_normal_curve():
    heavy = StudentTs([[0, 0], [4, 4]], [np.eye(2)] * 2, 1e7)
    normal = Gaussians([[0, 0], [4, 4]], [np.eye(2)] * 2)
    near = HEAVY[np.abs(HEAVY).max(axis=1) < 8]
    np.testing.assert_allclose(heavy.log_prob(near), normal.log_prob(near), rtol=1e-4)
    resp = e_step(near, Mixture([0.5, 0.5], normal))
    moved = m_step(near, resp, Mixture([0.5, 0.5], heavy)).components
    fitted = m_step(near, resp, Mixture([0.5, 0.5], normal)).components
    np.testing.assert_allclose(moved.means, fitted.means, rtol=1e-4)
    np.testing.assert_allclose(moved.scales, fitted.covariances, rtol=1e-4)


def test_an_outlier_counts_less_for_heavy_tails():
    x = np.append(RNG.normal(size=50), 1000.0)
    normal = run(x, init.by_hand([0.0], sds=1)).mixture.components.means[0, 0]
    heavy = run(x, Mixture([1.0], StudentTs([0.0], [1.0], 2))).mixture.components
    assert abs(heavy.means[0, 0]) < 0.5 < 15 < normal
    assert heavy.discounts([[1000.0]])[0, 0] < 1e-4 < 0.5 < heavy.discounts([[0.0]])[0, 0]


@every_family
def test_clusters_are_recovered_from_their_own_sample(name):
    x, guess = GUESSES[name]
    if name == "bernoulli":
        truth = Mixture([0.3, 0.7], Bernoullis([[0.9] * 4 + [0.1] * 4, [0.2] * 4 + [0.7] * 4]))
        start = Mixture([0.5, 0.5], Bernoullis([[0.6] * 4 + [0.4] * 4, [0.4] * 4 + [0.6] * 4]))
    else:
        truth = start = run(x, guess).mixture
    sample, labels = truth.sample(20_000, rng=1)
    assert np.bincount(labels) / 20_000 == pytest.approx(truth.weights, abs=0.02)
    found = run(sample, start, tol=1e-9).mixture
    np.testing.assert_allclose(found.weights, truth.weights, atol=0.03)
    np.testing.assert_allclose(found.components.means, truth.components.means, atol=0.15)


def test_a_heavy_cluster_is_drawn_with_the_ellipse_of_its_scale():
    _, guess = GUESSES["student"]
    ellipses = plots.draw_ellipses(Figure().subplots(), guess, sds=(1,))[:2]
    assert [ellipse.width for ellipse in ellipses] == pytest.approx([2 * np.sqrt(3)] * 2)


class Spikes(Family):
    """The least that a family must say: a flat array of means, and the four methods."""

    n_features = 1

    def __init__(self, means):
        self.means = np.array(means, dtype=float)

    def __len__(self):
        return len(self.means)

    def log_prob(self, x):
        return -np.abs(x - self.means)

    def statistics(self, x, resp):
        return resp.sum(axis=0), (resp * x).sum(axis=0)

    def from_statistics(self, statistics):
        return Spikes(statistics[1] / statistics[0])

    def sample(self, labels, rng):
        return self.means[labels, None]


def test_a_family_from_outside_with_flat_means_goes_round_and_prints():
    end = run([0, 1, 8, 9], Mixture([0.5, 0.5], Spikes([0, 9])), max_iter=1).mixture
    rows = repr(end).splitlines()
    assert rows[0] == "Mixture of 2 Spikes"
    assert rows[1].startswith("  weight 0.5000  mean 0.5")
    assert rows[2].startswith("  weight 0.5000  mean 8.")


def test_free_numbers_are_counted():
    counts = [selection.n_parameters(guess) for _, guess in GUESSES.values()]
    assert counts == [1 + 4, 1 + 12, 1 + 4 + 6]


def test_an_impossible_answer_is_impossible():
    sure = Bernoullis([[1.0, 0.5], [0.5, 0.5]])
    assert sure.log_prob([[0, 1]])[0, 0] == -np.inf
    assert sure.log_prob([[1, 1]])[0, 0] == pytest.approx(np.log(0.5))
    never = Poissons([0.0, 2.0])
    assert never.log_prob([0.0])[0, 0] == 0
    resp = e_step([3.0], Mixture([0.5, 0.5], never))
    np.testing.assert_allclose(resp, [[0, 1]], rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Poissons([1, -2]), "rates must not be negative, but one is -2"),
        (lambda: Poissons([1, 2]).log_prob([1.5]), r"x must hold counts .*column 0 holds 1\.5"),
        (lambda: Poissons([1, 2]).log_prob([3, -1]), r"x must hold counts .*column 0 holds -1"),
        (lambda: Bernoullis([0.5, 1.5]), r"means are chances of a yes, .*one is 1\.5"),
        (lambda: Bernoullis([0.5]).log_prob([0, 2]), r"x must hold answers, .*column 0 holds 2"),
        (lambda: StudentTs([0.0], [-1.0]), "scales: component 0 has a variance of -1"),
        (lambda: StudentTs([0.0], [1.0], 0), "dof must be more than 0"),
        (lambda: StudentTs([0.0], [1.0], [1, 2]), "dof must have shape"),
        (lambda: StudentTs([[0, 0]], [1.0]), r"scales must have shape \(1, 2, 2\)"),
        (lambda: run([5.0] * 4, Mixture([1.0], StudentTs([5.0], [1.0]))), "collapsed"),
    ],
)
def test_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError, CollapseError), match=words):
        call()


@pytest.mark.parametrize("away", [1e3, 1e5, 1e7])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_heavy_tails_come_from_far(away, d):
    x = np.random.default_rng(d).normal(size=(300, d)) + away
    guess = Mixture([1.0], StudentTs(np.zeros((1, d)), np.eye(d)[None]))
    trace = run(x, guess, max_iter=500)
    assert trace.converged
    assert np.abs(trace.mixture.components.means - away).max() < 0.3


def test_samples_have_the_spread_of_their_component():
    matrices = np.array([[[4.0, 1.5], [1.5, 1.0]], [[1.0, 0.0], [0.0, 9.0]]])
    x, labels = Mixture([0.5, 0.5], Gaussians([[0, 0], [5, 5]], matrices)).sample(200_000, 0)
    for j, matrix in enumerate(matrices):
        np.testing.assert_allclose(np.cov(x[labels == j].T), matrix, rtol=0.03, atol=0.03)
