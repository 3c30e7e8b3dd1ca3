"""The doctor: what is installed for registries, what is wrong with it, and what mends it."""

from registry_core.doctor.diagnose import diagnose
from registry_core.doctor.findings import Contributor, Diagnosis, Finding, LoadResult

__all__ = ["Contributor", "Diagnosis", "Finding", "LoadResult", "diagnose"]
