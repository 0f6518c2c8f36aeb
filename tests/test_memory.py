"""A long run over many rows stays small: it keeps mixtures, and no weights."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from gmmlearn import init

resource = pytest.importorskip("resource", reason="this system does not tell how much was used")

LONG_RUN = """
import resource
import numpy as np
from gmmlearn import init, run

rng = np.random.default_rng(0)
x = np.concatenate([rng.normal(0, 1, (500_000, 2)), rng.normal(3, 1, (500_000, 2))])
guess = init.gaussians(x, [[-1, 0], [1, 0], [5, 5]])
run(x[:20_000], guess, max_iter=2, tol=0)  # what the first call loads
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
trace = run(x, guess, max_iter=200, tol=0)
assert len(trace.mixtures) == 201
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_two_hundred_steps_over_a_million_rows_take_less_than_200_mb():
    told = subprocess.run([sys.executable, "-c", LONG_RUN], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    kilobytes = int(told.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 200_000


def test_a_sample_takes_a_few_times_what_it_returns():
    mixture = init.gaussians(np.random.default_rng(0).normal(size=(200, 40)), np.zeros((3, 40)))
    tracemalloc.start()
    rows, _ = mixture.sample(20_000, 0)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * rows.nbytes  # a matrix for each row would be 40 times as much
