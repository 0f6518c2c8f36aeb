"""Gaussian mixtures and expectation-maximization, one simple loop: see notebooks/ to learn it.

To read it, begin with `em` (the loop), then `assign` (the E step), `mixture` and `families` (the M
step). `run` is in `trace`, `run_best` in `restarts`; `rows`, `features`, `side_by_side` save time.

`gmmlearn.plots` and `gmmlearn.widgets` are imported by name: they need matplotlib.
"""

from gmmlearn import datasets, init, selection
from gmmlearn.assign import hard, soft, tempered
from gmmlearn.em import Step, e_step, em, m_step, statistics
from gmmlearn.families import (
    Bernoullis,
    Centroids,
    CollapseError,
    Family,
    Gaussians,
    Poissons,
    Prior,
    StudentTs,
)
from gmmlearn.mixture import Mixture, Statistics
from gmmlearn.restarts import restarts, run_best
from gmmlearn.trace import Frame, Trace, run

__all__ = [
    "Bernoullis",
    "Centroids",
    "CollapseError",
    "Family",
    "Frame",
    "Gaussians",
    "Mixture",
    "Poissons",
    "Prior",
    "Statistics",
    "Step",
    "StudentTs",
    "Trace",
    "datasets",
    "e_step",
    "em",
    "hard",
    "init",
    "m_step",
    "restarts",
    "run",
    "run_best",
    "selection",
    "soft",
    "statistics",
    "tempered",
]
