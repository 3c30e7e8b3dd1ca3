"""What every exception of registry_core has: a place in a config, a bounded text, a pickle."""

from __future__ import annotations

from typing import Self

from registry_core.limits import MAX_REASON
from registry_core.text import bounded, path_text, safe_text


class RegistryError(Exception):
    """Every error that registry_core raises on purpose. Its fields are its attributes.

    Attributes:
        config_keys: the keys and indices that lead to where in a config it happened.
        planned_with: the provider, and its version, of a plan that cannot be built here.
        place: file, line and column of what is wrong there, where they are known; in place of the
            file, the argument of a command that gave the value.
        severity: "error"; of a `ConfigHint` also "warning" or "hint".
        code: what kind of error it is, for programs: the name of the class, as
            ``entry-not-found``, or what its message is about.
    """

    # Where it is imported from, and pickled as.
    __module__ = "registry_core.errors"

    config_keys: tuple[object, ...] = ()
    severity = "error"
    code = "registry-error"
    planned_with = ""
    place: tuple[str, int | None, int | None] | None = None

    def __init_subclass__(cls) -> None:
        words = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__)
        cls.code = words.lstrip("-")

    def __new__(cls, *_args: object, **_kwargs: object) -> Self:
        # Exception would keep all arguments, and show them: a wrong value may be a secret.
        return super().__new__(cls)

    def message(self) -> str:
        """What happened and what to do, without the path in the config."""
        return type(self).__name__

    @property
    def config_path(self) -> str:
        """Where in a config it happened, as in ``layers[2].activation``; empty elsewhere."""
        return path_text(self.config_keys)

    def within(self, keys: tuple[object, ...]) -> None:
        """Say where in a config this happened; a build within a build has said the rest."""
        self.config_keys = (*keys, *self.config_keys)

    def tell_cause(self) -> None:
        """Keep what caused this as a note, and as text alone, for where it is unpickled.

        Dask sends the cause along: a driver that cannot import the class of that would get bytes
        in place of this error.
        """
        cause = self.__cause__ or (None if self.__suppress_context__ else self.__context__)
        if cause is not None:
            import traceback

            text = "".join(traceback.format_exception(cause)).rstrip()
            # The innermost lines say most.
            self.add_note(f"Caused by:\n{text[-MAX_REASON:]}")
        self.__cause__ = self.__context__ = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        place = "".join(f"{safe_text(str(p))}:" for p in self.place or () if p is not None)
        where = f"in the config at {self.config_path}: " if self.config_keys else ""
        planned = self.planned_with and f"; {_planned(self.planned_with)}"
        return bounded((f"{place} " if place else "") + where + self.message() + planned)

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own would call the class with all that it was called with.
        return RegistryError.__new__, (type(self),), dict(self.__dict__)


def _planned(provider: str) -> str:
    module = provider.removeprefix("module ")
    if module in {"__main__", "__mp_main__"}:
        what = "the plan was made where the main program (__main__) had registered it"
        why = "this process does not run that"
        return f"{what}, and {why}: move it into an installed package, and declare an entry point"
    verb = "install" if module == provider else "import"
    return f"the plan was made with {provider}: {verb} that here"
