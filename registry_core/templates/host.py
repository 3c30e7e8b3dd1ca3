"""What a new plugin has to know of the registry that it extends. Imports nothing of it."""

from __future__ import annotations

import ast
import builtins
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urlsplit
from urllib.request import url2pathname

from registry_core.environment import current_environment
from registry_core.errors import ConfigError, RegistryNotFound
from registry_core.installed.origins import origin
from registry_core.keys import PREFIX, group_fault, normalized
from registry_core.signature.modules import Definition
from registry_core.signature.registry_calls import registry_call
from registry_core.signature.source import SourceError, find_spec, folders_of
from registry_core.signature.static import Reader
from registry_core.text import quoted

if TYPE_CHECKING:
    from registry_core.installed.origins import Origin
    from registry_core.signature.registry_calls import RegistryCall


class Host(NamedTuple):
    """A registry that a plugin extends.

    Attributes:
        group: its group.
        owner: the distribution that owns it; empty where none does here.
        scope: the name of its root scope, as far as source tells.
        base: its base class, as far as source tells.
    """

    group: str
    owner: str
    scope: str
    base: Base | None


class Base(NamedTuple):
    """A base class.

    Attributes:
        module: where to import it from.
        name: its name there.
        methods: the source of each method that it wants, its body left open.
        is_bare: whether it can be constructed without arguments.
        is_typed: whether its package says that it has types (PEP 561).
    """

    module: str
    name: str
    methods: tuple[str, ...]
    is_bare: bool
    is_typed: bool


def find_host(name: str, *, unowned: bool = False) -> Host:
    """The registry that a plugin is for.

    Args:
        name: its group, or the last word of it.
        unowned: take any group, where no installed framework owns it.

    Raises:
        ConfigError: no framework that is installed owns it, or it cannot be a group.
    """
    try:
        owner = current_environment().owner(name)
    except RegistryNotFound as error:
        if error.fits:
            raise
        if unowned:
            fault = group_fault(name)
            if fault is not None:
                raise ConfigError(f"{quoted(name)} cannot be a group: {fault}") from None
            return Host(name, "", "", None)
        close = f"; did you mean {' or '.join(map(quoted, error.close))}?" if error.close else ""
        what = f"no installed framework owns the registry {quoted(name)}{close}"
        ways = "install the framework that does, or add --unowned, for a group without an owner"
        raise ConfigError(f"{what} ({ways})") from None
    reader = Reader()
    call = registry_call(reader, str(owner.target))
    scope = "" if call is None else call.scope
    return Host(owner.name, owner.provider.name, scope, _base(reader, call))


def requirement(distribution: str) -> str:
    """A requirement of what is installed, with its version as the lower bound."""
    provider = current_environment().installed.provider(normalized(distribution))
    if provider is None or not provider.version:
        return distribution
    # PEP 440 allows no local version with >=.
    return f"{provider.name}>={provider.version.partition('+')[0]}"


def requirement_to_build() -> str:
    """The requirement of this package in a build, which is isolated from what is installed.

    Where it was not installed from an index, an installer would not find it there: it is named by
    where it came from.
    """
    found = _origin(PREFIX)
    return requirement(PREFIX) if found is None else f"{PREFIX} @ {found.address}"


def sources(*distributions: str) -> str:
    """A table that tells uv of those that were not installed from an index; empty without any.

    https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
    """
    origins = {each: found for each in distributions if (found := _origin(each)) is not None}
    rows = [f"{each} = {{ {_source(found)} }}\n" for each, found in origins.items()]
    note = "# From where this was installed here: not from an index.\n"
    return "".join(("[tool.uv.sources]\n", note, *rows, "\n")) if rows else ""


def _source(found: Origin) -> str:
    address, fragment = urldefrag(found.address)
    folder = dict(parse_qsl(fragment)).get("subdirectory")
    inside = f", subdirectory = {json.dumps(folder)}" if folder else ""
    scheme = urlsplit(address).scheme
    if "+" in scheme:
        url, _, revision = address.partition("+")[2].rpartition("@")
        vcs = scheme.partition("+")[0]
        return f"{vcs} = {json.dumps(url)}, rev = {json.dumps(revision)}{inside}"
    if scheme != "file":
        return f"url = {json.dumps(address)}{inside}"
    path = json.dumps(url2pathname(urlsplit(address).path), ensure_ascii=False)
    return f"path = {path}{inside}{', editable = true' if found.is_editable else ''}"


def _origin(distribution: str) -> Origin | None:
    """Where a distribution came from (PEP 610), if not from an index, and is still there."""
    copy = current_environment().installed.copy(normalized(distribution))
    found = None if copy is None else origin(copy)
    split = urlsplit("" if found is None else found.address)
    is_gone = split.scheme == "file" and not Path(url2pathname(split.path)).exists()
    return None if is_gone else found


def _base(reader: Reader, call: RegistryCall | None) -> Base | None:
    if call is None or call.base is None:
        return None
    module, _, name = call.base.rpartition(".")
    try:
        if not module or find_spec(module) is None:
            return None
        found = reader.find(module, name)
        if not isinstance(found, Definition) or not found.is_class:
            return None
        signature = reader.signature(module, name)
        is_bare = not any(each.required for each in signature.parameters)
        wanted = signature.abstract
        methods = tuple(_method(reader, module, f"{name}.{each}") for each in wanted)
    except (SourceError, RecursionError):
        return None
    folders = folders_of(module.partition(".")[0])
    is_typed = any(Path(each, "py.typed").is_file() for each in folders)
    return Base(module, name, methods, is_bare, is_typed)


def _method(reader: Reader, module: str, path: str) -> str:
    """The head of a method: as the base has it, where it says nothing but builtins."""
    found = reader.find(module, path)
    node = found.node if isinstance(found, Definition) else None
    name = path.rpartition(".")[2]
    if isinstance(node, ast.FunctionDef):
        if any(
            isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list
        ):
            return f"@property\n    def {name}(self) -> Any:"
        said = [*ast.walk(node.args), *(ast.walk(node.returns) if node.returns else ())]
        names = {each.id for each in said if isinstance(each, ast.Name)}
        is_quoted = any(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in said)
        if names <= set(dir(builtins)) and not is_quoted and node.returns is not None:
            return f"def {name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}:"
    return f"def {name}(self, *args: Any, **kwargs: Any) -> Any:"
