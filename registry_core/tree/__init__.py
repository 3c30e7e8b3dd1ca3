"""The scopes behind a registry: resolution, lookup, registering, and why a name is missing."""
