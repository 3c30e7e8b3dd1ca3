"""Completion of the command in a shell: what may stand where the cursor is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from registry_core.cli.arguments import Arguments, argument
from registry_core.cli.printing import answer, printing_to_stderr
from registry_core.cli.verbs import COMPLETE, Answer, verb, verb_named
from registry_core.errors import RegistryError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from registry_core.cli.arguments import Parser

# A key that an override takes as it is.
_PLAIN = r"[\w-]+"
# A shell splits a word at = and :, and wants what follows; the whole line is taken apart here.
_BASH = """
FUNCTION() {
    local line=${COMP_LINE:0:COMP_POINT} words found each
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    local current=${words[-1]} kept
    kept=${current%"${current##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r each; do
        [[ $each == *= || $each == *. ]] && compopt -o nospace
        each=${each#"$kept"}
        # A name may hold what a shell obeys.
        [[ $each == *[^][:alnum:]_.=:+~/@,[-]* ]] && printf -v each %q "$each"
        COMPREPLY+=("$each")
    done < <("${words[0]}" ASKED "${words[@]:1}" 2>/dev/null)
}
complete -o default -F FUNCTION PROGRAM
"""
_ZSH = """
FUNCTION() {
    local -a found
    found=("${(@f)$("${words[1]}" ASKED "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -z "$found" ]]; then
        _files
    elif [[ "${found[1]}" == *= || "${found[1]}" == *. ]]; then
        compadd -S '' -- "${found[@]}"
    else
        compadd -- "${found[@]}"
    fi
}
compdef FUNCTION PROGRAM
"""
_FISH = """
complete -c PROGRAM -a '(PROGRAM ASKED (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@verb(
    'Print the completion script of a shell. For bash: eval "$(registry-core completion bash)"; '
    "zsh: the same with zsh, after compinit; fish: registry-core completion fish | source",
    argument("shell", choices=_SCRIPTS),
)
def completion_verb(arguments: Arguments) -> Answer:
    """The script."""
    program, *path, _ = arguments.parser.prog.split(" ")
    # A framework's own command does not know the hidden verb: its `completion` takes it.
    asked = " ".join((*path, "completion", COMPLETE)) if arguments.groups else COMPLETE
    function = re.sub(r"\W", "_", f"_{program}")
    text = _SCRIPTS[arguments.shell].strip().replace("PROGRAM", program)
    return Answer([text.replace("FUNCTION", function).replace("ASKED", asked)])


def answer_completion(
    words: Sequence[str],
    verbs: Collection[str],
    groups: tuple[str, ...] = (),
    others: Iterable[str] = (),
) -> int:
    """Print what a shell asks for, a line each; see `complete`."""
    with printing_to_stderr():
        found = complete(words, verbs, groups, others)
    # An empty line would be a word that a shell completes; without one it looks for files.
    if found:
        answer("\n".join(found))
    return 0


def complete(
    words: Sequence[str],
    verbs: Collection[str],
    groups: tuple[str, ...] = (),
    others: Iterable[str] = (),
) -> list[str]:
    """What may stand in place of the last word.

    Args:
        words: those after the program's name, up to the cursor; the last may be empty.
        verbs: the verbs of the command.
        groups: the registries of the framework that has mounted the verbs.
        others: what else may stand in place of a verb: the framework's own.
    """
    *before, current = words or [""]
    try:
        found = [*_candidates(before, current, verbs, groups)]
    except RegistryError:
        # What is typed before is wrong: a message would stand in the middle of the line.
        return []
    found += others if not before else ()
    # One stands on a line.
    fits = (each for each in found if each.startswith(current) and each.isprintable())
    return sorted(dict.fromkeys(fits))


def _candidates(
    before: Sequence[str],
    current: str,
    verbs: Collection[str],
    groups: tuple[str, ...],
) -> Iterable[str]:
    if not before:
        options = ["--help"] if groups else ["--help", "--version"]
        return options if current.startswith("-") else verbs
    if before[0] not in verbs:
        return ()
    parser = verb_named(before[0]).parser(before[0], groups)
    if before[-1] in parser.options and parser.options[before[-1]].nargs != 0:
        return _values(parser.options[before[-1]], [], current, parser)
    if current.startswith("-"):
        return parser.options
    given = _positional(before[1:], parser.options)
    places = parser.positional
    if len(given) < len(places):
        return _values(places[len(given)], given, current, parser)
    last = places[-1] if places else None
    return _values(last, given, current, parser) if last is not None and last.nargs else ()


def _positional(words: Sequence[str], options: Mapping[str, argparse.Action]) -> list[str]:
    found: list[str] = []
    is_value = False
    for word in words:
        if not is_value and not word.startswith("-"):
            found.append(word)
        is_value = not is_value and word in options and options[word].nargs != 0
    return found


def _values(
    action: argparse.Action, given: Sequence[str], current: str, parser: Parser
) -> Iterable[str]:
    """What an argument may be."""
    if action.choices is not None:
        return map(str, action.choices)
    if action.dest == "registry":
        return _registries(parser.groups)
    if action.dest == "key":
        (name, *_) = (*given, *parser.groups)
        return [entry.key for entry in Arguments(parser).view(name).entries()]
    if action.dest == "changes":
        return _changes(given[0], current, Arguments(parser))
    return ()


def _registries(groups: tuple[str, ...]) -> list[str]:
    from registry_core.environment import current_environment

    environment = current_environment()
    found = groups or environment.groups()
    words = {group.rpartition(".")[2] for group in found}
    return [*found, *(word for word in words if len(environment.groups_meant(word)) == 1)]


def _changes(file: str, current: str, arguments: Arguments) -> Iterator[str]:
    """The keys of a config, and for ``type`` what it may be; after + what is not yet there."""
    from registry_core.building.config_nodes import TYPE
    from registry_core.config import load
    from registry_core.config.used import used

    arguments.registry = None
    # Not `arguments.document`: nothing is piped into what a shell asks.
    document = load(file)
    sign = current[:1] if current[:1] in ("+", "~") else ""
    path, equals, _ = current.removeprefix(sign).partition("=")
    if not equals and sign != "+":
        end = "" if sign else "="
        yield from (f"{sign}{each}{end}" for each in _paths(document.data, ""))
        return
    view, data = arguments.started(document)
    if equals:
        if path.rpartition(".")[2] == TYPE:
            yield from (f"{sign}{path}={entry.key}" for entry in view.entries())
        return
    for keys, entry, _ in used(data, view, arguments.known):
        part: Any = data
        for key in keys:
            part = part[key]
        head = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
        for parameter in arguments.known.signatures.of(entry).parameters:
            if parameter.takes_keyword and not parameter.bound and parameter.name not in part:
                yield f"+{f'{head}.{parameter.name}'.removeprefix('.')}="


def _paths(value: object, path: str) -> Iterator[str]:
    """The paths of what an override can change: values, and whole parts, of plain words."""
    inside = value.items() if isinstance(value, dict) else ()
    for key, each in inside:
        if not re.fullmatch(_PLAIN, str(key)):
            continue
        at = f"{path}.{key}".removeprefix(".")
        yield at
        yield from _paths(each, at)
    for index, each in enumerate(value if isinstance(value, list) else ()):
        yield f"{path}[{index}]"
        yield from _paths(each, f"{path}[{index}]")
