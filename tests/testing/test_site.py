"""What we offer to those who test plugins: the site of distributions, and the check of one."""

import sys
from importlib import import_module
from importlib.metadata import distributions

import pytest

from registry_core import Policy, Registry, current_environment
from registry_core.testing import Site, check_distribution


def test_a_site_holds_real_metadata_that_others_can_read(plugin_site: Site) -> None:
    plugin_site.install("my-plugin", {"acme.model": {"Net": "my_plugin:Net"}}, version="3.1")
    (found,) = distributions(path=[str(plugin_site.folder)])
    assert (found.metadata["Name"], found.version) == ("my-plugin", "3.1")
    (point,) = found.entry_points
    assert (point.group, point.name, point.value) == ("acme.model", "Net", "my_plugin:Net")


def test_a_site_in_use_is_all_that_registries_see_and_leaves_nothing(plugin_site: Site) -> None:
    before, path = current_environment(), list(sys.path)
    plugin_site.install(
        "my-plugin",
        {"registry_core.sites": {"Net": "site_mod:Net"}},
        {"site_mod.py": "class Net: ..."},
    )
    registry = Registry("sites", scope="acme")
    with plugin_site.in_use() as environment:
        assert current_environment() is environment
        assert list(registry) == ["Net"]
        assert registry["Net"].__module__ == "site_mod"
    assert current_environment() is before
    assert list(registry) == []
    assert "site_mod" not in sys.modules
    assert sys.path == path


def test_a_package_without_an_init_file_is_forgotten_too(plugin_site: Site) -> None:
    plugin_site.install("spaced", "", {"site_space/inner/mod.py": "value = 1"})
    for _ in range(2):
        with plugin_site.in_use():
            assert import_module("site_space.inner.mod").value == 1
        assert not [name for name in sys.modules if name.startswith("site_space")]


def test_an_uninstalled_distribution_is_gone_after_a_refresh(plugin_site: Site) -> None:
    plugin_site.install("my-plugin", {"registry_core.sites": {"Net": "site_mod:Net"}})
    with plugin_site.in_use() as environment:
        registry = Registry("sites", scope="acme")
        assert "Net" in registry
        plugin_site.uninstall("my-plugin")
        assert "Net" in registry
        environment.refresh()
        assert "Net" not in registry


def test_a_good_distribution_has_no_problems(plugin_site: Site) -> None:
    plugin_site.install(
        "good", {"registry_core.sites": {"Net": "good_mod:Net"}}, {"good_mod.py": "class Net: ..."}
    )
    with plugin_site.in_use():
        assert check_distribution("Good") == []


@pytest.mark.parametrize(
    ("entry_points", "where", "what", "fix"),
    [
        (
            {"registry_core.sites": {"Net": "nowhere:Net"}},
            "the entry 'Net'",
            "No module named 'nowhere'",
            "upgrade or reinstall bad",
        ),
        ({"registry_core.sites": {"Net": "json"}}, "sites", "needs the form", "correct it"),
        ("[registry_core.sites]\nNet\n", "entry_points.txt line 2", "is not 'name = value'", "bad"),
        ({"registry_core.hooks": {"sites": "nowhere"}}, "hooks", "No module named", "authors"),
        (
            {"registry_core.registries": {"acme.sites": "nowhere:SITES"}},
            "the entry 'acme.sites'",
            "No module named 'nowhere'",
            "upgrade or reinstall bad",
        ),
        (
            {"registry_core.registries": {"acme.sites": "json:loads"}},
            "the entry 'acme.sites'",
            "it must be a Registry, but is function",
            "correct its target",
        ),
        ({}, "its metadata", "it adds nothing to any registry", "declare entry points"),
    ],
)
def test_every_kind_of_fault_of_a_distribution_is_reported(
    plugin_site: Site,
    entry_points: dict[str, dict[str, str]] | str,
    where: str,
    what: str,
    fix: str,
) -> None:
    plugin_site.install("bad", entry_points)
    with plugin_site.in_use():
        (problem,) = check_distribution("bad")
    assert where in problem.where
    assert what in problem.what
    assert fix in problem.fix


def test_a_distribution_that_is_not_installed_is_reported(plugin_site: Site) -> None:
    with plugin_site.in_use():
        (problem,) = check_distribution("nowhere")
    assert str(problem) == "nowhere: its metadata: it is not installed; install it where this runs"


def test_a_group_to_which_it_adds_nothing_is_not_called_the_fault_of_its_metadata(
    plugin_site: Site,
) -> None:
    plugin_site.install("good", {"registry_core.sites": {"Net": "collections:Counter"}})
    with plugin_site.in_use():
        assert check_distribution("good", "registry_core.sites") == []
        (problem,) = check_distribution("good", "sites")
    assert problem.what == "it adds nothing to 'sites'"
    assert problem.fix == "say the groups of registries in full, or none for all"


def test_a_blocked_distribution_is_reported_as_blocked(plugin_site: Site) -> None:
    plugin_site.install("good", {"registry_core.sites": {"Net": "good_mod:Net"}})
    with plugin_site.in_use(policy=Policy.of(block=["good"])):
        (problem,) = check_distribution("good")
    assert problem.what == "it is blocked in code"


HOOKS = """
    from registry_core import Entry, hookimpl
    @hookimpl
    def registry_core_entries():
        yield Entry("Net", "site_mod:Net", kwargs={"depth": 1})
"""


def test_bound_arguments_that_do_not_fit_are_reported(plugin_site: Site) -> None:
    modules = {"site_hooks.py": HOOKS, "site_mod.py": "class Net: ..."}
    plugin_site.install("bad", {"registry_core.hooks": {"sites": "site_hooks"}}, modules)
    with plugin_site.in_use():
        (problem,) = check_distribution("bad")
    assert problem.what.startswith("what it binds does not fit its target: ")
    assert problem.fix == "correct the bound arguments"


ABSTRACT = """
    import abc
    class Net(abc.ABC):
        @abc.abstractmethod
        def forward(self): ...
"""


def test_an_abstract_class_is_a_fault_of_the_distribution_that_wrote_it(plugin_site: Site) -> None:
    row = {"registry_core.sites": {"Net": "site_bases:Net"}}
    plugin_site.install("bases", row, {"site_bases.py": ABSTRACT})
    with plugin_site.in_use():
        (problem,) = check_distribution("bases")
    assert "the class is abstract" in problem.what


def test_a_base_that_another_distribution_wrote_may_be_listed(plugin_site: Site) -> None:
    plugin_site.install("lists", {"registry_core.sites": {"Net": "site_others:Net"}})
    plugin_site.install("others", "", {"site_others.py": ABSTRACT})
    with plugin_site.in_use():
        assert check_distribution("lists") == []


def test_a_framework_that_owns_a_registry_adds_something(plugin_site: Site) -> None:
    source = "from registry_core import Registry\nSITES = Registry('sites', group='acme.sites')"
    rows = {"registry_core.registries": {"acme.sites": "site_owner:SITES"}}
    plugin_site.install("acme", rows, {"site_owner.py": source})
    with plugin_site.in_use():
        assert check_distribution("acme") == []


def test_the_faults_of_other_distributions_are_not_reported(plugin_site: Site) -> None:
    plugin_site.install("bad", {"registry_core.sites": {"Net": "nowhere:Net"}})
    plugin_site.install(
        "good", {"registry_core.sites": {"Ok": "good_mod:Net"}}, {"good_mod.py": "class Net: ..."}
    )
    with plugin_site.in_use():
        assert check_distribution("good", "registry_core.sites") == []
