"""What this plugin contributes: all that the installed scikit-learn calls an estimator, as data.

scikit-learn is imported when this is asked; the answer is kept, so that later listings do without.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from registry_core import Entry, depends_on, hookimpl
from sklearn_estimators.registry import ESTIMATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["registry_core_entries", "registry_core_missing"]

# In the words of scikit-learn's own filter. Where an estimator is of several kinds, the first is
# its scope: people look for `KMeans` among the clusterers, although it transforms too.
_KINDS: Final = {
    "classifier": "ClassifierMixin",
    "regressor": "RegressorMixin",
    "cluster": "ClusterMixin",
    "transformer": "TransformerMixin",
}

# scikit-learn lists these only in a process that has enabled them: an answer that is kept must
# not depend on that. Each with its public module and its kinds.
_EXPERIMENTAL: Final = {
    "HalvingGridSearchCV": ("sklearn.model_selection", []),
    "HalvingRandomSearchCV": ("sklearn.model_selection", []),
    "IterativeImputer": ("sklearn.impute", ["transformer"]),
}


@hookimpl
@depends_on("scikit-learn")
def registry_core_entries(registry: str) -> Iterator[Entry]:
    """An entry for each estimator; none for a registry other than `registry_core.estimator`.

    Its metadata: `kinds`, all kinds that scikit-learn counts it among; `module`, the public module
    that has it; `experimental`, whether it may change without a deprecation.
    """
    if registry != ESTIMATOR.group:
        return
    # Late: not needed where the answer is kept.
    from sklearn import base
    from sklearn.utils.discovery import all_estimators

    mixins = {kind: getattr(base, mixin) for kind, mixin in _KINDS.items()}
    for name, cls in all_estimators():
        if name not in _EXPERIMENTAL:
            kinds = [kind for kind, mixin in mixins.items() if issubclass(cls, mixin)]
            module = _public_module(name, cls)
            yield Entry(
                name,
                f"{module}:{name}",
                scope=kinds[0] if kinds else "",
                metadata={"kinds": kinds, "module": module, "experimental": False},
            )
    for name, (module, kinds) in _EXPERIMENTAL.items():
        yield Entry(
            name,
            f"sklearn_estimators.experimental:{name}",
            scope="experimental",
            metadata={"kinds": kinds, "module": module, "experimental": True},
        )


@hookimpl
def registry_core_missing(registry: str, key: str) -> str | None:
    """How to write the estimator that `key` names without its kind, or with another's."""
    if registry != ESTIMATOR.group:
        return None
    name = key.rpartition(".")[2].lower()
    for entry in ESTIMATOR.entries():
        if entry.name.lower() == name:
            return f"write {entry.key}"
    return None


def _public_module(name: str, cls: type[Any]) -> str:
    """The shortest of the modules around `cls` that has it: the one that the manual names."""
    parts = cls.__module__.split(".")
    around = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return next(module for module in around if vars(sys.modules[module]).get(name) is cls)
