"""The grammar of keys, scopes, groups and targets, as pure functions on strings."""

from itertools import groupby
from typing import NamedTuple

from registry_core.limits import MAX_NAME, MAX_SCOPE_DEPTH

PREFIX = "registry_core"
HOOKS = f"{PREFIX}.hooks"
REGISTRIES = f"{PREFIX}.registries"
NOTES = f"{PREFIX}.notes"
RESERVED = frozenset({"hooks", "notes", "registries"})


class Target(NamedTuple):
    """A parsed target: the module, the attribute path in it, and the extras it asks for."""

    module: str
    attribute: str
    extras: tuple[str, ...]


def is_word(text: str) -> bool:
    r"""Whether `text` matches ``\w+``, which is what build backends accept in a group.

    >>> is_word("extra"), is_word("2d"), is_word("my-scope"), is_word("")
    (True, True, False, False)
    """
    return text.replace("_", "a").isalnum()


def group_of(name: str) -> str:
    r"""The shared group of a bare registry: its name, with runs outside ``\w`` as `_`.

    >>> group_of("parameter scheduler")
    'registry_core.parameter_scheduler'
    """
    runs = groupby(name, key=is_word)
    return f"{PREFIX}." + "".join("".join(run) if word else "_" for word, run in runs)


def served_group(name: str) -> str:
    """The group of the registry that a hook module serves, by the name of its entry point.

    >>> served_group("activation"), served_group("acme.model")
    ('registry_core.activation', 'acme.model')
    """
    return name if "." in name else f"{PREFIX}.{name}"


def no_group(name: str) -> str:
    """What stands for the group of a registry that has none: no distribution can declare it.

    >>> no_group("metric"), group_fault(no_group("metric")) is None
    ('metric (no group)', False)
    """
    return f"{name} (no group)"


def group_fault(group: str) -> str | None:
    """What is wrong with `group` as the address of a registry, or None.

    >>> group_fault("acme.model") is None
    True
    >>> group_fault("registry_core.hooks")
    "'registry_core.hooks' is reserved"
    """
    segments = group.split(".")
    if not all(map(is_word, segments)):
        return r"each segment between dots must match \w+ (letters, digits, underscore)"
    if segments == [PREFIX]:
        return "it holds the groups of every registry that has none of its own"
    if segments[0] == PREFIX and segments[1] in RESERVED:
        return f"'{PREFIX}.{segments[1]}' is reserved"
    return None


def is_reserved(group: str) -> bool:
    """Whether no registry can have `group`, nor any scope of one.

    >>> is_reserved("registry_core.hooks.extra"), is_reserved("acme.hooks.extra")
    (True, False)
    """
    inside = group.startswith((f"{HOOKS}.", f"{NOTES}.", f"{REGISTRIES}."))
    return group == PREFIX or inside


def scope_path(group: str, root: str) -> tuple[str, ...] | None:
    """The scope path that `group` addresses in the registry whose group is `root`.

    >>> scope_path("acme.model.extra.gated", "acme.model")
    ('extra', 'gated')
    >>> scope_path("acme.models", "acme.model") is None
    True
    """
    if group == root:
        return ()
    if not group.startswith(root + "."):
        return None
    return tuple(group[len(root) + 1 :].split("."))


def path_fault(path: tuple[str, ...]) -> str | None:
    r"""What is wrong with the path of a discovered scope, or None.

    >>> path_fault(("my-scope",))
    'each segment must match \\w+'
    """
    if not all(map(is_word, path)):
        return "each segment must match \\w+"
    if len(path) > MAX_SCOPE_DEPTH:
        return f"it is deeper than {MAX_SCOPE_DEPTH} scopes"
    if len(dotted(path)) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters"
    return None


def is_project_name(text: str) -> bool:
    """Whether package indexes take `text` for the name of a distribution.

    Anything else could be an option to pip, an address to install from, or two names in a list.

    >>> is_project_name("activations-extra"), is_project_name("a, b"), is_project_name("--pre")
    (True, False, False)
    """
    plain = text.replace("-", "a").replace("_", "a").replace(".", "a")
    return plain.isascii() and plain.isalnum() and text[0].isalnum() and text[-1].isalnum()


