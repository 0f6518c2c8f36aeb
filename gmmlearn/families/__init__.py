"""What a cluster may be: one small file a family, all with the same four methods."""

from gmmlearn.families.base import Family
from gmmlearn.families.centroid import Centroids
from gmmlearn.families.covariance import CollapseError
from gmmlearn.families.gaussian import Gaussians, Prior

__all__ = ["Centroids", "CollapseError", "Family", "Gaussians", "Prior"]
