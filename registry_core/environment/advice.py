"""What the reader of an error can do: the author of an editable install, or another."""

from __future__ import annotations

import os
import pkgutil
import sys
from typing import TYPE_CHECKING

from registry_core.entry import TELL_AUTHORS
from registry_core.environment.contributions import CAUSES, problems_of
from registry_core.guesses import close_matches
from registry_core.installed.files import Unreadable, read_file
from registry_core.installed.projects import project_folder
from registry_core.keys import normalized, parse_target
from registry_core.limits import MAX_HEAD_BYTES
from registry_core.loading import missing_module, origin, raised_at
from registry_core.signature.source import find_spec
from registry_core.text import quoted, safe_text
from registry_core.upgrades import imported_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.errors import PluginLoadError
    from registry_core.installed import Installed
    from registry_core.installed.copies import Copy

_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
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
    if (
        copy is None
        or error.remedy in ("install the extra", "build later")
        # An upgrade while the program ran: it is to be restarted.
        or imported_before(copy.key)
    ):
        return
    missing = missing_module(cause) if isinstance(cause, ModuleNotFoundError) else None
    top = (missing or "").partition(".")[0]
    folder = project_folder(copy)
    if causes := [each for each in problems_of([entry], installed) if each.code in CAUSES]:
        error.fix = "; ".join(f"{each.what}: {each.fix}" for each in causes[:3])
        if not isinstance(cause, ImportError) and (line := raised_at(error)):
            error.fix += f"; see {line}"
        error.remedy = "install a module"
    elif missing and getattr(sys, "frozen", False):
        hidden = safe_text(missing)
        error.fix = f"this application is frozen: build it with --hidden-import {hidden}"
    elif folder is not None and not os.path.isdir(folder):
        error.fix = f"its project {safe_text(folder)} is gone: install it from elsewhere"
    elif error.remedy == "install a module" and missing and _is_there(top):
        whose = installed.provider(installed.owner_of(top) or "") or f"the installed {top!r}"
        error.fix = f"{whose} has no module {quoted(missing)}: install versions that fit together"
    elif error.remedy == "mend it" and folder is not None:
        error.fix = _for_author(entry, cause, folder, raised_at(error))
    elif error.remedy == "mend it":
        error.fix = _for_user(entry, copy, is_owner=copy.key in owners)
        if isinstance(cause, AttributeError) and not _raised_inside(cause):
            error.fix += origin(parse_target(str(entry.target)).module)
        elif line := raised_at(error):
            error.fix += f"; see {line}"


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
    if problem.code == "bad-row":
        copy = installed.copy(normalized(problem.provider.name))
        folder = project_folder(copy) if copy is not None else None
        if folder is None:
            return problem
        place = _line_with(folder, problem.key.rpartition(".")[2])
        return problem._replace(
            fix=f"correct {place}, and pip install -e {safe_text(folder)} again"
        )
    if not problem.fix.startswith(TELL_AUTHORS):
        return problem
    fix = for_authors(problem.provider, installed) + problem.fix.removeprefix(TELL_AUTHORS)
    return problem._replace(fix=fix)


def for_authors(provider: Provider, installed: Installed) -> str:
    """What to do about a fault that only the authors of a distribution can mend."""
    copy = installed.copy(normalized(provider.name)) if provider.version is not None else None
    if copy is None:
        return TELL_AUTHORS
    folder = project_folder(copy)
    if folder is not None:
        return f"correct it in {safe_text(folder)}, and pip install -e it again"
    address = _address(copy)
    return f"report it: {address}" if address else TELL_AUTHORS


def _for_author(entry: Entry, cause: BaseException | None, folder: str, line: str) -> str:
    """Which file and line to correct, and what may have been meant."""
    module, attribute, _ = parse_target(str(entry.target))
    declared = _line_with(folder, entry.name, str(entry.target).partition("[")[0].strip())
    missing = missing_module(cause)
    close: list[str] = []
    if isinstance(cause, ModuleNotFoundError) and missing:
        # If it is not the target's own module, the line that imports it is at fault.
        close = _close_modules(missing)
        if not f"{module}.".startswith(f"{missing}.") and line:
            declared = line
    elif isinstance(cause, AttributeError) and module in sys.modules and not _raised_inside(cause):
        names = [name for name in vars(sys.modules[module]) if not name.startswith("__")]
        close = [f"{module}:{name}" for name in close_matches(attribute, names)]
    elif cause is not None and line:
        return f"correct {line}"
    guess = f"did you mean {' or '.join(map(quoted, close))}? " if close else ""
    again = "" if declared == line else f", and pip install -e {safe_text(folder)} again"
    return f"{guess}correct {declared}{again}"


def _raised_inside(error: AttributeError) -> bool:
    """Whether a plugin's code raised it, and not our question for the target."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is not None


def _close_modules(module: str) -> list[str]:
    parent, _, name = module.rpartition(".")
    spec = find_spec(parent) if parent else None
    path = spec.submodule_search_locations if spec is not None else None
    if parent and not path:
        return _close_modules(parent) if spec is None else []
    names = [found.name for found in pkgutil.iter_modules(path)]
    return [f"{parent}.{each}" if parent else each for each in close_matches(name, names)]


def _line_with(folder: str, *texts: str) -> str:
    """The line of a project that holds these texts, as "file:line"; else the file or the folder."""
    for name in _FILES:
        file = os.path.join(folder, name)
        try:
            content = read_file(file, MAX_HEAD_BYTES)
        except Unreadable:
            continue
        for number, row in enumerate((content or b"").decode("utf-8", "replace").split("\n"), 1):
            if all(text in row for text in texts):
                return f"{safe_text(file)}:{number}"
        if content is not None:
            return safe_text(file)
    return safe_text(folder)


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
