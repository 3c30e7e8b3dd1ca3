"""What the reader of an error can do: the author of an editable install, or another."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from registry_core.entry import TELL_AUTHORS
from registry_core.environment.authors import (
    again,
    close_modules,
    fix_of_author,
    gone,
    is_for_author,
    is_of_project,
    is_row,
    meant,
    now_says,
    outdated_row,
    place_of_row,
    rebuilt,
)
from registry_core.environment.contributions import CAUSES, problems_of
from registry_core.frozen import is_frozen
from registry_core.installed.files import Unreadable
from registry_core.installed.projects import installing, project_folder
from registry_core.keys import normalized, parse_target
from registry_core.loading import missing_module, origin, raised_at
from registry_core.signature.source import find_spec
from registry_core.text import clauses, did_you_mean, quoted, safe_text
from registry_core.upgrades import imported_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.errors import PluginLoadError
    from registry_core.installed import Installed
    from registry_core.installed.copies import Copy

# Labels of Project-URL, as PEP 753 normalizes them: the first that there is.
_LABELS = (
    *("issues", "bugs", "issue", "bug", "tracker", "issuetracker", "bugtracker", "bugreports"),
    *("repository", "source", "sourcecode", "github", "homepage", "documentation"),
)


def explain(error: PluginLoadError, installed: Installed, owners: Collection[str]) -> None:
    """Put what this reader can do into an error of loading an entry.

    Args:
        error: what is about to be raised.
        installed: what is installed.
        owners: normalized names of the distributions that own registries.
    """
    entry, cause = error.entry, error.__cause__
    copy = installed.copy(normalized(entry.provider.name)) if entry.provider.version else None
    if is_frozen():
        # What is beside it is not collected, and its project is on another machine.
        return
    # After an upgrade while the program ran, it is to be restarted.
    if copy is None or error.remedy == "build later" or imported_before(copy.key):
        return
    beside = list(problems_of([entry], installed))
    folder = project_folder(copy)
    if error.remedy == "install the extra":
        unknown = [each for each in beside if each.code == "unknown-extra"]
        # A user may know better what to install than metadata that tells no extras.
        if unknown and (folder is not None or "did you mean" in unknown[0].what):
            error.fix = clauses(unknown[0].what, addressed(unknown[0], installed).fix)
            error.remedy = "mend it"
    elif causes := [
        p for p in beside if p.code in CAUSES and _can_cause(p, error, copy, installed)
    ]:
        error.fix = "; ".join(f"{each.what}: {each.fix}" for each in causes[:3])
        if not isinstance(cause, ImportError) and (line := raised_at(error)):
            error.fix += f"; see {line}"
        if isinstance(cause, AttributeError) and folder is not None and not _raised_inside(cause):
            error.fix += f"; or {_for_author(entry, error, copy, folder)}"
        error.remedy = "install a module"
    else:
        _explain_own(error, copy, folder, installed, is_owner=copy.key in owners)


def _can_cause(problem: Problem, error: PluginLoadError, copy: Copy, installed: Installed) -> bool:
    """Whether what a distribution requires, or a module in another's place, made loading fail."""
    cause = error.__cause__
    if problem.code == "shadowed-module":
        return True
    if cause is None:
        # The object is there, and is the wrong one.
        return False
    missing = missing_module(cause) if isinstance(cause, ModuleNotFoundError) else None
    owner = installed.owner_of(missing) if missing else None
    if missing and owner is None:
        owner = installed.owner_of(missing.partition(".")[0])
    if owner is None:
        return True
    # Of what is installed a module is missing: only what that distribution is can be the cause.
    words = re.split(r"[^\w.-]", problem.subject, maxsplit=1)
    return owner != copy.key and normalized(words[0]) == owner


def explain_source(error: PluginLoadError, installed: Installed) -> None:
    """Put into an error of reading source what its author is to correct; leave others as they are.

    Args:
        error: what is about to be raised, with its cause.
        installed: what is installed.
    """
    entry = error.entry
    copy = installed.copy(normalized(entry.provider.name)) if entry.provider.version else None
    folder = project_folder(copy) if copy is not None and not is_frozen() else None
    if copy is None or folder is None:
        return
    broken = getattr(error.__cause__, "__cause__", None)
    if not os.path.isdir(folder):
        error.fix = gone(folder)
    elif isinstance(broken, SyntaxError):
        error.fix = f"correct {safe_text(str(broken.filename))}:{broken.lineno}"
    else:
        error.fix = _for_author_of_row(entry, copy, folder)


def _explain_own(
    error: PluginLoadError, copy: Copy, folder: str | None, installed: Installed, *, is_owner: bool
) -> None:
    """Put into the error what to do where nothing beside the distribution is at fault."""
    entry, cause = error.entry, error.__cause__
    missing = missing_module(cause) if isinstance(cause, ModuleNotFoundError) else None
    top = (missing or "").partition(".")[0]
    if (archive := os.path.dirname(copy.folder)) and os.path.isfile(archive) and _may_need(cause):
        error.fix = (
            f"Python imports no extension modules from an archive, and {safe_text(archive)} is "
            "one: shiv and pex make archives that are unpacked"
        )
    elif folder is not None and not os.path.isdir(folder):
        error.fix = gone(folder)
    elif error.remedy == "install a module" and missing and _is_there(top):
        whose = installed.provider(installed.owner_of(top) or "") or f"the installed {top!r}"
        error.fix = f"{whose} has no module {quoted(missing)}: install versions that fit together"
    elif error.remedy == "install a module" and missing and folder is not None:
        error.fix += f", and require it in {safe_text(folder)}; see {raised_at(error)}"
    elif error.remedy == "mend it" and folder is not None:
        error.fix = _for_author(entry, error, copy, folder)
    elif error.remedy == "mend it":
        error.fix = _for_user(entry, copy, is_owner=is_owner)
        if isinstance(cause, AttributeError) and not _raised_inside(cause):
            error.fix += origin(parse_target(str(entry.target)).module)
        elif line := raised_at(error):
            error.fix += f"; see {line}"


