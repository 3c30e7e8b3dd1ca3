"""Configs on disk: reading, changing, checking, building and writing them; their JSON Schema."""

from registry_core.config.checking import check_config
from registry_core.config.document import Document
from registry_core.config.overrides import override
from registry_core.config.reading import load, read_config, read_document
from registry_core.config.schema import schema
from registry_core.config.writing import write_config

__all__ = [
    "Document",
    "check_config",
    "load",
    "override",
    "read_config",
    "read_document",
    "schema",
    "write_config",
]
