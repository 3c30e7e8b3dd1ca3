"""How Sphinx builds the pages."""

from importlib.metadata import version as version_of

project = "registry_core"
author = "registry_core contributors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx's name
version = release = version_of("registry_core")

extensions = ["myst_parser", "registry_core.sphinx", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_use_ivar = True

# Nothing is fetched to build the pages, so only references to the project's own names are checked.
# A type variable has no page, and what a Registry inherits is described as its own.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!registry_core\b).*"),
    (
        r"py:(class|obj)",
        r"registry_core(\.\w+)+\.([A-Z](_co)?|View|Questions|Builds|Parts|Registering|Base)",
    ),
    # These have the names of the core's own, which references mean.
    (
        r"py:class",
        r"registry_core\.compat\.(mmengine\.registry\.Registry|flash\.providers\.Provider)",
    ),
]
