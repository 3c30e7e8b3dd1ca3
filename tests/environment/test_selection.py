"""What may contribute to one registry: its table while a hook computes it."""

from registry_core import Registry
from registry_core.testing import Site


def test_a_hook_that_looks_at_its_own_registry_sees_what_is_declared(plugin_site: Site) -> None:
    hooks = """
        from registry_core import Entry, Registry, hookimpl
        @hookimpl
        def registry_core_entries():
            for name in Registry("mirror", scope="r"):
                yield Entry(name + "_q", "collections:Counter")
    """
    plugin_site.install(
        "mirror",
        {"registry_core.mirror": {"A": "a:A"}, "registry_core.hooks": {"mirror": "mirror_hooks"}},
        {"mirror_hooks.py": hooks},
    )
    with plugin_site.in_use():
        registry = Registry("mirror", scope="r")
        assert (list(registry), registry.problems()) == (["A", "A_q"], [])
