"""Configs on disk: reading them with positions, checking them, and their JSON Schema."""

from registry_core.config.checking import check_config
from registry_core.config.reading import Document, read_config, read_document
from registry_core.config.schema import schema

__all__ = ["Document", "check_config", "read_config", "read_document", "schema"]
