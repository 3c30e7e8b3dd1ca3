"""What the parts of configs can name, place by place, and what each of them takes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from registry_core.building.config_nodes import ALL_CONTROLS, CONTROLS
from registry_core.building.containers import LITERAL, REFERENCE
from registry_core.config.constraints import Constraints
from registry_core.config.key_spellings import scope_names, spellings
from registry_core.config.schema.calls import Call
from registry_core.config.schema.hints import as_paragraphs, texts
from registry_core.config.schema.names import like, one_of
from registry_core.config.used import read_call
from registry_core.environment import current_environment
from registry_core.errors import BaseMismatch, ConfigHint, PluginLoadError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.config.constraints import Allowed, Schema
    from registry_core.config.key_spellings import KeySpellings
    from registry_core.signature import Signature
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.lookup import Lookup
    from registry_core.tree.nodes import Tree


class Place(NamedTuple):
    """Where the names of a config are looked up.

    Attributes:
        lookup: the scope of a registry.
        ambient: the registries that are entered elsewhere than at their root, because of a
            ``_scope_`` around: by group, where.
    """

    lookup: Lookup
    ambient: frozenset[tuple[str, Lookup]] = frozenset()

    @property
    def name(self) -> str:
        """What to call it."""
        return "-".join(filter(None, (self.lookup.group, self.lookup.node.title)))


class Target(NamedTuple):
    """The names at one place that lead to what takes the same arguments.

    Attributes:
        call: what is called; None where source does not tell what it takes.
        title: the key where there is one, else the target.
        keys: the names as they are usually spelled, each with what an editor shows of it.
        others: other spellings.
    """

    call: Call | None
    title: str
    keys: dict[str, str]
    others: list[str]

    @property
    def condition(self) -> Schema:
        """That a name is one of these."""
        keys = [*self.keys]
        said: list[Schema] = []
        if keys:
            said.append({"const": keys[0]} if len(keys) == 1 else {"enum": keys})
        if self.others:
            said.append(one_of(self.others))
        return said[0] if len(said) == 1 else {"anyOf": said}


class Sources:
    """What entries take. Lives as long as one schema is drawn.

    Args:
        known: finds registries and reads what their entries take.
        named: finds the registry that a config names inside a group, as the check does.
        passed: what may be named beside what frameworks own.
        recursive: whether nested configs are built too.

    Attributes:
        known: as passed.
        recursive: as passed.
        controls: the control keys that count.
        places: where the names of a config may be looked up that is built from a place.
        spellings: the entries that can be named from a scope, with their names.
        misfits: the names, seen from a scope, of what is certainly of none of some classes.
    """

    def __init__(
        self,
        known: KnownRegistries,
        named: Callable[[str, str], Lookup],
        passed: Iterable[str],
        *,
        recursive: bool,
    ) -> None:
        self.known, self.recursive = known, recursive
        self._named, self._passed = named, passed
        self.controls = ALL_CONTROLS if recursive else CONTROLS
        self._texts = cache(texts)
        self._signatures: dict[tuple[Tree, str, str], Signature | None] = {}
        self._targets: dict[Lookup, list[Target]] = {}
        self._registries = cache(self._registries_in)
        self._ambient = cache(self._ambient_in)
        self.places = cache(self._places)
        self.spellings = cache(spellings)
        self.misfits = cache(self._misfits)
        self._classes: dict[str, list[frozenset[str]]] = {}

    def entered(self, place: Place) -> dict[Place | None, list[str]]:
        """Where each registry that can be named is entered; None for one that source hides."""
        entered: dict[Place | None, list[str]] = {}
        for name, root in self._registries(place.lookup.group).items():
            to = None
            if root is not None:
                to = Place(dict(place.ambient).get(root.group, root), place.ambient)
            entered.setdefault(to, []).append(name)
        return entered

    def scopes(self, place: Place) -> dict[Place, list[str]]:
        """Where each scope that can be named leads."""
        scopes: dict[Place, list[str]] = {}
        for name in scope_names(place.lookup):
            to = Place(place.lookup.within(name), self._ambient(place.lookup.group, name))
            scopes.setdefault(to, []).append(name)
        return scopes

    def _places(self, start: Place) -> list[Place]:
        found = dict.fromkeys([start])
        waiting = [start]
        while waiting:
            place = waiting.pop()
            roots = dict.fromkeys([place, *filter(None, self.entered(place))])
            after = {to: None for root in roots for to in (root, *self.scopes(root))}
            waiting += [to for to in after if to not in found]
            found |= after
        return [*found]

    def _registries_in(self, group: str) -> dict[str, Lookup | None]:
        """The registries that can be named inside a group; None for one that source hides."""
        found: dict[str, Lookup | None] = {}
        groups = dict.fromkeys((*current_environment().registries(), group))
        owned = (name for each in groups for name in self.known.names(each, group))
        for name in (*self._passed, *owned):
            try:
                found[name] = self._named(name, group)
            except (ConfigHint, PluginLoadError):
                found[name] = None
            except RegistryError:
                continue
        return found

    def _ambient_in(self, group: str, scope: str) -> frozenset[tuple[str, Lookup]]:
        """Where registries are entered inside a scope, where that is not at their root."""
        roots = filter(None, self._registries(group).values())
        starts = {root.group: (root, root.start(scope)) for root in roots}
        return frozenset((group, at) for group, (root, at) in starts.items() if at is not root)

    def signature(self, spelled: KeySpellings, lookup: Lookup) -> Signature | None:
        """What an entry takes; None where that cannot be told, or hooks may change it.

        Raises:
            PluginLoadError: its target is not there, or cannot be imported.
            BaseMismatch: it is not of the base of its registry.
        """
        key = lookup.node.tree, spelled.entry.scope, spelled.entry.name
        if key not in self._signatures:
            try:
                name = [*spelled.keys, *spelled.others][0]
                found = read_call(lookup, name, self.known).signature
            except (PluginLoadError, BaseMismatch):
                raise
            except RegistryError:
                found = None
            self._signatures[key] = None if lookup.is_wrapped() else found
        return self._signatures[key]

    def classes(self, annotation: str) -> list[frozenset[str]]:
        """The classes that parts may have to be of, in all of an annotation."""
        if annotation not in self._classes:
            found: list[frozenset[str]] = []

            def inside(allowed: Allowed) -> Schema:
                found.append(allowed.classes or frozenset())
                return {}

            inside(Constraints(inside, self.known.signatures.types).of(annotation))
            self._classes[annotation] = [*filter(None, found)]
        return self._classes[annotation]

    def text(self, signature: Signature, name: str) -> str:
        """What the docstrings of an entry say of an argument; empty where they say nothing."""
        # A thousand entries of one target have one docstring.
        docstrings = (signature.constructor_docstring, signature.docstring)
        said = (self._texts(each).get(name, "") for each in docstrings)
        return as_paragraphs(next(filter(None, said), ""))

    def more_names(self, lookup: Lookup) -> Schema | None:
        """What names there may be beside those that are listed; None for no others."""
        said = current_environment().hooks(lookup.group).patterns().values()
        patterns = [each for several in said for each in several]
        if lookup.group in self.known.unsure or () in said or "*" in patterns:
            return {"type": "string"}
        return like(patterns, [*filter(None, scope_names(lookup))]) if patterns else None

    def targets(self, lookup: Lookup) -> list[Target]:
        """What can be named from a scope; what is certainly not there is left out."""
        if lookup not in self._targets:
            found: dict[object, Target] = {}
            word = lookup.type_key
            # The keys beside the arguments. `_ref_` and `_literal_` count alone in a mapping.
            beside = (self.controls - {LITERAL, REFERENCE}) | {word}
            for each in self.spellings(lookup):
                entry = each.entry
                try:
                    signature = self.signature(each, lookup)
                except (PluginLoadError, BaseMismatch):
                    continue
                call = None
                key: object = None
                if signature is not None:
                    bound = frozenset(entry.kwargs)
                    key = lookup.node.tree, entry.target, bound
                    call = Call(key, signature, bound, beside, word)
                summary = entry.summary or ("" if signature is None else signature.summary)
                shown = " - ".join(filter(None, [summary, str(entry.provider)]))
                target = found.setdefault(key, Target(call, entry.key, {}, []))
                if target.keys or target.others:
                    found[key] = target = target._replace(title=entry.address)
                target.keys.update(dict.fromkeys(each.keys, shown))
                target.others.extend(each.others)
            self._targets[lookup] = [*found.values()]
        return self._targets[lookup]

    def _misfits(self, lookup: Lookup, classes: frozenset[str]) -> list[str]:
        return [
            key
            for each in self.spellings(lookup)
            if not any(self.known.signatures.fits(each.entry, path) for path in classes)
            for key in (*each.keys, *each.others)
        ]
