"""For tests of plugins and frameworks: real metadata on disk, and a check of a distribution."""

from registry_core.testing.checking import check_distribution
from registry_core.testing.site import Site

__all__ = ["Site", "check_distribution"]
