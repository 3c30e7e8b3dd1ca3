"""The estimators that scikit-learn hides until experimental features are enabled.

Importing this module enables them in the whole process, as scikit-learn has it. Their scope is
`experimental`, so that a config says what the import would have said.

>>> IterativeImputer(max_iter=3).max_iter
3
"""

from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer
from sklearn.impute import IterativeImputer
from sklearn.model_selection import HalvingGridSearchCV, HalvingRandomSearchCV

__all__ = [
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "IterativeImputer",
    "enable_halving_search_cv",
    "enable_iterative_imputer",
]
