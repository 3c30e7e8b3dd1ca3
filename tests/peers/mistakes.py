"""What four systems say of the same mistakes in a config, each in its own spelling.

Run as a program, it writes the table of docs/command.md anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import NamedTuple

from registry_core.testing import Site

BEGIN = "<!-- compared: what stands from here on is written by nox -s mistakes -->"
END = "<!-- compared: what stands up to here is written by nox -s mistakes -->"

ZOO = """
import abc
import os
from typing import Literal

if "ZOO" in os.environ:
    open(os.environ["ZOO"], "w").close()

class Act: ...
class Swish(Act):
    def __init__(self, beta: float = 1.0, mode: Literal["soft", "hard"] = "soft") -> None: ...
class Gate(Act, abc.ABC):
    @abc.abstractmethod
    def forward(self) -> None: ...
class Pool:
    def __init__(self, size: int = 2) -> None: ...
class Net:
    def __init__(self, size: int, act: Act, more: "list[Act] | None" = None) -> None: ...
"""


class System(NamedTuple):
    """One system that reads configs.

    Attributes:
        name: the distribution.
        suffix: of its config files.
        config: a config without a mistake.
        program: what checks the file that is its argument; it fails where something is wrong.
    """

    name: str
    suffix: str
    config: str
    program: str


HYDRA = System(
    "hydra-core",
    ".yaml",
    """\
    _target_: zoo.Net
    size: 3
    act:
      _target_: zoo.Swish
      beta: 1.0
    more:
      - _target_: zoo.Swish
    """,
    """
    import sys
    from hydra.utils import instantiate
    from omegaconf import OmegaConf
    instantiate(OmegaConf.load(sys.argv[1]))
    """,
)
JSONARGPARSE = System(
    "jsonargparse",
    ".yaml",
    """\
    net:
      class_path: zoo.Net
      init_args:
        size: 3
        act:
          class_path: zoo.Swish
          init_args:
            beta: 1.0
        more:
          - class_path: zoo.Swish
    """,
    """
    import sys
    import zoo
    from jsonargparse import ArgumentParser
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("--config", action="config")
    parser.add_argument("--net", type=zoo.Net)
    parser.instantiate_classes(parser.parse_args(["--config", sys.argv[1]]))
    """,
)
CONFECTION = System(
    "confection",
    ".cfg",
    """\
    [net]
    @nets = "Net"
    size = 3

    [net.act]
    @acts = "Swish"
    beta = 1.0
    """,
    """
    import sys
    import catalogue, zoo
    from confection import Config, registry
    class Registry(registry):
        nets = catalogue.create("zoo", "nets")
        acts = catalogue.create("zoo", "acts")
    Registry.nets.register("Net")(zoo.Net)
    for name in ("Swish", "Gate", "Pool"):
        Registry.acts.register(name)(getattr(zoo, name))
    Registry.resolve(Config().from_disk(sys.argv[1]))
    """,
)
OURS = System(
    "registry_core",
    ".yaml",
    """\
    _registry_: zoo.part
    type: Net
    size: 3
    act:
      type: Swish
      beta: 1.0
    more:
      - type: Swish
    """,
    """
    import sys
    from registry_core.cli import main
    sys.exit(main(["check", "--strict", sys.argv[1]]))
    """,
)
SYSTEMS = (HYDRA, JSONARGPARSE, CONFECTION, OURS)


class Mistake(NamedTuple):
    """One mistake.

    Attributes:
        what: in words.
        edits: what is put in place of what, in the config of each system, in their order.
        words: patterns of what a message about it has.
    """

    what: str
    edits: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def _all(old: str, new: str, cfg: tuple[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """The same edit in YAML three times, and one in confection's format."""
    of_cfg = cfg or (old.replace(": ", " = "), new.replace(": ", " = "))
    return (old, new), (old, new), of_cfg, (old, new)


