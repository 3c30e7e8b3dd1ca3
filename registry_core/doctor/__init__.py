"""The doctor: what is installed for registries, what is wrong with it, and what mends it."""

from registry_core.doctor.diagnosis import Contributor, Diagnosis, Finding
from registry_core.doctor.examining import diagnose
from registry_core.doctor.load_check import Trial

__all__ = ["Contributor", "Diagnosis", "Finding", "Trial", "diagnose"]
