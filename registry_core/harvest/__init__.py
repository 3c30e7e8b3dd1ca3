"""The entry points of a project, read from the decorators in its source. Imports nothing of it.

It imports nothing here: setuptools asks `registry_core.harvest.setuptools` in each build.
"""