MISTAKES = (
    Mistake(
        "a class misspelt",
        (
            ("act:\n  _target_: zoo.Swish", "act:\n  _target_: zoo.Swihs"),
            ("class_path: zoo.Swish\n      init", "class_path: zoo.Swihs\n      init"),
            ('[net.act]\n@acts = "Swish"', '[net.act]\n@acts = "Swihs"'),
            ("act:\n  type: Swish", "act:\n  type: Swihs"),
        ),
        ("Swihs",),
    ),
    Mistake(
        "a class misspelt inside a list",
        (
            ("  - _target_: zoo.Swish", "  - _target_: zoo.Swihs"),
            ("- class_path: zoo.Swish", "- class_path: zoo.Swihs"),
            # It resolves no lists.
            ("", ""),
            ("  - type: Swish", "  - type: Swihs"),
        ),
        ("Swihs",),
    ),
    Mistake("an argument misspelt", _all("beta: 1.0", "btea: 1.0"), ("btea",)),
    Mistake(
        "an argument missing",
        (("size: 3\n", ""), ("    size: 3\n", ""), ("size = 3\n", ""), ("size: 3\n", "")),
        ("size",),
    ),
    Mistake(
        "a text for a number",
        _all("size: 3", "size: big", ("size = 3", 'size = "big"')),
        ("size",),
    ),
    Mistake(
        "a value outside a Literal",
        _all("beta: 1.0", "mode: firm", ("beta = 1.0", 'mode = "firm"')),
        ("mode",),
    ),
    Mistake(
        "a part of the wrong class",
        (
            ("_target_: zoo.Swish\n  beta: 1.0", "_target_: zoo.Pool"),
            ("class_path: zoo.Swish\n      init_args:\n        beta: 1.0", "class_path: zoo.Pool"),
            ('@acts = "Swish"\nbeta = 1.0', '@acts = "Pool"'),
            ("type: Swish\n  beta: 1.0", "type: Pool"),
        ),
        ("Pool", "act"),
    ),
    Mistake(
        "an abstract class",
        (
            ("_target_: zoo.Swish\n  beta: 1.0", "_target_: zoo.Gate"),
            ("class_path: zoo.Swish\n      init_args:\n        beta: 1.0", "class_path: zoo.Gate"),
            ('@acts = "Swish"\nbeta = 1.0', '@acts = "Gate"'),
            ("type: Swish\n  beta: 1.0", "type: Gate"),
        ),
        ("Gate",),
    ),
    Mistake(
        "the key of the class misspelt",
        (
            ("act:\n  _target_", "act:\n  _tagret_"),
            ("act:\n      class_path", "act:\n      calss_path"),
            ("[net.act]\n@acts", "[net.act]\n@atcs"),
            ("act:\n  type", "act:\n  tpye"),
        ),
        ("act|atcs",),
    ),
    Mistake(
        "two at once: a text for a number, and a class misspelt",
        (
            ("size: 3\nact:\n  _target_: zoo.Swish", "size: big\nact:\n  _target_: zoo.Swihs"),
            (
                "size: 3\n    act:\n      class_path: zoo.Swish",
                "size: big\n    act:\n      class_path: zoo.Swihs",
            ),
            (
                'size = 3\n\n[net.act]\n@acts = "Swish"',
                'size = "big"\n\n[net.act]\n@acts = "Swihs"',
            ),
            ("size: 3\nact:\n  type: Swish", "size: big\nact:\n  type: Swihs"),
        ),
        ("Swihs", "size"),
    ),
)


def said(system: System, mistake: Mistake | None, folder: Path) -> tuple[str, bool]:
    """What a system says of a mistake, and whether it has imported the classes for that.

    Raises:
        ValueError: the edit does not fit the config, or the right config fails.
    """
    text = dedent(system.config)
    if mistake is not None:
        old, new = mistake.edits[SYSTEMS.index(system)]
        if not old:
            return "cannot say it", False
        if old not in text:
            raise ValueError(f"{mistake.what}: {old!r} is not in the config of {system.name}")
        text = text.replace(old, new)
    file, mark = folder / f"exp{system.suffix}", folder / "imported"
    file.write_text(text, encoding="utf-8")
    mark.unlink(missing_ok=True)
    ended = subprocess.run(
        [sys.executable, "-c", dedent(system.program), str(file)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "ZOO": str(mark)},
        capture_output=True,
        text=True,
        check=False,
    )
    printed = ended.stdout + ended.stderr
    if mistake is None:
        if ended.returncode:
            raise ValueError(f"the right config of {system.name} fails: {printed}")
        return "", mark.exists()
    if not ended.returncode:
        return "**nothing**", mark.exists()
    last = printed if system is OURS else printed.partition("Error")[2] or printed
    named = [word for word in mistake.words if re.search(word, last)]
    if not named:
        return "fails, without naming it", mark.exists()
    if len(named) < len(mistake.words):
        return "one of them", mark.exists()
    return ("line and column" if f"{file.name}:" in printed else "names it"), mark.exists()


def table() -> str:
    """The table, as Markdown."""
    with TemporaryDirectory() as place:
        site = Site(Path(place))
        registry = "from registry_core import Registry\nPART = Registry('part', group='zoo.part')\n"
        rows = {name: f"zoo:{name}" for name in ("Net", "Swish", "Gate", "Pool")}
        owned = {"registry_core.registries": {"zoo.part": "zoo_registry:PART"}, "zoo.part": rows}
        site.install("zoo", owned, {"zoo.py": ZOO, "zoo_registry.py": registry})
        imports = [said(system, None, site.folder)[1] for system in SYSTEMS]
        lines = [[said(system, each, site.folder)[0] for system in SYSTEMS] for each in MISTAKES]
    head = [f"{system.name} {version(system.name)}" for system in SYSTEMS]
    rule = ["---"] * (len(SYSTEMS) + 1)
    cells = [["mistake", *head], rule]
    cells += [[each.what, *line] for each, line in zip(MISTAKES, lines, strict=True)]
    cells.append(["imports the classes for it", *("yes" if each else "no" for each in imports)])
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}", encoding="utf-8")
