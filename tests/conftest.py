"""What every test shares: pictures without a window, and the same examples in every run."""

import matplotlib
from hypothesis import settings

matplotlib.use("Agg")
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
