"""A name that the scope which it says lacks, and that a scope above has: it builds, and is told."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from registry_core import Registry, build_from_cfg
from registry_core.config import check_config

if TYPE_CHECKING:
    from registry_core.errors import RegistryError
    from registry_core.testing import Site

OWNED = {
    "registry_core.registries": {"acme.step": "acme:STEPS"},
    "acme.step": {"Round": "acme_steps:Round"},
}
ACME = {
    "acme.py": "from registry_core import Registry\n"
    'STEPS = Registry("step", group="acme.step", scope="acme")\n',
    "acme_steps.py": "class Round: ...\nclass Twice: ...\n",
}
MORE = {"acme.step.more": {"Twice": "acme_steps:Twice"}}
BROKEN = {
    "more_hooks.py": "from registry_core import hookimpl\n"
    "@hookimpl\ndef registry_core_entries(registry): return 1 / 0\n"
}


def hinted(found: list[RegistryError]) -> list[tuple[str, str]]:
    return [(getattr(each, "severity", "error"), str(each)) for each in found]


@pytest.fixture
def acme(plugin_site: Site) -> Site:
    plugin_site.install("acme", OWNED, ACME)
    return plugin_site


def test_a_scope_above_may_have_it_and_nothing_is_said(acme: Site) -> None:
    acme.install("acme-more", MORE)
    with acme.in_use():
        registry: Registry[Any] = Registry("step", group="acme.step", scope="acme")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for key in ("Round", "more.Round", "more.Twice", "acme.Round"):
                assert check_config({"type": key}, registry) == []
                assert type(build_from_cfg({"type": key}, registry)).__name__ == key[-5:]


def test_a_check_warns_where_a_group_is_misspelt_that_may_have_had_it(acme: Site) -> None:
    acme.install("acme-more", MORE)
    acme.install("acme-most", {"acme.stpe.more": {"Round": "acme_steps:Twice"}})
    with acme.in_use():
        registry: Registry[Any] = Registry("step", group="acme.step", scope="acme")
        ((severity, said),) = hinted(check_config({"type": "more.Round"}, registry))
        assert severity == "warning"
        assert said.startswith(
            "in the config at type: 'more.Round' is not in the scope 'more': it is 'Round' of "
            "acme 0.1.0, of a scope above; acme-most 0.1.0: "
        )
        assert "the registry 'acme.stpe'; write 'acme.step', if that is what is meant" in said
        assert check_config({"type": "Round"}, registry) == []


def test_a_check_and_a_build_warn_where_a_hook_failed_that_may_have_had_it(acme: Site) -> None:
    rows = {**MORE, "registry_core.hooks": {"acme.step": "more_hooks"}}
    acme.install("acme-more", rows, BROKEN)
    with acme.in_use():
        registry: Registry[Any] = Registry("step", group="acme.step", scope="acme")
        ((severity, said),) = hinted(check_config({"type": "more.Round"}, registry))
        assert severity == "warning"
        assert "acme-more 0.1.0" in said
        assert "ZeroDivisionError" in said
        with pytest.warns(RuntimeWarning, match=r"scope 'more' has no 'Round', so that of acme"):
            assert type(build_from_cfg({"type": "more.Round"}, registry)).__name__ == "Round"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            build_from_cfg({"type": "Round"}, registry)
