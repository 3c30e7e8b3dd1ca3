"""Hooks: what a plugin says in code, and not in a line of metadata."""

# An attribute of a hook module that begins so is a hook, or a mistake.
PREFIX = "registry_core_"
ENTRIES = f"{PREFIX}entries"
LOOKUP = f"{PREFIX}lookup"
BUILD = f"{PREFIX}build"
MISSING = f"{PREFIX}missing"
HOOK_NAMES = (ENTRIES, LOOKUP, BUILD, MISSING)
