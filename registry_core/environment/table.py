"""What is installed for one registry: its discovered entries by scope and name."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.entry import TELL_AUTHORS, Entry, Kind, Problem, Provider
from registry_core.environment.policy import PREFER
from registry_core.environment.precedence import decide, different
from registry_core.environment.scope_entries import ScopeEntries
from registry_core.errors import HookError
from registry_core.hooks.answers import NotYet, entry_fault
from registry_core.installed import Declaration
from registry_core.keys import dotted, name_fault, normalized, path_fault, target_fault
from registry_core.text import by_variable, quoted, safe_text
from registry_core.upgrades import running

if TYPE_CHECKING:
    from registry_core.environment.notes import RegistryNotes
    from registry_core.hooks.module import HookModule

Path = tuple[str, ...]


class Table(NamedTuple):
    """The discovered entries of one registry. Lives as long as the environment's snapshot.

    Attributes:
        scopes: for each scope path, the entries by name. More than one entry is a conflict.
            The scopes on the way to a scope are here too.
        outdone: entries by scope path and name that another provider is preferred to.
        blocked: entries of distributions that may not contribute, each with the reason.
        problems: what was refused, and why.
        complete: whether hooks have been asked.
        has_hooks: whether hooks were asked; an entry of theirs is confirmed before it is loaded.
        notes: what distributions say of entries in data files; None where none does.
    """

    scopes: dict[Path, ScopeEntries]
    outdone: dict[tuple[Path, str], tuple[Entry, ...]]
    blocked: tuple[tuple[Entry, str], ...]
    problems: tuple[Problem, ...]
    complete: bool
    has_hooks: bool
    # A `RegistryNotes`: naming it would be compiled, and importing it costs as much.
    notes: Any = None

    def entries(self) -> Iterator[Entry]:
        """Every entry that may contribute; of a conflict, every side."""
        for names in self.scopes.values():
            for entries in names.values():
                yield from entries

    def all_entries(self) -> Iterator[Entry]:
        """Every entry that may contribute, those that others are preferred to as well."""
        yield from self.entries()
        for entries in self.outdone.values():
            yield from entries

    def under(self, key: str) -> tuple[Entry, ...]:
        """All entries of that key, preferred or not, by whichever of its dots the scope ends."""
        found: tuple[Entry, ...] = ()
        segments = key.split(".")
        for end in range(len(segments)):
            path = tuple(segments[:end])
            if path not in self.scopes:
                # Nor is any scope within it.
                break
            name = ".".join(segments[end:])
            found += self.scopes[path].get(name, ())
            found += self.outdone.get((path, name), ())
        return found


class TableBuilder:
    """Collects one table: made by the environment, used once.

    Args:
        group: the registry's group.
        root_scope: the name of its root scope; a group that names it means the root.
        preferred: what is preferred, the first first: see `policy.preferred`.
        owner: the normalized name of the distribution that owns the registry, if one does.
        refusal: why an entry, by distribution and key, may not contribute; None where no single
            entry is blocked.
        notes: what distributions say of entries in data files; None where none does.

    Attributes:
        is_waiting: whether a hook could not tell yet.
    """

    def __init__(
        self,
        group: str,
        root_scope: str,
        preferred: Sequence[str],
        owner: str | None,
        refusal: Callable[[str, str], str | None] | None = None,
        notes: "RegistryNotes | None" = None,
    ) -> None:
        self._group = group
        self._root_scope = root_scope
        self._preferred = preferred
        self._owner = owner
        self._refusal = refusal
        self._notes = notes
        self._scopes: dict[Path, ScopeEntries] = {(): ScopeEntries(group, "", notes)}
        # Names that have more than one entry.
        self._rivals: list[tuple[Path, str]] = []
        self._outdone: dict[tuple[Path, str], tuple[Entry, ...]] = {}
        self._blocked: list[tuple[Entry, str]] = []
        self._problems: list[Problem] = []
        self._has_hooks = False
        self.is_waiting = False

    def add_declared(self, path: Path, found: Iterable[tuple[Declaration, str | None]]) -> None:
        """Take what distributions declare for one scope of this registry.

        Args:
            path: the scope, as the group says it.
            found: the rows of each distribution, and why it may not contribute; None where it may.
        """
        where = f'group "{safe_text(dotted((self._group, *path)))}"'
        path = self._rooted(path)
        fault = path_fault(path)
        names: ScopeEntries | None = None
        likes = [] if fault else self._likes(path)
        for declared, refusal in found:
            provider = declared.provider
            if fault is not None:
                what = f"the group is malformed: {fault}"
                self._problem(provider, where, what, "rename the group", "misnamed", "bad-group")
                continue
            for word in likes:
                like = quoted(word)
                what = f"scope {like} inside a scope {like} cannot be reached from outside"
                self._problem(provider, where, what, "rename the scope", "misnamed", "same-scope")
            for name, value, wrong in declared.group.refused:
                what = f"the entry {name[:60]!r}: {wrong}"
                kind = _kind_of_fault(name, value, "conflict")
                key = dotted((*path, name))
                self._problem(provider, where, what, "correct it", kind, "bad-row", key)
            if refusal is not None:
                apart = ScopeEntries(self._group, dotted(path))
                self._blocked += [(apart.entry(declared, name), refusal) for name in declared.rows]
                continue
            if names is None:
                names = self._names(path)
            # All at once: there may be tens of thousands of entries.
            for entry in names.declare(self._unblocked(path, declared)):
                self._add(path, entry)

    def add_computed(self, hooks: "HookModule") -> None:
        """Take the entries that a hook module computes; if it fails, it alone is left out."""
        self._has_hooks = True
        try:
            answers = hooks.entries()
        except HookError as error:
            if isinstance(error.__cause__, NotYet):
                self.is_waiting = True
                return
            what = f"the hook {error.hook} failed: {error.reason}"
            where, fix, code = "registry_core.hooks", TELL_AUTHORS, "hook-failed"
            place = hooks.place_of(error)
            self._problem(hooks.provider, where, what, fix, "broken", code, subject=place)
            return
        for answer in answers:
            where = f"registry_core_entries, {quoted(str(answer.name))}"
            fault = entry_fault(answer)
            if fault is not None:
                kind = _kind_of_fault(answer.name, answer.target, "broken")
                key = f"{answer.scope}.{answer.name}" if answer.scope else str(answer.name)
                fix = TELL_AUTHORS
                self._problem(hooks.provider, where, fault, fix, kind, "bad-answer", key)
                continue
            path = self._rooted(tuple(answer.scope.split("."))) if answer.scope else ()
            fault = path_fault(path)
            if fault is not None:
                what = f"the scope {answer.scope[:80]!r} is malformed: {fault}"
                fix = TELL_AUTHORS
                self._problem(hooks.provider, where, what, fix, "misnamed", "bad-answer")
                continue
            entry = answer._replace(
                scope=dotted(path),
                registry=self._group,
                provider=running(hooks.provider, str(answer.target)),
            ).frozen()
            if self._notes is not None:
                distribution = normalized(hooks.provider.name)
                said = self._notes.metadata(distribution, entry.key, entry.metadata)
                entry = entry._replace(metadata=said)
            refusal = self._refusal and self._refusal(entry.provider.name, entry.key)
            if refusal:
                self._blocked.append((entry, refusal))
            else:
                self._add(path, entry)

    def table(self, *, complete: bool) -> Table:
        """The table, with conflicts settled by preference or reported."""
        for path, name in dict.fromkeys(self._rivals):
            # Sorted again: two groups may address one scope.
            entries = tuple(sorted(self._scopes[path][name], key=_by_provider))
            chosen = self._settled(entries)
            self._scopes[path].put(name, chosen)
            self._outdone[path, name] = tuple(e for e in entries if e not in chosen)
        for path, names in self._scopes.items():
            if path:
                self._dotted_names(path[:-1], path[-1], "beside it")
            own = path[-1] if path else self._root_scope
            if own:
                self._dotted_names(path, own, "that it is in", among=names)
        blocked, problems = tuple(self._blocked), tuple(self._problems)
        return Table(
            self._scopes,
            self._outdone,
            blocked,
            problems,
            complete,
            self._has_hooks,
            self._notes,
        )

    def _dotted_names(
        self, path: Path, head: str, which: str, among: Collection[str] | None = None
    ) -> None:
        """Report the names in a scope that a key with the scope `head` in it may mean as well.

        Args:
            path: the scope.
            head: the scope that such names begin with.
            which: which scope that is, in words.
            among: only those whose rest is one of these.
        """
        names, start = self._scopes[path], f"{head}."
        for name in [name for name in names if name.startswith(start)]:
            if among is not None and name.removeprefix(start) not in among:
                continue
            for entry in names[name]:
                what = f"the name {quoted(name)} begins with the scope {quoted(head)} {which}"
                where, fix = f'scope "{dotted(path)}"', "rename the entry or the scope"
                code = "dotted-name"
                self._problem(entry.provider, where, what, fix, "conflict", code, entry.key)

    def _unblocked(self, path: Path, declared: Declaration) -> Declaration:
        """What is declared, without the single entries that are blocked."""
        if self._refusal is None:
            return declared
        rows = dict(declared.rows)
        apart = ScopeEntries(self._group, dotted(path))
        for name in declared.rows:
            refusal = self._refusal(declared.key, dotted((*path, name)))
            if refusal is not None:
                del rows[name]
                self._blocked.append((apart.entry(declared, name), refusal))
        return declared._replace(group=declared.group._replace(rows=rows))

    def _likes(self, path: Path) -> list[str]:
        """The scopes on the path that are within a scope of the same name."""
        above = (self._root_scope, *path)[: len(path)]
        return [word for word, outer in zip(path, above, strict=True) if word == outer]

    def _rooted(self, path: Path) -> Path:
        return path[1:] if path and path[0] == self._root_scope else path

    def _names(self, path: Path) -> ScopeEntries:
        for depth in range(len(path) + 1):
            if path[:depth] not in self._scopes:
                scope = dotted(path[:depth])
                self._scopes[path[:depth]] = ScopeEntries(self._group, scope, self._notes)
        return self._scopes[path]

    def _add(self, path: Path, entry: Entry) -> None:
        names = self._names(path)
        others = names.get(entry.name, ())
        if any(other.provider == entry.provider for other in others):
            what = f"the entry {quoted(entry.key)} is provided twice; the first is kept"
            where = f'registry "{self._group}"'
            code = "declared-twice"
            self._problem(entry.provider, where, what, "remove one", "conflict", code, entry.key)
            return
        names.put(entry.name, (*others, entry))
        if others:
            self._rivals.append((path, entry.name))

    def _settled(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        chosen, rule, _ = decide(entries, None, self._preferred, self._owner)
        where, key = f'registry "{self._group}"', entries[0].key
        others = [each for each in entries if len(different((chosen[0], each))) > 1]
        if rule == "owner":
            for entry in others:
                what = f"the entry {quoted(key)} is shadowed: {chosen[0].provider} comes first"
                fix = "choose a name or scope of its own"
                self._problem(entry.provider, where, what, fix, "shadowed", "outdone", key)
        if len(chosen) > 1:
            for entry in chosen:
                rivals = ", ".join(str(e.provider) for e in chosen if e is not entry)
                what = f"the entry {quoted(key)} is provided by {rivals} as well"
                # The whole distribution might have names of the owner as well.
                name = entry.provider.name
                way = by_variable(PREFER, name, key)
                way = f"set {way}" if way else f"call prefer({quoted(f'{name}:{key}')}) in code"
                fix = f"{way}, or block one of them"
                self._problem(entry.provider, where, what, fix, "conflict", "conflict", key)
        return chosen

    def _problem(
        self,
        provider: Provider,
        where: str,
        what: str,
        fix: str,
        kind: Kind,
        code: str,
        key: str = "",
        subject: str = "",
    ) -> None:
        self._problems.append(Problem(provider, where, what, fix, kind, code, key, subject))


def _by_provider(entry: Entry) -> tuple[str, str]:
    return normalized(entry.provider.name), str(entry.target)


def _kind_of_fault(name: object, target: object, otherwise: Kind) -> Kind:
    """What kind of problem a refused name or target is; `otherwise` where both are sound."""
    if isinstance(name, str) and name_fault(name):
        return "misnamed"
    return "broken" if target_fault(target) else otherwise
