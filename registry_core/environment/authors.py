"""What the author of an editable install corrects: file and line, and what may have been meant."""

from __future__ import annotations

import ast
import os
import re
import sys
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from registry_core.entry import TELL_AUTHORS
from registry_core.guesses import close_matches
from registry_core.installed.files import readable
from registry_core.installed.projects import installing, not_installed, reads_decorators
from registry_core.keys import HOOKS, module_of, parse_target, target_fault, top_module
from registry_core.limits import MAX_HEAD_BYTES, MAX_SHOWN_NAMES, MAX_SOURCE
from registry_core.signature.source import find_spec, source_of
from registry_core.text import did_you_mean, listed, quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Problem
    from registry_core.installed.copies import Copy

_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_MOST_FILES = 1_000
# What follows the name of an entry, in TOML, in an ini file or in a list of Python.
_IS_ROW = r"(?<![\w.-]){}[\"']?\s*="
_DEFINES = r"^(?:class|def|async\s+def)\s+{}\b|^{}\s*[:=]"
_HOOK = re.compile(r"registry_core_\w+")
# Codes of problems with one row, with the header of a group, and with what hooks answer.
_OF_A_ROW = frozenset(
    {"absent-target", "bad-row", "declared-twice", "dotted-name", "misfit", "outdone"}
    | {"unknown-extra"}
)
_OF_A_GROUP = frozenset(
    {"bad-claim", "bad-group", "bad-hooks", "reserved-group", "same-scope"}
    | {"unowned-group", "unowned-hooks"}
)
_OF_A_HOOK = frozenset({"bad-answer", "hook-failed"})
_OF_A_CLASS = "wrong-class"
_VAGUE = (TELL_AUTHORS, "correct it")


def is_for_author(problem: Problem) -> bool:
    """Whether only the author of a distribution can mend a problem of it."""
    codes = _OF_A_ROW | _OF_A_GROUP | _OF_A_HOOK | {_OF_A_CLASS}
    return problem.code in codes or problem.fix.startswith(TELL_AUTHORS)


def fix_of_author(problem: Problem, copy: Copy, folder: str) -> str:
    """What the author of a distribution does about a problem of it.

    Args:
        problem: a problem that only its author can mend.
        copy: the distribution.
        folder: its project.
    """
    # The last word of a key, be it a name with dots or not.
    name, code = problem.key.rpartition(".")[2], problem.code
    is_vague = problem.fix.startswith(_VAGUE)
    if not os.path.isdir(folder):
        return gone(folder) if is_vague else problem.fix
    guess = ""
    if code == "absent-target" and outdated_row(copy, folder, name, problem.subject):
        return rebuilt(folder)
    if code in _OF_A_ROW:
        place = place_of_row(copy, folder, name, problem.subject)
        guess = meant(problem.subject, copy) if code == "absent-target" else ""
    elif code == _OF_A_CLASS:
        place = problem.subject
    elif code in _OF_A_GROUP:
        quotations = re.findall(r"[\"']([^\"']+)[\"']", f"{problem.where} {problem.what}")
        place = next(filter(None, (_line(folder, each) for each in quotations)), "")
    elif code in _OF_A_HOOK and module_of(problem.subject) in _hook_modules(copy):
        # Its module is not there.
        guess = meant(problem.subject, copy)
        place = _line(folder, problem.subject)
    elif code in _OF_A_HOOK:
        words = [*_HOOK.findall(problem.what), name, *_HOOK.findall(problem.where)]
        place = problem.subject or _in_hooks(copy, *words)
    else:
        place = ""
    if not place:
        return (
            f"correct it in {safe_text(folder)}, and {again(folder)}" if is_vague else problem.fix
        )
    then = place if not is_of_project(place, folder) else f"{place}, and {again(folder)}"
    return f"{guess}correct {then}" if is_vague else f"{problem.fix}, in {then}"


def gone(folder: str) -> str:
    """What to do where the project of an editable install is not there."""
    return f"its project {safe_text(folder)} is gone: install it from elsewhere"


def again(folder: str) -> str:
    """The command that installs a project anew, as part of a sentence."""
    return f"{installing(folder)} again"


def place_of_row(copy: Copy, folder: str, name: str, target: str) -> str:
    """Where an entry is written: the line of the project, or of the hook module that answers it.

    Args:
        copy: the distribution.
        folder: its project.
        name: the name of the entry.
        target: its target; empty where that is not known.
    """
    if place := _line(folder, name, target):
        return place
    if not is_row(copy, name, target):
        return _in_hooks(copy, target, name)
    from registry_core.environment.unbuilt import built_from

    return safe_text(built_from(folder, name, target) or "")


def is_row(copy: Copy, name: str, target: str) -> bool:
    """Whether an entry is a row of entry points; if not, a hook answered it."""
    return any((name, target) in group.written() for group in copy.groups().values())


def outdated_row(copy: Copy, folder: str, name: str, target: str) -> bool:
    """Whether the build hook made a row of a decorator that is not there by now.

    Args:
        copy: the distribution.
        folder: its project.
        name: the name of the entry.
        target: its target.
    """
    if not (reads_decorators(folder) and is_row(copy, name, target)):
        return False
    return not place_of_row(copy, folder, name, target)


def rebuilt(folder: str) -> str:
    """What to do about such a row."""
    return f"no decorator in its project registers that by now: {installing(folder)}"


def is_of_project(place: str, folder: str) -> bool:
    """Whether a place is in a file that an installation reads."""
    file = place.rpartition(":")[0] if place.rpartition(":")[2].isdigit() else place
    return file in {safe_text(os.path.join(folder, each)) for each in (*_FILES, "")}


