"""Configs on disk: reading them with positions, and checking them before anything is built."""

from registry_core.config.checking import check_config
from registry_core.config.reading import Document, read_config, read_document

__all__ = ["Document", "check_config", "read_config", "read_document"]
