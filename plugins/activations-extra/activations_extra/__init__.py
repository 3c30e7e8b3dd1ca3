"""Ten more activation functions for the activations framework.

Nothing here registers anything: the entry points in pyproject.toml do.
"""
