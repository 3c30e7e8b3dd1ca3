"""Scopes that leave their tree, or join another."""

from typing import Any

import pytest

from registry_core import AddressError, BaseMismatch, Registry
from registry_core.compat.mmengine import Registry as Groupless
from registry_core.testing import Site
from registry_core.tree.grafting import put_in, take_out


def node(registry: Registry[Any]) -> Any:
    return registry._node


def test_a_scope_that_is_taken_out_is_a_root_without_a_group() -> None:
    top: Registry[Any] = Registry("kea graft", scope="acme")
    kid: Registry[Any] = Registry("kea graft", parent=top, scope="kid")
    inner: Registry[Any] = Registry("kea graft", parent=kid, scope="inner")
    top.register_module("Top", module=dict)
    inner.register_module("Inner", module=list)
    assert inner.get("Top") is dict
    take_out(node(kid))
    take_out(node(kid))
    assert (kid.parent, inner.root, kid.group) == (None, kid, "kea graft (no group)")
    assert (top.get("kid.inner.Inner"), inner.get("Top")) == (None, None)
    assert (kid.get("inner.Inner"), inner.get("kid.inner.Inner")) == (list, list)


def test_a_scope_that_is_put_in_takes_part_in_lookups() -> None:
    top: Registry[Any] = Registry("kea graft", scope="acme")
    kid: Registry[Any] = Groupless("kea graft", scope="kid")
    inner: Registry[Any] = Registry("kea graft", parent=kid, scope="inner")
    top.register_module("Top", module=dict)
    inner.register_module("Inner", module=list)
    assert inner.get("Top") is None
    put_in(node(top), node(kid))
    put_in(node(top), node(kid))
    assert (kid.parent, inner.root, inner.group) == (top, top, "registry_core.kea_graft")
    assert (top.get("kid.inner.Inner"), inner.get("Top")) == (list, dict)


def test_a_scope_builds_as_the_scopes_say_that_are_around_it_now() -> None:
    top: Registry[Any] = Registry("kea graft", scope="acme", type_key="_target_", base=dict)
    kid: Registry[Any] = Registry("kea graft", parent=top, scope="kid")
    inner: Registry[Any] = Registry("kea graft", parent=kid, scope="inner")
    inner.register_module("Inner", module=dict)
    assert inner.build({"_target_": "Inner"}) == {}
    take_out(node(kid))
    assert inner.build({"type": "Inner"}) == {}
    inner.register_module("List", module=list)
    put_in(node(top), node(kid))
    assert inner.build({"_target_": "Inner"}) == {}
    with pytest.raises(BaseMismatch):
        inner.register_module("Set", module=set)


def test_what_is_installed_for_a_scope_stays_and_is_found_in_what_takes_its_place(
    plugin_site: Site,
) -> None:
    group = "registry_core.kea_graft.kid"
    rows = {group: {"Net": "keagraft:Net"}, f"{group}.inner": {"Deep": "keagraft:Net"}}
    plugin_site.install("kea-graft", rows, {"keagraft.py": "class Net: ..."})
    with plugin_site.in_use() as environment:
        top: Registry[Any] = Registry("kea graft", scope="acme")
        kid = top.children["kid"]
        take_out(node(kid))
        assert (top.get("kid.Net"), list(kid), list(top.children)) == (None, [], [])
        put_in(node(top), node(Groupless("kea graft", scope="kid")))
        assert top.get("kid.Net") is top.get("kid.inner.Deep") is not None
        take_out(node(top.children["kid"]))
        environment.refresh()
        assert "kid.Net" in top


def test_a_scope_cannot_be_put_where_something_would_be_lost() -> None:
    top: Registry[Any] = Registry("kea graft", scope="acme")
    other: Registry[Any] = Registry("kea graft other", scope="other")
    kid: Registry[Any] = Registry("kea graft", parent=top, scope="kid")
    with pytest.raises(AddressError, match="would be lost"):
        put_in(node(top), node(other))
    with pytest.raises(AddressError, match="it is a child of 'acme' already"):
        put_in(node(other), node(kid))
    root: Registry[Any] = Groupless("kea graft", scope="root")
    inside: Registry[Any] = Registry("kea graft", parent=root, scope="inside")
    with pytest.raises(AddressError, match="it holds the registry that is to hold it"):
        put_in(node(inside), node(root))
