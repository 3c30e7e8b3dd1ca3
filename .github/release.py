"""Make a checkout ready to be built for PyPI: its addresses, once the version has been checked.

`python .github/release.py https://github.com/OWNER/NAME v0.1.0` writes into `pyproject.toml` where
the project is, and makes the links of the README absolute: PyPI shows it beside no other file.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

_RELATIVE = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)")


def absolute(text: str, base: str) -> str:
    """Make the relative links of Markdown absolute."""
    return _RELATIVE.sub(rf"]({base}/\1)", text)


def prepare(root: Path, repository: str, tag: str) -> None:
    """Rewrite `pyproject.toml` and `README.md`.

    Raises:
        SystemExit: the tag is not the version's, or the changelog has no date for it.
    """
    file, readme = root / "pyproject.toml", root / "README.md"
    text = file.read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    version = project["version"]
    if tag != f"v{version}":
        sys.exit(f"the tag is {tag}, but pyproject.toml says {version}: tag it v{version}")
    dated = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    if not re.search(dated, (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE):
        sys.exit(f"CHANGELOG.md has no date for {version}: write one in place of 'unreleased'")
    here = f"{repository}/blob/{tag}"
    urls = {
        "Source": repository,
        "Documentation": f"{repository}/tree/{tag}/docs",
        "Changelog": f"{here}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
    table = "".join(f'{label} = "{url}"\n' for label, url in urls.items())
    if "urls" in project:
        sys.exit("pyproject.toml has addresses already: work in a fresh checkout")
    written = text.replace(
        "[project.scripts]\n", f"[project.urls]\n{table}\n[project.scripts]\n", 1
    )
    if tomllib.loads(written)["project"].get("urls") != urls:
        sys.exit("pyproject.toml has no line [project.scripts], before which they are written")
    file.write_text(written, encoding="utf-8", newline="\n")
    shown = absolute(readme.read_text(encoding="utf-8"), here)
    readme.write_text(shown, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    prepare(Path(__file__).parents[1], *sys.argv[1:])
