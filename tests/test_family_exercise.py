"""The exercise of writing a family: any right way is taken, and what comes back odd is named."""

import numpy as np
import pytest

from gmmlearn import Family
from gmmlearn.checks import my_family
from gmmlearn.checks.families import Exponentials


class Rates(Family):
    """With rates in a column, as a table: another right way."""

    def __init__(self, rates):
        self.rates = np.reshape(rates, (-1, 1))

    n_features = property(lambda self: self.rates.shape[1])

    def __len__(self):
        return self.rates.shape[0]

    def log_prob(self, x):
        return np.stack([np.log(r) - r * x[:, 0] for r in self.rates[:, 0]], axis=1)

    def statistics(self, x, resp):
        return resp.T @ x, resp.sum(axis=0)

    def from_statistics(self, statistics):
        sums, counts = statistics
        return Rates(counts[:, None] / sums)

    def sample(self, labels, rng):
        return -np.log(rng.random((len(labels), 1))) / self.rates[labels]


class Halfway(Rates):
    """log_prob reads rates, but means come back."""

    def from_statistics(self, statistics):
        return Halfway(statistics[0] / statistics[1][:, None])


class Stub(Exponentials):
    def log_prob(self, x): ...

    def statistics(self, x, resp): ...

    def from_statistics(self, statistics):
        """With a word on it."""
        ...

    def sample(self, labels, rng):
        pass


def but(**methods):
    """The right family with something else in it."""
    return type("Mine", (Exponentials,), methods)


def test_means_or_rates_flat_or_in_a_column():
    assert my_family(Exponentials).status == "correct"
    assert my_family(Rates).status == "correct"


def test_rates_and_means_mixed_up_are_named_in_either_reading():
    assert my_family(Halfway).message.startswith("from_statistics is upside down")


def test_a_stub_is_not_attempted_and_half_a_stub_says_what_is_missing():
    class Half(Stub):
        log_prob, sample = Exponentials.log_prob, Exponentials.sample

    assert my_family(Stub).status == "not attempted"
    assert "Not attempted yet" in my_family(Stub).message
    assert my_family(Half).status == "not attempted"
    assert my_family(Half).message == "Not finished yet: statistics, from_statistics."


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (3, "Pass the class itself"),
        (Exponentials([1, 2]), "Pass the class itself"),
        (int, "must inherit from Family"),
        (but(log_prob=lambda self, x: x @ x), "Your class stopped with ValueError"),
        (but(log_prob=lambda self, x: print(x)), "log_prob gave back None"),
        (but(log_prob=lambda self, x: self.nothing), "no attribute 'nothing'"),
        (but(log_prob=lambda self, x: -x / self.means[0]), "log_prob must have shape (n, k)"),
        (but(__len__=lambda self: 3), "len(…) must be the number of clusters"),
        (but(n_features=2), "n_features must be 1"),
        (
            but(log_prob=lambda self, x: np.log(np.exp(-x / self.means) / self.means)),
            "For a wait of 10,000 minutes log_prob is −inf",
        ),
        (but(statistics=lambda self, x, resp: resp.T @ x), "must hand back a tuple"),
        (but(from_statistics=lambda self, statistics: print(self)), "is its return missing?"),
        (
            but(statistics=lambda self, x, resp: (resp.sum(axis=0), resp.T @ x)),
            "the shapes do not fit: the sums must be (k,)",
        ),
        (but(sample=lambda self, labels, rng: self.means), "sample must be (n, 1)"),
        (
            but(
                sample=lambda self, labels, rng: (
                    rng.normal(self.means, size=(len(labels), 2))[:, :1] - 5
                )
            ),
            "sample gives waits below 0",
        ),
        (
            but(log_prob=lambda self, x: -np.log(self.means) - 2 * x / self.means),
            "log_prob of a wait of 0.5, mean 2,",
        ),
    ],
)
def test_what_comes_back_odd_is_met_with_words(attempt, words):
    verdict = my_family(attempt)
    assert verdict.status == "wrong"
    assert words in verdict.message
