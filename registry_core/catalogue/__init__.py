"""A catalogue of what is installed: a folder of HTML pages that need no server."""

from registry_core.catalogue.writing import Written, write_catalogue

__all__ = ["Written", "write_catalogue"]
