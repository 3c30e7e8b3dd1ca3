"""Which pages show what is no longer so: they are read again, whatever their files say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from registry_core.environment import current_environment
from registry_core.sphinx.looking import Looker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from registry_core.sphinx.looking import Asked, Found

_ATTRIBUTE = "registry_core_shown"
# Not in the environment, which is pickled. Reading in parallel forks: each process has its own.
_lookers: WeakKeyDictionary[BuildEnvironment, Looker] = WeakKeyDictionary()


def connect(app: Sphinx) -> None:
    """Have Sphinx ask which pages are out of date."""
    app.connect("builder-inited", _begun)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-purge-doc", _purged)
    app.connect("env-merge-info", _merged)


def look(env: BuildEnvironment, asked: Asked) -> Found:
    """What is there of what is asked for, noted for the page that is being read."""
    found = _looker(env).found(asked)
    _shown(env).setdefault(env.docname, {})[asked] = found.digest()
    return found


def _looker(env: BuildEnvironment) -> Looker:
    return _lookers.setdefault(env, Looker())


def _shown(env: BuildEnvironment) -> dict[str, dict[Asked, str]]:
    if not hasattr(env, _ATTRIBUTE):
        setattr(env, _ATTRIBUTE, {})
    found: dict[str, dict[Asked, str]] = getattr(env, _ATTRIBUTE)
    return found


def _begun(app: Sphinx) -> None:
    # A server of pages builds again in the same process.
    current_environment().refresh()
    _lookers[app.env] = Looker()


def _outdated(_app: Sphinx, env: BuildEnvironment, *_: Any) -> list[str]:
    looker = _looker(env)
    return [
        docname
        for docname, shown in _shown(env).items()
        if any(looker.found(asked).digest() != digest for asked, digest in shown.items())
    ]


def _purged(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _shown(env).pop(docname, None)


def _merged(
    _app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    theirs = _shown(other)
    _shown(env).update({name: theirs[name] for name in docnames if name in theirs})
