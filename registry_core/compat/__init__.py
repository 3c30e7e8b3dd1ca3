"""Registries of other libraries, over what is installed."""
