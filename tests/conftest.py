"""What every test shares: pictures without a window, the same examples in every run, one thread."""

import os

# The arrays are small, and two threads that wait for each other cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import matplotlib
from hypothesis import settings

matplotlib.use("Agg")
settings.register_profile("project", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("project")
