"""A small framework of layers and activation functions, extended by what is installed.

It knows none of its plugins: `ACTIVATION` and `LAYER` hold this package's own classes and whatever
other installed distributions declare for them. Importing this package imports no function and no
layer; a class's module is imported when something is first built from it.
"""

from activations.registry import ACTIVATION, LAYER

__all__ = ["ACTIVATION", "LAYER"]
