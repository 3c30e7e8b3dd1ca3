"""What the hook contributes: every estimator once, by kind, as data; and no import until built."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator
from sklearn.utils.discovery import all_estimators
from sklearn_estimators import ESTIMATOR, hooks

from registry_core import EntryNotFound, Registry
from registry_core.testing import check_distribution

KINDS = ("classifier", "regressor", "cluster", "transformer")
EXPERIMENTAL = {"HalvingGridSearchCV", "HalvingRandomSearchCV", "IterativeImputer"}

IMPORTED = "sorted({'numpy', 'sklearn', 'sklearn_estimators.hooks'} & set(sys.modules))"


def python(code: str, **variables: str) -> str:
    """What a fresh interpreter, which does not see the current folder, prints for `code`.

    It writes no bytecode: that would change folders on which kept answers depend.
    """
    command = [sys.executable, "-I", "-B", "-W", "error", "-c", code]
    environment = {**os.environ, **variables}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return run.stdout.strip()


@pytest.fixture(scope="module")
def installed() -> set[str]:
    """The names of what scikit-learn lists without its experimental estimators."""
    code = (
        "from sklearn.utils.discovery import all_estimators\n"
        "print(*(name for name, _ in all_estimators()))"
    )
    return set(python(code).split())


def names(scope: str) -> set[str]:
    return {entry.name for entry in ESTIMATOR.entries() if entry.scope == scope}


def test_every_estimator_of_the_installed_scikit_learn_is_listed_in_exactly_one_scope(
    installed: set[str],
) -> None:
    listed = [entry.name for entry in ESTIMATOR.entries()]
    assert sorted(listed) == sorted(installed | EXPERIMENTAL)
    assert {entry.scope for entry in ESTIMATOR.entries()} == {*KINDS, "", "experimental"}


def test_an_estimator_of_several_kinds_is_in_the_scope_of_the_first_and_lists_all() -> None:
    of_kind = {kind: {name for name, _ in all_estimators(kind)} for kind in KINDS}
    for entry in ESTIMATOR.entries(experimental=False):
        kinds = [kind for kind in KINDS if entry.name in of_kind[kind]]
        assert entry.metadata["kinds"] == kinds
        assert entry.scope == (kinds[0] if kinds else "")
    assert ESTIMATOR.resolve("cluster.KMeans").metadata["kinds"] == ["cluster", "transformer"]


def test_get_gives_the_class_itself_from_its_public_module() -> None:
    stable = ESTIMATOR.entries(experimental=False)
    found = {entry.name: ESTIMATOR[entry.key] for entry in stable}
    assert found == {name: cls for name, cls in all_estimators() if name not in EXPERIMENTAL}
    for entry in stable:
        assert entry.target == f"{entry.metadata['module']}:{entry.name}"
        assert "._" not in str(entry.target)
    assert ESTIMATOR.resolve("classifier.SVC").target == "sklearn.svm:SVC"


def test_what_is_of_no_kind_is_in_the_root_scope_under_its_bare_name() -> None:
    assert {"Pipeline", "GridSearchCV", "KernelDensity"} <= names("")
    assert "Pipeline" in ESTIMATOR
    assert "sklearn.Pipeline" in ESTIMATOR


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("SVC", "classifier.SVC"),
        ("standardscaler", "transformer.StandardScaler"),
        ("regressor.SVC", "classifier.SVC"),
        ("transformer.KMeans", "cluster.KMeans"),
        ("sklearn.svm.SVC", "classifier.SVC"),
        ("IterativeImputer", "experimental.IterativeImputer"),
    ],
)
def test_the_error_for_a_name_without_its_kind_says_how_to_write_it(key: str, meant: str) -> None:
    with pytest.raises(EntryNotFound) as caught:
        ESTIMATOR.build({"type": key})
    assert f"; write {meant};" in f"{caught.value};"


def test_a_name_that_is_no_estimator_gets_close_matches_and_no_hint() -> None:
    with pytest.raises(EntryNotFound, match="did you mean .*classifier.RidgeClassifier") as caught:
        ESTIMATOR.build({"type": "RidgeClasifier"})
    assert "write" not in str(caught.value)


def test_what_is_experimental_has_a_scope_that_says_so() -> None:
    assert names("experimental") == EXPERIMENTAL
    found = {entry.name for entry in ESTIMATOR.entries(experimental=True)}
    assert found == EXPERIMENTAL


def test_nobody_enables_what_is_experimental_but_who_builds_it() -> None:
    code = (
        "import sys\n"
        "from sklearn_estimators import ESTIMATOR\n"
        "ESTIMATOR['classifier.SVC']\n"
        "import sklearn.impute\n"
        "print('IterativeImputer' in vars(sklearn.impute))\n"
        "built = ESTIMATOR.build({'type': 'experimental.IterativeImputer', 'max_iter': 3})\n"
        "print(built)"
    )
    assert python(code).splitlines() == ["False", "IterativeImputer(max_iter=3)"]


def test_what_is_experimental_is_what_scikit_learn_hides_and_is_listed_once_enabled(
    installed: set[str],
) -> None:
    for name in EXPERIMENTAL:
        ESTIMATOR[f"experimental.{name}"]
    assert {name for name, _ in all_estimators()} - installed == EXPERIMENTAL
    answer = [entry.key for entry in hooks.registry_core_entries("registry_core.estimator")]
    assert len(answer) == len(set(answer)) == len(installed) + len(EXPERIMENTAL)


def test_a_later_process_lists_without_scikit_learn_or_the_hook(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from sklearn_estimators import ESTIMATOR\n"
        "assert 'classifier.SVC' in ESTIMATOR\n"
        f"print(len(ESTIMATOR.entries()), {IMPORTED})"
    )
    first, *later = (python(code, REGISTRY_CORE_CACHE=str(tmp_path)) for _ in range(3))
    count = first.partition(" ")[0]
    assert "'sklearn'" in first
    assert later == [f"{count} []"] * 2


def test_importing_the_package_imports_no_scikit_learn() -> None:
    assert python(f"import sys, sklearn_estimators; print({IMPORTED})") == "[]"


def test_the_answer_is_plain_data() -> None:
    for entry in hooks.registry_core_entries("registry_core.estimator"):
        assert json.loads(json.dumps(dict(entry.metadata))) == entry.metadata
        assert entry.kwargs == {}


def test_another_registry_gets_nothing() -> None:
    assert list(hooks.registry_core_entries("registry_core.layer")) == []
    assert hooks.registry_core_missing("registry_core.layer", "SVC") is None
    assert not any(
        entry.provider.name == "sklearn-estimators" for entry in Registry("layer").entries()
    )


def test_entries_name_the_distribution_and_its_version() -> None:
    found = {entry.provider for entry in ESTIMATOR.entries()}
    assert ("sklearn-estimators", version("sklearn-estimators")) in found


def test_every_entry_is_an_estimator() -> None:
    for entry in ESTIMATOR.entries():
        assert issubclass(ESTIMATOR[entry.key], BaseEstimator)  # type: ignore[arg-type]


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution("sklearn-estimators") == []