def name_fault(name: str) -> str | None:
    """What is wrong with the name of a discovered entry, or None.

    >>> name_fault("username/partial_backbone") is None
    True
    >>> name_fault("two words")
    'it holds white space'
    """
    if not name:
        return "it is empty"
    if len(name) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters"
    # No white space but the blank can be printed: most names pass here, by tens of thousands.
    if name.isprintable() and " " not in name and "=" not in name and name[0] not in "#[":
        return None
    if any(map(str.isspace, name)):
        return "it holds white space"
    if not name.isprintable():
        return "it holds characters that cannot be printed"
    return "it holds '='" if "=" in name else f"it starts with {name[0]!r}"


def target_fault(value: object) -> str | None:
    """What is wrong with the target of an entry, or None.

    >>> target_fault("pkg.mod:Cls") is None
    True
    >>> target_fault("pkg.mod")
    "'pkg.mod' needs the form 'module:attribute'"
    """
    if not isinstance(value, str):
        return f"the target must be a str, but is {type(value).__name__}"
    module, _, attribute = value.partition(":")
    # Most targets pass here, by tens of thousands.
    if attribute and all(map(str.isidentifier, f"{module}.{attribute}".split("."))):
        return None
    try:
        if parse_target(value).attribute:
            return None
    except ValueError as error:
        if ":" in value:
            return f"{value[:80]!r} is not a target: {error}"
    return f"{value[:80]!r} needs the form 'module:attribute'"


def parse_target(value: str) -> Target:
    """Parse ``"module:attribute [extra, ...]"``; without a colon it is the module itself.

    importlib_metadata's own pattern splits extras at the dash, so "torch-cpu" would become two.

    Raises:
        ValueError: `value` is malformed, and how.

    >>> parse_target("pkg.mod:Cls.make [torch-cpu]")
    Target(module='pkg.mod', attribute='Cls.make', extras=('torch-cpu',))
    """
    if not value.isprintable():
        # A tab, or another blank that a terminal may obey, would be taken off below.
        raise ValueError("it holds characters that cannot be printed")
    reference, bracket, rest = value.partition("[")
    extras: tuple[str, ...] = ()
    if bracket:
        if not rest.rstrip().endswith("]"):
            raise ValueError("the list of extras has no closing ']'")
        extras = tuple(word.strip() for word in rest.rstrip()[:-1].split(",") if word.strip())
        for extra in extras:
            if not is_word(extra.replace("-", "_").replace(".", "_")):
                raise ValueError(f"{extra[:80]!r} is not the name of an extra")
    module, colon, attribute = map(str.strip, reference.partition(":"))
    for part in (module, attribute) if colon else (module,):
        if not all(map(str.isidentifier, part.split("."))):
            raise ValueError(f"{part[:80]!r} is not a dotted Python name")
    return Target(module, attribute, extras)


def module_of(target: object) -> str:
    """The module that a target names, be it malformed after that.

    >>> module_of("pkg.mod : Cls [extra]")
    'pkg.mod'
    """
    return str(target).partition(":")[0].strip()


def top_module(target: object) -> str:
    """The top-level package or module of a target, or of a module.

    >>> top_module("pkg.mod:Cls"), top_module("pkg.mod")
    ('pkg', 'pkg')
    """
    return module_of(target).partition(".")[0]


def normalized(distribution: str) -> str:
    """The name of a distribution as package indexes compare it.

    >>> normalized("Activations__Extra")
    'activations-extra'
    """
    name = distribution.lower().replace("_", "-").replace(".", "-")
    if "--" in name or name[:1] == "-" or name[-1:] == "-":
        return "-".join(filter(None, name.split("-")))
    return name


def dotted(path: tuple[str, ...]) -> str:
    """A scope path as it is written; the root's is empty.

    >>> dotted(("extra", "gated"))
    'extra.gated'
    """
    return ".".join(path)
