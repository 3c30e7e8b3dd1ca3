"""scikit-learn's estimators in the registry `registry_core.estimator`, by kind.

Importing this package imports no scikit-learn: that happens when an estimator is built.

>>> "classifier.SVC" in ESTIMATOR
True
"""

from sklearn_estimators.registry import ESTIMATOR

__all__ = ["ESTIMATOR"]
