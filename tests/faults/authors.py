"""Plugins under development: what the author of an editable install has got wrong."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING

from faults.case import BAD, GROUP, VERSION, Case, visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faults.host import Host
    from registry_core.testing import Site

    Rows = Mapping[str, Mapping[str, str]]

FOLDER = f"acme_bad-{VERSION}.dist-info"
HOOKS = "registry_core.hooks"
LOADABLE = "class Bad: ...\n"
HOOKED = {GROUP: "acme_bad_hooks"}
# How the fix begins, and ends where the project is to be installed again.
PROJECT = ".../site/project/pyproject.toml"
AGAIN = ", and pip install -e .../site/project again"
HOOK = "from registry_core import Entry, hookimpl\n@hookimpl\n"


def developed(
    rows: Rows,
    modules: Mapping[str, str],
    *,
    says: Rows | None = None,
    name: str = BAD,
    headers: str = "",
    file: str = "pyproject.toml",
) -> Callable[[Site], None]:
    """Install the bad plugin as editable.

    Args:
        rows: what is installed.
        modules: its modules, by path.
        says: what its project says by now; None for the same.
        name: how its project is named by now.
        headers: more of its METADATA.
        file: the file of the project.
    """

    def install(site: Site) -> None:
        site.install(
            BAD, rows, {path: dedent(text) for path, text in modules.items()}, version=VERSION
        )
        project = site.folder / "project"
        project.mkdir()
        ini = file == "setup.cfg"
        lines = ["[options.entry_points]"] if ini else ["[project]", f'name = "{name}"', ""]
        for group, several in (says or rows).items():
            lines.append(f"{group} =" if ini else f'[project.entry-points."{group}"]')
            lines += [
                f"    {key} = {target}" if ini else f'"{key}" = "{target}"'
                for key, target in several.items()
            ]
        (project / file).write_text("\n".join(lines), encoding="utf-8")
        address = {"url": project.as_uri(), "dir_info": {"editable": True}}
        (site.folder / FOLDER / "direct_url.json").write_text(json.dumps(address), encoding="utf-8")
        with (site.folder / FOLDER / "METADATA").open("a", encoding="utf-8") as metadata:
            metadata.write(headers)

    return install


def gone(site: Site) -> None:
    """Install the bad plugin as editable, and take its project away."""
    developed({GROUP: {"Bad": "acme_bad:Bad"}}, {})(site)
    (site.folder / "project" / "pyproject.toml").unlink()
    (site.folder / "project").rmdir()


def looks_for(key: str) -> Callable[[Host], None]:
    """A host that asks for a name which a hook would have computed."""

    def asks(host: Host) -> None:
        visit(host)
        host.loads(key)

    return asks


def one(target: str, modules: Mapping[str, str], **more: object) -> Callable[[Site], None]:
    """Install the bad plugin with one entry."""
    return developed({GROUP: {"Bad": target}}, modules, **more)  # type: ignore[arg-type]


def hooked(source: str, module: str = "acme_bad_hooks") -> Callable[[Site], None]:
    """Install the bad plugin with a hook module."""
    modules = {"acme_bad_hooks.py": HOOK + source, "acme_bad.py": LOADABLE}
    return developed({HOOKS: {GROUP: module}}, modules)


CASES = [
    Case(
        given="the module of an entry is misspelt",
        install=one("acme_bda:Bad", {"acme_bad.py": LOADABLE}),
        guilty="did you mean 'acme_bad' or ",
    ),
    Case(
        given="a file was moved",
        install=one(
            "acme_bad.conv:Bad", {"acme_bad/__init__.py": "", "acme_bad/layers/conv.py": LOADABLE}
        ),
        guilty=f"did you mean 'acme_bad.layers.conv:Bad'? correct {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="a class was moved",
        install=one(
            "acme_bad.conv:Bad",
            {"acme_bad/__init__.py": "", "acme_bad/conv.py": "", "acme_bad/other.py": LOADABLE},
        ),
        guilty=f"did you mean 'acme_bad.other:Bad'? correct {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="a class was renamed",
        install=one("acme_bad:Bad", {"acme_bad.py": "class Convolution: ..."}),
        guilty=f"'acme_bad' has 'Convolution': correct {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="the target says where the source lies",
        install=one("src.acme_bad:Bad", {"acme_bad.py": LOADABLE}),
        guilty=f"correct {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="a target is misspelt in setup.cfg",
        install=one("acme_bda:Bad", {"acme_bad.py": LOADABLE}, file="setup.cfg"),
        guilty=f"correct .../site/project/setup.cfg:3{AGAIN}",
    ),
    Case(
        given="a target was corrected, and the project not installed again",
        install=one(
            "acme_bda:Bad", {"acme_bad.py": LOADABLE}, says={GROUP: {"Bad": "acme_bad:Bad"}}
        ),
        guilty="its project says 'acme_bad:Bad' by now: pip install -e .../site/project",
    ),
    Case(
        given="a group is misspelt",
        install=developed({"acme.modle": {"Bad": "acme_bad:Bad"}}, {"acme_bad.py": LOADABLE}),
        guilty=f"write 'acme.model', if that is what is meant, in {PROJECT}:4{AGAIN}",
    ),
    Case(
        given="a group lacks the word of the framework, which the plugin requires",
        install=developed(
            {"model.extra": {"Bad": "acme_bad:Bad"}},
            {"acme_bad.py": LOADABLE},
            headers="Requires-Dist: acme>=2\n",
        ),
        guilty=f"write 'acme.model.extra', if that is what is meant, in {PROJECT}:4{AGAIN}",
    ),
    Case(
        given="a group begins as a registry ends, whose framework the plugin does not require",
        install=developed(
            {"model.extra": {"Bad": "acme_bad:Bad"}},
            {"acme_bad.py": LOADABLE},
            headers="Requires-Dist: other>=2\n",
        ),
        guilty="",
        then="it is another tool's",
    ),
    Case(
        given="the registry of a hook module is misspelt",
        install=developed(
            {HOOKS: {"acme.modle": "acme_bad_hooks"}}, {"acme_bad_hooks.py": "", "acme_bad.py": ""}
        ),
        guilty=f"write 'acme.model', if that is what is meant, in {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="a hook module is misspelt",
        install=hooked("def registry_core_entries(): return []", "acme_bad_hoks"),
        guilty="did you mean 'acme_bad_hooks' or ",
    ),
    Case(
        given="a hook is misspelt",
        install=hooked("def registry_core_entires(): return []"),
        guilty="did you mean registry_core_entries? correct .../site/acme_bad_hooks.py:2",
    ),
    Case(
        given="a hook takes an argument that its specification does not have",
        install=hooked("def registry_core_entries(registri): return []"),
        guilty="correct .../site/acme_bad_hooks.py:3",
    ),
    Case(
        given="a hook raises, and the host asks for what it computes",
        install=hooked("def registry_core_entries():\n    return [1 / 0]"),
        host=looks_for("computed by acme-bad"),
        guilty="failed: ZeroDivisionError: division by zero; correct .../site/acme_bad_hooks.py:4",
    ),
    Case(
        given="a hook answers with a malformed target",
        install=hooked("def registry_core_entries():\n    yield Entry('Bad', 'acme_bad.Bad')"),
        guilty="needs the form 'module:attribute'; correct .../site/acme_bad_hooks.py:4",
    ),
    Case(
        given="a hook answers with a module that is misspelt",
        install=hooked("def registry_core_entries():\n    yield Entry('Bad', 'acme_bda:Bad')"),
        guilty="or 'acme_good'? correct .../site/acme_bad_hooks.py:4",
    ),
    Case(
        given="its project is gone",
        install=gone,
        guilty="its project .../site/project is gone: install it from elsewhere",
    ),
    Case(
        given="its project has another name by now",
        install=one("acme_bad:Bad", {"acme_bad.py": LOADABLE}, name="acme-worse"),
        guilty="the project is named 'acme-worse' by now; pip uninstall acme-bad, and pip install",
    ),
    Case(
        given="an extra is misspelt",
        install=one(
            "acme_bad:Bad [fats]",
            {"acme_bad.py": "import no_such_accelerator\n" + LOADABLE},
            headers="Provides-Extra: fast\n",
        ),
        guilty=f"provides no extra 'fats'; did you mean 'fast'? correct {PROJECT}:5{AGAIN}",
    ),
    Case(
        given="its modules import names from each other",
        install=one(
            "acme_bad.one:Bad",
            {
                "acme_bad/__init__.py": "",
                "acme_bad/one.py": "from acme_bad.two import Two\n" + LOADABLE,
                "acme_bad/two.py": "from acme_bad.one import Bad\nclass Two: ...\n",
            },
        ),
        guilty="import it inside a function: correct .../site/acme_bad/two.py:1",
    ),
    Case(
        given="the package of its module has a SyntaxError",
        install=one("acme_bad.one:Bad", {"acme_bad/__init__.py": "x = (\n", "acme_bad/one.py": ""}),
        guilty="correct .../site/acme_bad/__init__.py:1",
    ),
    Case(
        given="a file of its project has the name of a module of the standard library",
        install=one(
            "acme_bad:Bad",
            {"colorsys.py": "", "acme_bad.py": "import colorsys\ncolorsys.rgb_to_hsv\n" + LOADABLE},
        ),
        guilty=".../site/colorsys.py stands in the place of the standard library's 'colorsys'",
    ),
]
