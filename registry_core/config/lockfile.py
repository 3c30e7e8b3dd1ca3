"""What configs resolve to, written down, and compared with what is installed later."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.config.used import of_distribution, used
from registry_core.entry import Entry
from registry_core.environment import current_environment
from registry_core.errors import ConfigError, LockMismatch, RegistryError
from registry_core.guards import PASSES
from registry_core.installed.records import digest
from registry_core.keys import REGISTRIES, module_of, normalized
from registry_core.limits import MAX_QUOTED
from registry_core.signature.source import find_spec
from registry_core.text import file_error_text, quoted, safe_repr, safe_text
from registry_core.tree.known_registries import KnownRegistries
from registry_core.upgrades import imported_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.tree.view import View

# What a lock begins with. Its number changes when a key goes or means another.
FORMAT = "registry_core-lock-1"
# Where an object lies, in its `repr`.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Locked(NamedTuple):
    """One name, and what it resolved to.

    Attributes:
        registry: the group of its registry; "registry_core.registries" for a registry itself.
        key: the key, from the root; the group of a registry.
        target: "module:attribute".
        binds: the arguments that the entry binds, in words; empty for none.
        provider: the distribution.
        version: its version.
        file: the file of the target's module, as it would be imported.
        sha256: of that file; empty where the module has none.
        digest: of the distribution's files as RECORD lists them; empty where it has no RECORD, or
            runs from the folder of a project.
    """

    registry: str
    key: str
    target: str
    binds: str
    provider: str
    version: str
    file: str
    sha256: str
    digest: str


def locked(entries: Iterable[Entry]) -> tuple[list[Locked], list[str]]:
    """What entries are now. Nothing of them is imported.

    Args:
        entries: what configs use.

    Returns:
        One for each, sorted; and what cannot be locked, in words.
    """
    found: dict[tuple[str, str], Locked] = {}
    unseen: dict[str, None] = {}
    of_distribution = cache(_digest)
    for entry in entries:
        if not entry.provider.is_distribution:
            what = f"{quoted(entry.key)} is registered by {entry.provider}, which is not installed"
            unseen[what] = None
            continue
        file, sha256 = _file(module_of(entry.address))
        whole = of_distribution(normalized(entry.provider.name))
        if not whole:
            what = "has no RECORD of its files: only the modules of its entries are locked"
            unseen[f"{entry.provider} {what}"] = None
        bound = sorted(entry.kwargs.items())
        found[entry.registry, entry.key] = Locked(
            entry.registry,
            entry.name if entry.registry == REGISTRIES else entry.key,
            entry.address,
            ", ".join(f"{name}={_bound_text(value)}" for name, value in bound),
            entry.provider.name,
            entry.provider.version or "",
            file,
            sha256,
            whole,
        )
    return sorted(found.values()), list(unseen)


_KEYS = Locked._fields


class Lock(NamedTuple):
    """What a lock says.

    Attributes:
        names: what is locked.
        made_on: the platform and the Python that it was made on; empty where it does not say.
    """

    names: list[Locked]
    made_on: str


def lock_text(names: Iterable[Locked]) -> str:
    """A lock as JSON, a line for each name."""
    lines = ",\n".join(f"  {json.dumps(each._asdict(), ensure_ascii=False)}" for each in names)
    head = f' "format": {json.dumps(FORMAT)},\n "made_on": {json.dumps(_platform())},\n'
    return f'{{\n{head} "names": [\n{lines}\n ]\n}}'


def read_lock(file: str) -> Lock:
    """Read a lock.

    Args:
        file: holds what `lock_text` wrote.

    Raises:
        ConfigError: it cannot be read, is not a lock, or one of another version.
    """
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigError(f"it cannot be read: {file_error_text(error)}", file) from error
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"it is not a lock, or was cut short: {error}", file) from error
    said = found.get("format") if isinstance(found, dict) else None
    if said != FORMAT:
        what = f"its format is {quoted(str(said))}" if said else "it is not a lock"
        raise ConfigError(f"{what}; this version reads {FORMAT}: lock the configs again", file)
    names = found.get("names")
    if not isinstance(names, list):
        raise ConfigError("it lists no names: lock the configs again", file)
    told: dict[tuple[str, str], Locked] = {}
    for each in names:
        # Of a later version, a lock of this format may have more keys.
        if not isinstance(each, dict) or not all(isinstance(each.get(k), str) for k in _KEYS):
            raise ConfigError(f"a name in it lacks one of {', '.join(_KEYS)}", file)
        name = Locked(*(each[key] for key in _KEYS))
        if told.setdefault((name.registry, name.key), name) is not name:
            what = f"it has {quoted(name.key)} of {quoted(name.registry)} more than once"
            raise ConfigError(f"{what}: lock the configs again", file)
    made_on = found.get("made_on")
    return Lock([*told.values()], made_on if isinstance(made_on, str) else "")


def differences(lock: Lock, known: KnownRegistries) -> list[str]:
    """How names of a lock resolve otherwise now. Nothing of them is imported.

    Args:
        lock: what they were.
        known: finds the registries.

    Returns:
        What differs, in words; none where all is as it was.
    """
    found: list[str] = []
    owners = current_environment().registries()
    for each in lock.names:
        name = f"{quoted(each.key)} in {quoted(each.registry)}"
        entry = owners.get(each.key)
        try:
            if each.registry != REGISTRIES:
                entry = known.entry(known.asked(each.registry)._lookup, each.key)
        except RegistryError as error:
            # A plan cannot be told to load: it is held to the content of what would register it.
            entry = None if known.option else _unread(each, known)
            if entry is None:
                found.append(f"{name}: it was of {_was(each)}; {error.message()}")
                continue
        if entry is None:
            what = "no distribution here owns this registry"
            found.append(f"{quoted(each.key)}: {what}; {_was(each)} did")
            continue
        now, unseen = locked([of_distribution(entry)])
        what = _change(each, now[0]) if now else unseen[0]
        if what:
            found.append(f"{name}: {what}")
    here = _platform()
    if found and lock.made_on not in {"", here}:
        what = f"the lock was made on {safe_text(lock.made_on)}, and this is {here}"
        found.append(f"{what}: a version may have other files for each; lock on each of them")
    return list(dict.fromkeys(found))


def _unread(each: Locked, known: KnownRegistries) -> Entry | None:
    """What a lock says of a name that importing may register, as far as source tells; else None."""
    provider = current_environment().installed.provider(normalized(each.provider))
    if provider is None or each.registry not in known.unsure:
        return None
    return Entry(each.key, each.target, registry=each.registry, provider=provider)


def guard_of(
    file: str | Path, cfg: Any, registry: View[Any], registries: Mapping[str, View[Any]] | None
) -> tuple[Callable[[Lock], None], Lock]:
    """What holds a plan to a lock: a function and its argument, which pickle as data.

    Args:
        file: the lock.
        cfg: what is planned.
        registry: where to look.
        registries: what ``_registry_`` may name.

    Raises:
        ConfigError: the file cannot be read.
        LockMismatch: what is installed is not what it says, or `cfg` uses what is not in it.
    """
    lock = read_lock(str(file))
    has = {(each.registry, each.key) for each in lock.names}
    entries = [each.entry for each in used(cfg, registry, KnownRegistries(option=""), registries)]
    new = [each for each in entries if (each.registry, each.key) not in has]
    if new:
        what = "the lock does not have"
        raise LockMismatch([f"{what} {quoted(e.key)} of {quoted(e.registry)}" for e in new])
    # A lock may be of many configs: what the others need is not needed for this one.
    wanted = {(entry.registry, entry.key) for entry in entries}
    wanted |= {(REGISTRIES, entry.registry) for entry in entries}
    names = [each for each in lock.names if (each.registry, each.key) in wanted]
    lock = lock._replace(names=names)
    refuse_changed(lock)
    return refuse_changed, lock


def refuse_changed(lock: Lock) -> None:
    """Refuse to go on where names of a lock resolve otherwise; nothing of them is imported.

    Raises:
        LockMismatch: they do.
    """
    found = differences(lock, KnownRegistries(option=""))
    if found:
        raise LockMismatch(found)


def _change(before: Locked, now: Locked) -> str:
    """What differs of one name: who provides it, else its version, else its content."""
    of = _was(now)
    if (before.provider, before.version) != (now.provider, now.version):
        is_old = now.version and imported_before(now.provider) == now.version
        fix = ", which was imported before the upgrade: restart the program" if is_old else ""
        return f"it was of {_was(before)}, and is of {of}{fix}"
    for what, was, is_ in (
        ("target", _target(before), _target(now)),
        ("module", before.file or "no file", now.file or "no file"),
    ):
        if was != is_:
            return f"its {what} was {was}, and is {is_} ({of})"
    if before.sha256 != now.sha256:
        return f"the content of {now.file} has changed ({of})"
    if before.digest and not now.digest:
        what = "an editable install, or has no RECORD"
        return f"the other files of {of} cannot be compared: here it is {what}"
    return f"other files of {of} have changed" if before.digest not in {"", now.digest} else ""


def _target(each: Locked) -> str:
    return f"{each.target}{f' ({each.binds})' if each.binds else ''}"


def _was(each: Locked) -> str:
    return f"{each.provider} {each.version}".rstrip()


def _platform() -> str:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return f"{sysconfig.get_platform()}, {python}"


def _digest(key: str) -> str:
    copy = current_environment().installed.copy(key)
    return "" if copy is None else digest(copy)


def _bound_text(value: object) -> str:
    """A bound argument in words that are the same in every process, as long as it is the same."""
    try:
        text = _ADDRESS.sub("", _ordered(value))
    except PASSES:
        raise
    except BaseException:
        return safe_repr(value)
    if len(text) <= MAX_QUOTED:
        return safe_text(text)
    # What is cut off counts too.
    whole = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{safe_text(text[:MAX_QUOTED])}... ({whole[:16]})"


def _ordered(value: object) -> str:
    """The `repr` of a value; of a set, whose order is another in each process, a sorted one."""
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_ordered, value)))}}}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_ordered(k)}: {_ordered(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(_ordered, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    return repr(value)


def _file(module: str) -> tuple[str, str]:
    """The file of a module, by its dotted name, and the hash of its content."""
    spec = find_spec(module)
    origin = None if spec is None else spec.origin
    if spec is None or not origin or not spec.has_location:
        return "", ""
    try:
        get_data = getattr(spec.loader, "get_data", None)
        content = Path(origin).read_bytes() if get_data is None else get_data(origin)
    except OSError:
        return "", ""
    base = origin.replace("\\", "/").rpartition("/")[2]
    folder = module if spec.submodule_search_locations is not None else module.rpartition(".")[0]
    path = "/".join((*filter(None, folder.split(".")), base))
    return path, hashlib.sha256(content).hexdigest()
