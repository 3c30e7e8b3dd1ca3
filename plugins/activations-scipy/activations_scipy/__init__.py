"""SciPy's special functions as activation functions, in the scope `scipy` of the framework.

The hook module lists them as data; SciPy is imported when one is built.
"""
