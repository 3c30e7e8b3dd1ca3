"""What stands in place of the words of the templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from registry_core.keys import PREFIX
from registry_core.templates.host import requirement, requirement_to_build, sources
from registry_core.templates.names import package_of

if TYPE_CHECKING:
    from registry_core.templates.host import Base, Host

_CHECK = "      - run: registry-core check --format github configs/*.yaml\n"
# What the base of a new framework wants.
_CALL = "def __call__(self, value: float) -> float:"
_PRODUCT = f'''
    {_CALL}
        """Give the product."""
        return self.factor * value
'''
_BODY = f"    factor: float = 1.0\n{_PRODUCT}"
_INIT = "    def __init__(self, factor: float = 1.0) -> None:\n"
_SET = "        self.factor = factor\n"
_OPEN = 'raise NotImplementedError("say what it does")'


def framework_words(name: str, word: str) -> dict[str, str]:
    """The words of a framework.

    Args:
        name: the project's.
        word: the name of its registry.
    """
    package = package_of(name)
    build = requirement_to_build()
    note = "# From where registry_core was installed here: not from an index.\n"
    return {
        **_words(name),
        "core_to_build": json.dumps(build),
        "sources": sources(PREFIX),
        "core_note": note if "@" in build else "",
        "word": word,
        "group": f"{package}.{word}",
        "prefix": "",
        "constant": word.upper(),
        "base": f"Base{''.join(map(str.capitalize, word.split('_')))}",
        "check_configs": _CHECK,
    }


def plugin_words(name: str, host: Host) -> dict[str, str]:
    """The words of a plugin.

    Args:
        name: the project's.
        host: the registry that it extends.
    """
    package = package_of(name)
    scope = package.removeprefix(f"{package_of(host.owner)}_") if host.owner else package
    if scope == host.scope:
        # In a group, the name of the root's scope means the root.
        scope = package
    word = host.group.rpartition(".")[2]
    alone = f'Registry("{word}", group="{host.group}")'
    needs = [requirement(each) for each in (host.owner, PREFIX) if each]
    return {
        **_words(name),
        "group": host.group,
        "scope": scope,
        "prefix": f"{scope}.",
        "sources": sources(PREFIX, *([host.owner] if host.owner else [])),
        "dependencies": ", ".join(map(json.dumps, needs)),
        "registry_maker": "installed_registry" if host.owner else "Registry",
        "registry_made": f'installed_registry("{host.group}")' if host.owner else alone,
        # A config can only name a registry that is owned.
        "check_configs": _CHECK if host.owner else "",
        "untyped": _untyped(host.base, package),
        **_words_of_class(host.base),
    }


def _words(name: str) -> dict[str, str]:
    to_build = requirement_to_build()
    _, at, address = to_build.partition(" @ ")
    return {
        "name": name,
        "package": package_of(name),
        "core": json.dumps(requirement(PREFIX)),
        # For the README: with what reads YAML, and from where it was installed here.
        "core_to_try": f"'{PREFIX}[cli]{at}{address}'",
    }


def _untyped(base: Base | None, package: str) -> str:
    """The settings of mypy for a base class that has no types; empty where it has."""
    if base is None or base.is_typed:
        return ""
    top = base.module.partition(".")[0]
    return f"""
# {top} has no types.
[[tool.mypy.overrides]]
module = ["{top}.*", "{package}.*"]
ignore_missing_imports = true
disallow_subclassing_any = false
"""


def _words_of_class(base: Base | None) -> dict[str, str]:
    """The head of the plugin's class, and its body."""
    if base is None:
        head = "from dataclasses import dataclass\n\n\n@dataclass\nclass Scale:"
        return {"class_head": head, "class_body": _BODY}
    typing = "from typing import Any\n\n" if any("Any" in each for each in base.methods) else ""
    head = f"{typing}from {base.module} import {base.name}\n\n\nclass Scale({base.name}):"
    # Not a dataclass: what is right for one depends on the base.
    above = "        super().__init__()\n" if base.is_bare else ""
    methods = "".join(
        _PRODUCT if each == _CALL else f"\n    {each}\n        {_OPEN}\n" for each in base.methods
    )
    return {"class_head": head, "class_body": f"{_INIT}{above}{_SET}{methods}"}