def _may_need(cause: BaseException | None) -> bool:
    """Whether a failed import may be for want of a file that a folder would have."""
    return isinstance(cause, ImportError | OSError)


def _for_user(entry: Entry, copy: Copy, *, is_owner: bool) -> str:
    name = entry.provider.name
    ways = [f"upgrade or reinstall {name}"]
    if not is_owner:
        # Never advise to block the framework itself.
        ways.append(f"block it with REGISTRY_CORE_BLOCK={name}")
    if address := _address(copy):
        ways.append(f"report it: {address}")
    return ", or ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))


def problems_beside(
    entries: Iterable[Entry], installed: Installed, codes: Collection[str] | None = None
) -> list[Problem]:
    """What is wrong with the distributions of these entries beside their entry points.

    Args:
        entries: entries, hook modules and owners of registries.
        installed: what is installed.
        codes: of these codes alone; None for all, what may be intended too.
    """
    found = problems_of(entries, installed)
    return [addressed(p, installed) for p in found if codes is None or p.code in codes]


def addressed(problem: Problem, installed: Installed) -> Problem:
    """A problem for its authors: with their address, or for themselves with the file."""
    if not is_for_author(problem) or not problem.provider.is_distribution:
        return problem
    copy = installed.copy(normalized(problem.provider.name))
    folder = project_folder(copy) if copy is not None else None
    if copy is not None and folder is not None:
        return problem._replace(fix=fix_of_author(problem, copy, folder))
    if not problem.fix.startswith(TELL_AUTHORS):
        return problem
    fix = for_authors(problem.provider, installed) + problem.fix.removeprefix(TELL_AUTHORS)
    return problem._replace(fix=fix)


def is_of_row(entry: Entry, installed: Installed) -> bool:
    """Whether an entry is a row of entry points, which is corrected elsewhere than an answer."""
    copy = installed.copy(normalized(entry.provider.name)) if entry.provider.version else None
    return copy is not None and is_row(copy, entry.name, str(entry.target))


def for_authors(provider: Provider, installed: Installed) -> str:
    """What to do about a fault that only the authors of a distribution can mend."""
    copy = installed.copy(normalized(provider.name)) if provider.version is not None else None
    if copy is None:
        return TELL_AUTHORS
    folder = project_folder(copy)
    if folder is not None:
        return f"correct it in {safe_text(folder)}, and {again(folder)}"
    address = _address(copy)
    return f"report it: {address}" if address else TELL_AUTHORS


def _for_author(entry: Entry, error: PluginLoadError, copy: Copy, folder: str) -> str:
    """Which file and line to correct, and what may have been meant."""
    cause, line, target = error.__cause__, raised_at(error), str(entry.target)
    module, _, _ = parse_target(target)
    missing = missing_module(cause) if isinstance(cause, ModuleNotFoundError) else None
    guess, is_of_row = "", line == ""
    if missing and not f"{module}.".startswith(f"{missing}."):
        # The module is there, and imports one of its own package that is not.
        close = close_modules(missing)
        guess = f"{did_you_mean(close)} " if close else ""
    elif missing or (isinstance(cause, AttributeError) and not _raised_inside(cause)):
        return _for_author_of_row(entry, copy, folder)
    if is_of_row:
        line = place_of_row(copy, folder, entry.name, target) or safe_text(folder)
    elif os.path.islink(line.rpartition(":")[0]):
        # A strict install of setuptools is a folder of links to the sources.
        file, _, number = line.rpartition(":")
        line = f"{safe_text(os.path.realpath(file))}:{number}"
    if "partially initialized module" in str(cause) and not is_of_row:
        guess = "import it inside a function: "
    then = f", and {again(folder)}" if is_of_project(line, folder) else ""
    return f"{guess}correct {line}{then}"


def _for_author_of_row(entry: Entry, copy: Copy, folder: str) -> str:
    """Where to correct the target of an entry that leads nowhere."""
    target = str(entry.target)
    if value := now_says(copy, folder, entry.name, target):
        return f"its project says {quoted(value)} by now: {installing(folder)}"
    if outdated_row(copy, folder, entry.name, target):
        return rebuilt(folder)
    line = place_of_row(copy, folder, entry.name, target) or safe_text(folder)
    then = f", and {again(folder)}" if is_of_project(line, folder) else ""
    return f"{meant(target, copy)}correct {line}{then}"


def _raised_inside(error: AttributeError) -> bool:
    """Whether a plugin's code raised it, and not our question for the target."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is not None


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except Exception:
        # Finders raise what they like.
        return False


def _address(copy: Copy) -> str:
    """Where to report a fault: the most fitting address in its metadata; empty where none is."""
    try:
        urls = [*copy.fields("Project-URL"), *(f"homepage, {u}" for u in copy.fields("Home-page"))]
    except Unreadable:
        return ""
    found: dict[str, str] = {}
    for text in urls:
        label, _, url = text.partition(",")
        plain = "".join(letter for letter in label.lower() if letter.isalnum())
        url = url.strip()
        if url.startswith(("https://", "http://")) and url.isprintable() and " " not in url:
            found.setdefault(plain, url)
    # No label fits: take the first address.
    best = next((found[label] for label in _LABELS if label in found), "")
    return safe_text(best or next(iter(found.values()), ""))
