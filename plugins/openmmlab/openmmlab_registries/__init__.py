"""The registries of an installed MMEngine as scopes: `mmengine`, `mmpretrain` and their like.

The hook module lists what is registered there as data; where the answer is kept, MMEngine and
torch are imported when something is built.
"""
