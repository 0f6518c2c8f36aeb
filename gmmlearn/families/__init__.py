"""What a cluster may be: a file a family, with the four methods that `base.Family` lists."""

from gmmlearn.families.base import CollapseError, Family
from gmmlearn.families.bernoulli import Bernoullis
from gmmlearn.families.centroid import Centroids
from gmmlearn.families.gaussian import Gaussians
from gmmlearn.families.poisson import Poissons
from gmmlearn.families.prior import Prior
from gmmlearn.families.student import StudentTs

__all__ = [
    "Bernoullis",
    "Centroids",
    "CollapseError",
    "Family",
    "Gaussians",
    "Poissons",
    "Prior",
    "StudentTs",
]