def now_says(copy: Copy, folder: str, name: str, target: str) -> str | None:
    """What the project says of an entry by now; None where it says the same as is installed."""
    for row in not_installed(copy, folder):
        if row.name == name and row.value.replace(" ", "") != target.replace(" ", ""):
            return row.value
    return None


def meant(target: str, copy: Copy) -> str:
    """What a target that is not there may have meant, to begin a sentence. Imports nothing.

    Close matches of the module or the attribute; else where the project defines it; else all that
    the module defines, if that is little.

    Args:
        target: the target of an entry, or a module.
        copy: the distribution, which is an editable install.
    """
    names: list[str] = []
    try:
        module, attribute, _ = parse_target(target)
        if find_spec(module) is None:
            close = close_modules(module)
        else:
            names = _defined(module)
            close = [f"{module}:{each}" for each in close_matches(attribute, names)]
        close = close or [*islice(_elsewhere(module, attribute, copy), 3)]
    except Exception:
        # Finders raise what they like, and the target may be malformed.
        return ""
    if close:
        return f"{did_you_mean(close)} "
    if attribute and 0 < len(names) <= MAX_SHOWN_NAMES:
        return f"{quoted(module)} has {listed(sorted(names))}: "
    return ""


def close_modules(module: str) -> list[str]:
    """Modules whose names are nearly that of one which is not there."""
    parent, _, name = module.rpartition(".")
    spec = find_spec(parent) if parent else None
    path = spec.submodule_search_locations if spec is not None else None
    if parent and not path:
        return close_modules(parent) if spec is None else []
    import pkgutil

    found = {each.name for each in pkgutil.iter_modules(path)}
    if not parent:
        # A plugin does not mean the standard library.
        found -= sys.stdlib_module_names
    close = close_matches(name, sorted(found))
    return [f"{parent}.{each}" if parent else each for each in close]


def _defined(module: str) -> list[str]:
    """What a module defines by a statement of its own; nothing where its source cannot be read."""
    try:
        statements = ast.parse(source_of(module).code).body
    except Exception:
        # Finders and loaders raise what they like.
        return []
    found: list[str] = []
    for each in statements:
        if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(each.name)
        elif isinstance(each, ast.Assign):
            found += [target.id for target in each.targets if isinstance(target, ast.Name)]
    return [name for name in found if not name.startswith("_")]


def _elsewhere(module: str, attribute: str, copy: Copy) -> Iterator[str]:
    """What in the packages of a distribution has that attribute, or the last word of the module."""
    first, last = attribute.partition(".")[0], module.rpartition(".")[2]
    pattern = re.compile(_DEFINES.format(*2 * [re.escape(first)]).encode(), re.MULTILINE)
    for name, file in _files(copy):
        if not first:
            if name.rpartition(".")[2] == last:
                yield name
            continue
        if pattern.search(readable(file, MAX_SOURCE)):
            yield f"{name}:{attribute}"


def _files(copy: Copy) -> Iterator[tuple[str, str]]:
    """The modules of the packages that a distribution's rows name, each with its file."""
    rows = [target for group in copy.groups().values() for _, target in group.written()]
    count = 0
    for top in sorted({top_module(target) for target in rows}):
        spec = find_spec(top) if top.isidentifier() else None
        for place in (spec and spec.submodule_search_locations) or ():
            for folder, folders, files in os.walk(place):
                # A folder without an `__init__.py` is a package, too.
                folders[:] = sorted(filter(str.isidentifier, folders))
                inner = os.path.relpath(folder, place).split(os.sep)
                name = ".".join((top, *filter(str.isidentifier, inner)))
                for file in sorted(files):
                    stem, suffix = os.path.splitext(file)
                    count += 1
                    if count > _MOST_FILES:
                        return
                    if suffix == ".py" and stem.isidentifier():
                        module = name if stem == "__init__" else f"{name}.{stem}"
                        yield module, os.path.join(folder, file)


def _hook_modules(copy: Copy) -> list[str]:
    group = copy.groups().get(HOOKS)
    targets = [target.strip() for _, target in group.written()] if group is not None else []
    return [target for target in targets if target_fault(f"{target}:any") is None]


def _in_hooks(copy: Copy, *texts: str) -> str:
    """The first line of a hook module that holds one of these texts, the first text first."""
    first = ""
    for module in _hook_modules(copy):
        try:
            source = source_of(module)
        except Exception:  # noqa: S112 - it is not there, or a finder raised what it likes
            continue
        first = first or safe_text(source.file)
        rows = source.code.split("\n")
        for text in filter(None, texts):
            whole = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
            for number, row in enumerate(rows, 1):
                if whole.search(row):
                    return f"{safe_text(source.file)}:{number}"
    return first


def _line(folder: str, name: str, target: str = "") -> str:
    """The line of a project that has a row of that name and target, or holds a group's name.

    Empty where no line does.
    """
    is_row = re.compile(_IS_ROW.format(re.escape(name)))
    wanted = target.partition("[")[0].strip()
    held = ""
    for file in (os.path.join(folder, each) for each in _FILES):
        for number, row in enumerate(_lines(readable(file, MAX_HEAD_BYTES)), 1):
            if name not in row:
                continue
            place = f"{safe_text(file)}:{number}"
            if is_row.search(row) and wanted in row:
                return place
            if not wanted and not held and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", row):
                held = place
    return held


@lru_cache(maxsize=8)
def _lines(content: bytes) -> tuple[str, ...]:
    """The lines of a file; remembered, for there may be thousands of problems of one project."""
    return tuple(content.decode("utf-8", "replace").split("\n"))
