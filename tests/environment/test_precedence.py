"""Who wins a name: the table in docs/names.md, case by case, on installed packages."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from registry_core import AlreadyRegistered, EntryConflict, Policy, Registry
from registry_core.testing import Site

PAGE = Path(__file__).parents[2] / "docs" / "names.md"
GROUP = "acme.names"
TARGETS = {"acme": "acme_net:Net", "plug": "plug_net:Net", "other": "other_net:Net"}
TARGETS["twin"] = TARGETS["plug"]
HOST = f"""
    from registry_core import Registry
    MODEL = Registry("names", group="{GROUP}", scope="acme")
"""


class Case(NamedTuple):
    """A row of the page, and whether the registry has an owner."""

    owned: bool
    declared: str
    code: str
    preferred: str
    verdict: str


def cases() -> Iterator[Any]:
    owned, header = True, "| declared by |"
    tables = PAGE.read_text(encoding="utf-8").split(header)[1:]
    assert len(tables) == 2
    for table in tables:
        for line in table.partition("\n\n")[0].splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            case = Case(owned, *cells)
            yield pytest.param(case, id="; ".join(map(str, case)))
        owned = False


def words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",") if word.strip()]


class Mine:
    """What a script registers."""

    by = "code"


def install(site: Site, case: Case) -> None:
    force = case.code.endswith("with force")
    for name, target in TARGETS.items():
        rows = {GROUP: {"Net": target}} if name in words(case.declared) else {}
        register = f"""
            from acme_names import MODEL
            @MODEL.register_module("Net", force={force})
            class Mine: by = "code"
        """
        modules = {f"{name}_code.py": register}
        if name != "twin":
            modules[f"{name}_net.py"] = f"class Net: by = {name!r}"
        if name == "acme":
            modules["acme_names.py"] = HOST
            if case.owned:
                rows["registry_core.registries"] = {GROUP: "acme_names:MODEL"}
        site.install(name, rows, modules)


def register(case: Case, registry: Registry[Any]) -> None:
    who, *force = words(case.code)
    if who == "a script":
        registry.register_module("Net", bool(force), Mine)
    else:
        import_module(f"{who}_code")


@pytest.mark.parametrize("asks_first", [False, True])
@pytest.mark.parametrize("case", list(cases()))
def test_who_wins_a_name_is_as_the_page_says(
    plugin_site: Site, case: Case, asks_first: bool
) -> None:
    install(plugin_site, case)
    with plugin_site.in_use(policy=Policy.of(prefer=words(case.preferred))):
        registry: Registry[Any]
        registry = (
            import_module("acme_names").MODEL
            if case.owned
            else Registry("names", group=GROUP, scope="acme")
        )
        if not case.owned:
            plugin_site.folder.joinpath("acme_names.py").write_text("")
            import_module("acme_names").__dict__["MODEL"] = registry
        if asks_first:
            assert ("Net" in registry) == bool(case.declared)
        if case.code:
            if case.verdict.startswith("refused"):
                with pytest.raises(AlreadyRegistered) as caught:
                    register(case, registry)
                owner = "acme" if "acme" in case.declared else words(case.declared)[-1]
                assert str(caught.value.provider) == f"{owner} 0.1.0"
                assert f"{owner} 0.1.0's" in str(caught.value)
            else:
                register(case, registry)
        check(registry, case.verdict.removeprefix("refused; "), words(case.declared))


def check(registry: Registry[Any], verdict: str, declared: Sequence[str]) -> None:
    listed = [entry for entry in registry.entries() if entry.key == "Net"]
    if verdict == "in conflict":
        for asking in (registry.resolve, registry.get, registry.__getitem__):
            with pytest.raises(EntryConflict):
                asking("Net")
        assert len(listed) > 1
    else:
        assert registry["Net"].by == verdict.removesuffix("'s")
        assert listed == [registry.resolve("Net")]
    # Whoever wins, each is what its provider asked for has.
    for name in declared:
        if verdict != "code":
            found: Any = registry.get("Net", provider=name)
            assert found.by == {"twin": "plug"}.get(name, name)
    assert registry.get("Net", provider="nobody") is None
