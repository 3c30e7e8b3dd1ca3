"""The verb `requires`: the distributions that configs need."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from registry_core.cli.arguments import FILES, IMPORTS, LOAD, OUTPUT, REGISTRY_OF_FILE, argument
from registry_core.cli.printing import complain
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import ConfigError
from registry_core.text import escaped, file_error_text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from registry_core.cli.arguments import Arguments
    from registry_core.installed.copies import Copy

_YAML = (".yaml", ".yml")
_NO_HASHES = "what an index installs leaves no hash of its wheel"


@verb(
    "Print a requirement line for each distribution that config files need: those that provide "
    "what they name, and the frameworks that own the registries. Nothing is imported.",
    FILES,
    REGISTRY_OF_FILE,
    argument(
        "--script",
        action="store_true",
        help="print them as the header of a script (PEP 723), which `uv run` installs",
    ),
    argument(
        "--find-links",
        metavar="FOLDER",
        help="holds their wheels: install from there, and from no index",
    ),
    argument(
        "--hashes",
        action="store_true",
        help="with --find-links: the hash of each wheel there that holds what is installed here; "
        "what else is needed may come from an index then",
    ),
    LOAD,
    IMPORTS,
    OUTPUT,
)
def requires_verb(arguments: Arguments) -> Answer:
    """The requirements."""
    if arguments.hashes and (arguments.script or not arguments.find_links):
        what = "the header of a script has no hashes" if arguments.script else _NO_HASHES
        raise ConfigError(f"{what}: use --hashes with --find-links and without --script")
    lines = list(_requirements(_extras(arguments), arguments))
    if arguments.script:
        return Answer(_script(lines, arguments.find_links))
    return Answer([*_options(arguments), *_commented(lines, Line.text)])


class Line(NamedTuple):
    """One requirement.

    Attributes:
        requirement: as PEP 508 has it.
        hashes: of the wheels that may be installed for it; none where any may.
        comment: what is not guaranteed of it; empty where it can be nothing else.
    """

    requirement: str
    hashes: Sequence[str] = ()
    comment: str = ""

    def text(self) -> str:
        """The line in a file of requirements."""
        return " ".join((self.requirement, *(f"--hash=sha256:{each}" for each in self.hashes)))


def _extras(arguments: Arguments) -> dict[str, set[str]]:
    """The distributions that the files need, by normalized name, each with the extras of it.

    What no distribution provides is complained of.
    """
    from registry_core.keys import normalized, parse_target

    found: dict[str, set[str]] = {}
    if any(file.lower().endswith(_YAML) for file in arguments.files):
        # A framework need not require what reads YAML.
        found["registry-core"] = {"yaml"}
    for entry in arguments.used_entries():
        if not entry.provider.is_distribution:
            what = f"{quoted(entry.key)} is registered by {entry.provider}, which is not installed"
            complain(f"note: {what}")
            continue
        wanted = found.setdefault(normalized(entry.provider.name), set())
        if isinstance(entry.target, str):
            wanted.update(parse_target(entry.target).extras)
    return found


def _requirements(extras: dict[str, set[str]], arguments: Arguments) -> Iterator[Line]:
    """The lines, by name."""
    from registry_core.environment import current_environment

    installed = current_environment().installed
    folder = arguments.find_links
    for key in sorted(extras):
        copy = installed.copy(key)
        if copy is not None:
            more = f"[{','.join(sorted(extras[key]))}]" if extras[key] else ""
            name = escaped(f"{copy.provider.name}{more}")
            pinned = f"{name}=={escaped(copy.provider.version or '')}"
            if folder is None:
                yield _by_origin(copy, name, pinned)
            else:
                yield _by_wheel(copy, pinned, folder, hashes=arguments.hashes)


def _by_origin(copy: Copy, name: str, pinned: str) -> Line:
    """A distribution by the address that it was installed from, which no other project can have."""
    from registry_core.installed.origins import origin

    found = origin(copy)
    if found is None:
        what = "by name and version: make sure that the index you use has no other project"
        return Line(pinned, comment=f"{what} of that name")
    line = f"{name} @ {found.address}"
    if found.is_local:
        kind = "an editable install of that folder" if found.is_editable else "installed from there"
        complain(f"note: {copy.provider} is {kind}, which other machines lack: {found.address}")
        return Line(line, comment="on this machine alone; elsewhere, use --find-links")
    if not found.is_pinned:
        return Line(line, comment="whatever that address has: no hash of it was noted")
    return Line(line)


def _by_wheel(copy: Copy, pinned: str, folder: str, *, hashes: bool) -> Line:
    """A distribution by a wheel of it.

    Raises:
        ConfigError: the folder has none that may hold what is installed.
    """
    from registry_core.installed.origins import sha256_of, wheels_of

    try:
        wheels = list(wheels_of(copy, folder))
    except OSError as error:
        raise ConfigError(f"it cannot be read: {file_error_text(error)}", folder) from error
    if not wheels:
        raise ConfigError(f"it has no wheel of {copy.provider}; build one into it", folder)
    fits = [path for path, is_same in wheels if is_same is not False]
    if not fits:
        what = f"its wheel of {copy.provider} has other files than what is installed"
        raise ConfigError(f"{what}: {os.path.basename(wheels[0][0])}; build it again", folder)
    if any(is_same is None for _, is_same in wheels):
        what = "an editable install, or has no RECORD"
        complain(f"note: {copy.provider} is {what}: whether its wheel holds the same is not known")
    return Line(pinned, [sha256_of(path) for path in fits] if hashes else ())


def _options(arguments: Arguments) -> Iterator[str]:
    """Where a file of requirements is installed from."""
    if arguments.find_links is None:
        return
    yield "# `uv run --with-requirements` ignores options: pass it those below as well"
    if arguments.hashes:
        yield "# pip asks for a hash of all that is installed then: use uv, or pip --no-deps"
    else:
        yield "--no-index"
    yield f"--find-links {escaped(arguments.find_links)}"


def _commented(lines: Iterable[Line], text: Callable[[Line], str]) -> Iterator[str]:
    """Lines, each comment once, above those that it is about."""
    said = ""
    for line in sorted(lines, key=lambda line: line.comment):
        if line.comment != said:
            said = line.comment
            yield f"# {said}"
        yield text(line)


def _script(lines: Iterable[Line], folder: str | None) -> Iterator[str]:
    """The metadata of a script.

    https://packaging.python.org/en/latest/specifications/inline-script-metadata/
    """
    yield "# /// script"
    yield f'# requires-python = ">={sys.version_info.major}.{sys.version_info.minor}"'
    yield "# dependencies = ["
    found = _commented(lines, lambda line: f"{json.dumps(line.requirement, ensure_ascii=False)},")
    yield from (f"#     {each}" for each in found)
    yield "# ]"
    if folder is not None:
        yield "# [tool.uv]"
        yield "# no-index = true"
        yield f"# find-links = [{json.dumps(folder, ensure_ascii=False)}]"
    yield "# ///"
