"""Writing the catalogue: which pages there are, and what they are called."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from registry_core.catalogue.entry_page import entry_page
from registry_core.catalogue.folder import ENTRIES, INDEX, SCRIPT, STYLE, replace_folder
from registry_core.catalogue.index_page import index_page
from registry_core.environment import current_environment
from registry_core.query.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from registry_core.entry import Problem
    from registry_core.query.survey import Surveyed, SurveyedRegistry

_MOST_LETTERS = 60


class Written(NamedTuple):
    """What was written.

    Attributes:
        page: the page to open.
        entries: how many entries the catalogue has.
        registries: of how many registries.
        problems: what is wrong with what is installed.
        missing: what has to be installed to read what docstrings say of parameters; empty where
            nothing has to.
    """

    page: Path
    entries: int
    registries: int
    problems: tuple[Problem, ...]
    missing: str


def write_catalogue(folder: str | Path, *names: str) -> Written:
    """Write a catalogue of registries into a folder, importing none of their modules.

    The pages need no server and load nothing from elsewhere. What is installed alike gives the same
    bytes.

    Args:
        folder: where to; it is made where it is not there, and replaced at once where it holds a
            catalogue.
        names: groups, or the last words of groups; none for all registries that are known.

    Returns:
        What was written.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.
        FileExistsError: the folder holds something that is not of a catalogue.
        OSError: it cannot be written; what was there is as it was.

    Example:
        >>> import tempfile
        >>> from registry_core import Environment, use_environment
        >>> with use_environment(Environment(path=[])):
        ...     write_catalogue(tempfile.mkdtemp()).page.name
        'index.html'
    """
    survey = Survey()
    registries = survey.registries(*names)
    environment = current_environment()
    beside = environment.problems(*((each.group for each in registries) if names else ()))
    problems = _problems(registries, beside)
    pages = {id(item): _page_path(item) for each in registries for item in each.entries}
    ours = files("registry_core.catalogue")
    content = {
        STYLE: ours.joinpath(STYLE).read_bytes(),
        SCRIPT: ours.joinpath(SCRIPT).read_bytes(),
    }
    for registry in registries:
        for item in registry.entries:
            content[pages[id(item)]] = entry_page(item, registry, pages).encode()
    content[INDEX] = index_page(registries, problems, pages, asked=names).encode()
    real = replace_folder(folder, content)
    return Written(real / INDEX, len(pages), len(registries), problems, survey.missing)


def _problems(
    registries: Sequence[SurveyedRegistry], beside: Sequence[Problem]
) -> tuple[Problem, ...]:
    found = {*beside, *(problem for each in registries for problem in each.problems)}
    return tuple(sorted(found, key=str))


def _page_path(item: Surveyed) -> str:
    """The path of the page of an entry.

    It stays the same as long as the registry, the key and the distribution have these names, of
    which a table has each once. Names that differ in case alone must not meet on a disk that does
    not tell them apart.
    """
    entry = item.entry
    identity = "\0".join((entry.registry, entry.scope, entry.name, entry.provider.name))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    words = f"{entry.registry.rpartition('.')[2]}-{entry.key}".lower()
    name = re.sub("[^a-z0-9]+", "-", words).strip("-")[:_MOST_LETTERS]
    return f"{ENTRIES}/{name}-{digest}.html"
