"""The entry points of a project, read from the decorators in its source. Imports nothing of it."""

from registry_core.harvest.project import Project, find_project
from registry_core.harvest.rows import Harvest, Note, harvest

__all__ = ["Harvest", "Note", "Project", "find_project", "harvest"]
